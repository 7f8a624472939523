"""The cases in the console: list, opening by hand, answers that don't reveal an address."""

from datetime import datetime, timedelta

import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.cases.case_service import close_case, open_case
from supporters.cases.models import Case, CaseKind, Channel
from supporters.cases.queries import list_entries
from supporters.cases.rules import PARIS
from supporters.consent.models import Method
from supporters.database import db, transaction
from supporters.imports.invitation_mails import send_next_invitations
from supporters.lists.subscriptions import unsubscribe_from_every_list
from supporters.people.rules import mask_address
from tests.factories.accounts import make_dpo, sign_in
from tests.factories.campaigns import launch_to_addresses
from tests.factories.cases import again, make_case
from tests.factories.imports import csv_of, invited, reload
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, make_subscriber
from tests.web.console.pages import followed, post, sign_in_as, speak_english
from tests.web.public.pages import press

PAGE = "/console/cases"
NOTE = "Par lettre : « Qu’avez-vous sur moi ? »"


def open_by_hand(client: FlaskClient, **fields: str) -> Case:
    """Open a case with the form; return it."""
    today = clock.now().astimezone(PARIS).date().isoformat()
    answer = press(
        client,
        f"{PAGE}/new",
        **{"kind": "access", "channel": "post", "received_on": today, "note": NOTE, **fields},
    )
    assert answer.status_code == 303, answer.text
    return db.session.scalars(db.select(Case)).one()


def test_no_case_is_a_calm_page(officer_client: FlaskClient) -> None:
    assert 'class="empty"' in officer_client.get(PAGE).text


def test_open_cases_are_shown_by_their_last_day(officer_client: FlaskClient) -> None:
    now = clock.now()
    late, early = make_case(now), make_case(now - timedelta(days=20))
    closed = make_case(now)
    close_case(closed.id, "Fait.", by=None)
    html = officer_client.get(PAGE).text
    assert html.index(f"{PAGE}/{early.id}") < html.index(f"{PAGE}/{late.id}")
    assert f"{PAGE}/{closed.id}" not in html
    assert f"{PAGE}/{closed.id}" in officer_client.get(f"{PAGE}?state=closed").text


def test_cases_are_shown_by_kind(officer_client: FlaskClient) -> None:
    access, erasure = (make_case(clock.now(), kind) for kind in (CaseKind.ACCESS, CaseKind.ERASURE))
    html = officer_client.get(f"{PAGE}?kind=erasure&state=nonsense").text
    assert f"{PAGE}/{erasure.id}" in html
    assert f"{PAGE}/{access.id}" not in html


def test_what_presses_is_counted_beside_the_way_to_it(
    officer_client: FlaskClient, organiser_client: FlaskClient
) -> None:
    make_case(clock.now() - timedelta(days=40))
    make_case(clock.now())
    assert '<span aria-hidden="true">1</span>' in officer_client.get("/console/").text
    assert PAGE not in organiser_client.get("/console/").text


def test_case_opened_by_hand_is_tied_to_the_person(officer_client: FlaskClient) -> None:
    person = make_subscriber(ADDRESS, make_list())
    case = open_by_hand(officer_client, email=ADDRESS)
    html = officer_client.get(f"{PAGE}/{case.id}").text
    assert (case.subscriber_id, case.note) == (person.id, NOTE)
    assert f"/console/people/{person.id}" in html


def test_the_answer_is_the_same_whether_or_not_the_address_is_known(app: Flask) -> None:
    make_subscriber(ADDRESS, make_list())
    answers = []
    for address in (ADDRESS, "nobody@example.org"):
        client = sign_in(app, make_dpo(f"dpo{len(answers)}@parti.example"))
        case_count = len(answers)
        form = {"kind": "access", "channel": "post", "note": NOTE, "email": address}
        today = clock.now().astimezone(PARIS).date().isoformat()
        answer = press(client, f"{PAGE}/new", received_on=today, **form)
        answers.append((answer.status_code, str(answer.location).rpartition("/")[0]))
        assert len(db.session.scalars(db.select(Case)).all()) == case_count + 1
    assert answers[0] == answers[1]


def test_an_objection_on_the_page_says_that_it_took_effect(officer_client: FlaskClient) -> None:
    today = clock.now().astimezone(PARIS).date().isoformat()
    form = {"kind": "objection", "channel": "post", "note": NOTE, "received_on": today}
    speak_english(officer_client)
    said = [
        followed(officer_client, press(officer_client, f"{PAGE}/new", **form, email=email))
        for email in (ADDRESS, "")
    ]
    assert ["nothing is sent to this address" in html for html in said] == [True, False]


def test_an_objection_by_telephone_stops_the_emails_to_a_former_list(
    officer_client: FlaskClient,
) -> None:
    import_id = invited(csv_of("zoe@example.org,Zoé,fr"))
    case = open_by_hand(officer_client, kind="objection", channel="phone", email="Zoe@Example.org")
    assert send_next_invitations(clock.now()) == 0
    assert reload(import_id).skipped == 1
    assert (case.subscriber_id, case.note) == (None, NOTE)


def test_what_is_missing_or_wrong_is_explained(officer_client: FlaskClient) -> None:
    cases = [
        ("kind", "nonsense"),
        ("channel", "page"),
        ("received_on", ""),
        ("received_on", "soon"),
        ("received_on", "2999-01-01"),
        ("received_on", "1999-01-01"),
        ("email", "no address"),
        ("note", ""),
        ("note", "x" * 5_001),
    ]
    today = clock.now().astimezone(PARIS).date().isoformat()
    form = {"kind": "access", "channel": "post", "received_on": today, "note": NOTE}
    for field, value in cases:
        answer = press(officer_client, f"{PAGE}/new", **{**form, field: value})
        assert (answer.status_code, "error-summary" in answer.text) == (422, True)
        assert db.session.scalars(db.select(Case)).all() == []


def test_a_note_is_kept_and_the_field_says_who_may_read_it(officer_client: FlaskClient) -> None:
    case = make_case(clock.now())
    page = officer_client.get(f"{PAGE}/{case.id}").text
    html = followed(officer_client, post(officer_client, f"{PAGE}/{case.id}/note", note="<b>Vu"))
    assert 'id="note-hint"' in page
    assert "&lt;b&gt;Vu" in html
    assert "dpo@parti.example" in html


def test_an_outcome_that_was_written_is_shown_as_it_was_written(
    officer_client: FlaskClient,
) -> None:
    lost, free = make_case(clock.now()), make_case(clock.now(), CaseKind.ERASURE)
    for case, outcome in ((lost, "lost"), (free, "Demande retirée.")):
        close_case(case.id, outcome, by=None)
        assert officer_client.get(f"{PAGE}/{case.id}").text.count(f">{outcome}<") == 2


def test_closing_needs_an_outcome_and_ends_the_clock(officer_client: FlaskClient) -> None:
    case = make_case(clock.now() - timedelta(days=40))
    refused = post(officer_client, f"{PAGE}/{case.id}/close", outcome=" ")
    assert (refused.status_code, again(case).closed_at) == (422, None)
    html = followed(officer_client, post(officer_client, f"{PAGE}/{case.id}/close", outcome="Dit."))
    assert again(case).outcome == "Dit."
    assert f"{PAGE}/{case.id}/close" not in html
    assert "status-bad" not in html


def test_more_time_needs_a_reason_and_the_first_month(officer_client: FlaskClient) -> None:
    client = officer_client
    received = datetime(2027, 3, 15, 12, tzinfo=PARIS)
    case = make_case(received)
    path = f"{PAGE}/{case.id}/extend"
    with time_machine.travel(received + timedelta(days=5), tick=False):
        sign_in_again(client)
        assert post(client, path, reason="").status_code == 422
        html = followed(client, post(client, path, reason="Trois registres."))
    assert "message-warn" in html  # we know no address for an email
    assert again(case).extension_reason == "Trois registres."
    with time_machine.travel(received + timedelta(days=40), tick=False):
        sign_in_again(client)
        html = followed(client, post(client, path, reason="Encore."))
    assert "message-bad" in html
    assert len(list_entries(case.id)) == 1


def sign_in_again(client: FlaskClient) -> None:
    """Sign in now, because an old session has ended."""
    sign_in_as(client, "dpo@parti.example")


def test_case_of_a_dispute_shows_its_campaign(officer_client: FlaskClient) -> None:
    campaign_id = launch_to_addresses(ADDRESS, subject="Samedi")
    with transaction():
        case = open_case(CaseKind.DISPUTE, Channel.PAGE, now=clock.now(), campaign_id=campaign_id)
    html = officer_client.get(f"{PAGE}/{case.id}").text
    assert f"/console/campaigns/{campaign_id}" in html


def test_person_in_the_archive_is_not_shown_to_an_owner(
    owner_client: FlaskClient, officer_client: FlaskClient
) -> None:
    person = make_subscriber(ADDRESS, make_list())
    unsubscribe_from_every_list(person.id, Method.PAGE)
    case = make_case(clock.now(), CaseKind.ERASURE, person.id)
    assert ADDRESS not in owner_client.get(f"{PAGE}/{case.id}").text
    html = officer_client.get(f"{PAGE}/{case.id}").text
    assert (mask_address(ADDRESS) in html, ADDRESS in html) == (True, False)


def test_owners_find_the_proof_of_a_dispute_as_long_as_it_is_open(
    owner_client: FlaskClient,
) -> None:
    person = make_subscriber(ADDRESS, make_list())
    unsubscribe_from_every_list(person.id, Method.PAGE)
    dispute, other = (
        make_case(clock.now(), kind, person.id) for kind in (CaseKind.DISPUTE, CaseKind.ACCESS)
    )
    way = f'href="/console/people/{person.id}/evidence"'
    assert way in owner_client.get(f"{PAGE}/{dispute.id}").text
    assert way not in owner_client.get(f"{PAGE}/{other.id}").text
    close_case(dispute.id, "Preuve envoyée.", by=None)
    assert way not in owner_client.get(f"{PAGE}/{dispute.id}").text


def test_unknown_case_is_a_page_that_says_so(officer_client: FlaskClient) -> None:
    for path in ("9", "0", f"{2**63}", "x"):
        assert officer_client.get(f"{PAGE}/{path}").status_code == 404, path
