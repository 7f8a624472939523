"""My data on its pages: nobody is told who is known, a link works once, and every right has one."""

import json
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.consent.log.models import Disclosure, DisclosureKind, LogEntry
from supporters.consent.models import ConsentEvent, EventKind, Method
from supporters.consent.queries import is_suppressed
from supporters.consent.suppressing import EVERYTHING, shield
from supporters.database import Model, db, transaction
from supporters.lists.queries import list_subscriptions_of
from supporters.mail.models import LetterStatus
from supporters.people.addresses import parse_address
from supporters.people.keys import rate_mac
from supporters.people.models import Subscriber
from supporters.rights.access.models import AccessTicket
from supporters.rights.access.rules import UNTIL_RESUMED
from supporters.rights.models import Case, CaseKind
from tests.builders import ADDRESS, make_list, make_subscriber, values_in
from tests.builders import ask as sign_up
from tests.campaigning import person
from tests.opening import MY_DATA, OVERVIEW, ask, letters_to, open_my_data, path_in, send
from tests.web.public.pages import inputs_of, press

pytestmark = pytest.mark.both_databases

UNKNOWN = "nobody@example.org"
PAGES = ("overview", "everything", "everything.json", "person", "address", "join", "freeze")
MORE_PAGES = ("object", "erase")


def camille() -> Subscriber:
    """Return the person as the database has them now."""
    db.session.rollback()
    db.session.expire_all()
    return person(ADDRESS)


def count_rows() -> dict[str, int]:
    """Return how many rows each table has."""
    db.session.rollback()
    return {
        name: db.session.scalar(db.select(db.func.count()).select_from(table)) or 0
        for name, table in Model.metadata.tables.items()
    }


def lists_of(address: str) -> list[str]:
    """Return the names of the lists that a person is on."""
    return [each.name for _, each in list_subscriptions_of(person(address).id)]


@pytest.fixture
def opened(app: Flask, client: FlaskClient) -> FlaskClient:
    """Return the browser of a person who opened their data."""
    make_subscriber(ADDRESS, make_list(), given_name="Camille")
    open_my_data(client, ADDRESS)
    return client


def test_the_answer_and_the_writes_are_the_same_for_every_address(
    app: Flask, client: FlaskClient
) -> None:
    mailing_list = make_list()
    make_subscriber(ADDRESS, mailing_list)
    sign_up("waiting@example.org", mailing_list)
    shield(rate_mac(parse_address("shielded@example.org").rate_key), clock.now())
    db.session.commit()
    answers, writes = [], []
    for address in (ADDRESS, UNKNOWN, "waiting@example.org", "shielded@example.org", ADDRESS):
        before = count_rows()
        answer = ask(client, address)
        after = count_rows()
        answers.append((answer.status_code, answer.location, answer.text))
        writes.append({name: after[name] - before[name] for name in after})
    assert answers == [answers[0]] * 5
    assert writes == [writes[0]] * 5
    assert writes[0]["letter"] == writes[0]["access_ticket"] == 1


def test_only_the_letter_tells_whether_the_address_is_known(
    app: Flask, client: FlaskClient
) -> None:
    make_subscriber(ADDRESS, make_list())
    for address in (ADDRESS, UNKNOWN):
        ask(client, address)
    known, unknown = letters_to(ADDRESS)[0], letters_to(UNKNOWN)[0]
    assert (values_in(known)["is_known"], values_in(unknown)["is_known"]) == (True, False)
    assert client.get(path_in(unknown, "open_url")).status_code == 410


def test_one_letter_a_day_and_not_counted_with_those_of_signups(
    app: Flask, client: FlaskClient
) -> None:
    make_subscriber(ADDRESS, make_list())
    for _ in range(2):
        ask(client, ADDRESS)
    statuses = [letter.status for letter in letters_to(ADDRESS)]
    assert statuses == [LetterStatus.QUEUED, LetterStatus.WITHHELD]


def test_three_letters_a_month_until_one_is_used(app: Flask, client: FlaskClient) -> None:
    make_subscriber(ADDRESS, make_list())
    start = clock.now()
    for day in range(4):
        with time_machine.travel(start + timedelta(days=2 * day), tick=False):
            ask(client, ADDRESS)
    assert [letter.status is LetterStatus.WITHHELD for letter in letters_to(ADDRESS)] == [
        *(False, False, False, True)
    ]


def test_using_the_link_lets_the_next_letter_come(opened: FlaskClient) -> None:
    send(opened, f"{MY_DATA}/close")
    assert ask(opened, ADDRESS).location == f"{MY_DATA}/sent"
    assert letters_to(ADDRESS)[-1].status is LetterStatus.QUEUED


def test_a_mailbox_that_wants_no_letters_gets_none(app: Flask, client: FlaskClient) -> None:
    with transaction():
        shield(rate_mac(parse_address(ADDRESS).rate_key), clock.now())
    ask(client, ADDRESS)
    assert letters_to(ADDRESS)[0].status is LetterStatus.WITHHELD


def test_a_scanner_that_opens_the_link_uses_nothing_up(app: Flask, client: FlaskClient) -> None:
    make_subscriber(ADDRESS, make_list())
    ask(client, ADDRESS)
    link = path_in(letters_to(ADDRESS)[0], "open_url")
    before = count_rows()
    for method in ("GET", "HEAD", "OPTIONS"):
        app.test_client().open(link, method=method)
    assert count_rows() == before
    assert press(client, link).location == OVERVIEW


def test_the_link_works_once_and_for_an_hour(app: Flask, client: FlaskClient) -> None:
    make_subscriber(ADDRESS, make_list())
    ask(client, ADDRESS)
    link = path_in(letters_to(ADDRESS)[0], "open_url")
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        assert client.get(link).status_code == send(client, link).status_code == 410
    stranger = app.test_client()
    assert press(client, link).status_code == 303
    assert send(stranger, link).status_code == 410
    assert stranger.get(OVERVIEW).location == MY_DATA


@pytest.mark.parametrize("token", ["x", "WyIxIiwieCJd.x.y", "%00", "é" * 600, "-" * 2000])
def test_a_forged_link_opens_nothing(app: Flask, client: FlaskClient, token: str) -> None:
    for page in ("open", "new-address"):
        path = f"{MY_DATA}/{page}/{token}"
        assert {client.get(path).status_code, send(client, path).status_code} <= {404, 410}
    assert count_rows()["access_ticket"] == 0


def test_no_page_shows_anything_without_the_letter(app: Flask, client: FlaskClient) -> None:
    make_subscriber(ADDRESS, make_list())
    for page in (*PAGES, *MORE_PAGES):
        answer = client.get(f"{MY_DATA}/{page}")
        assert (answer.status_code, answer.location) == (303, MY_DATA)
    for page in ("person", "address", "join", "freeze", "object", "erase", "leave", "pause"):
        send(client, f"{MY_DATA}/{page}", leave="all", pause="1", is_sure="y")
    assert lists_of(ADDRESS) == ["La Lettre nationale"]
    assert (camille().restricted_at, camille().paused_until) == (None, None)


def test_the_session_ends_after_half_an_hour_and_by_its_button(
    app: Flask, opened: FlaskClient
) -> None:
    assert ADDRESS in opened.get(OVERVIEW).text
    with time_machine.travel(clock.now() + timedelta(minutes=31)):
        assert opened.get(OVERVIEW).location == MY_DATA
    open_my_data(opened, ADDRESS)
    cookie = opened.get_cookie("session")
    assert cookie is not None
    send(opened, f"{MY_DATA}/close")
    thief = app.test_client()
    thief.set_cookie("session", cookie.value)
    assert thief.get(OVERVIEW).location == MY_DATA


def test_looking_changes_nothing(opened: FlaskClient) -> None:
    before = count_rows()
    for page in (*PAGES, *MORE_PAGES):
        assert opened.get(f"{MY_DATA}/{page}").status_code == 200
        assert opened.get(f"/en/my-data/{page}").status_code == 200
    assert count_rows() == before


def test_it_goes_into_the_log_that_the_person_saw_their_data(opened: FlaskClient) -> None:
    disclosure = db.session.scalars(db.select(Disclosure)).one()
    assert (disclosure.kind, disclosure.subscriber_id) == (DisclosureKind.ACCESS, camille().id)
    assert db.session.get(LogEntry, ("disclosed", disclosure.id)) is not None


def test_opening_is_an_act_of_the_person(app: Flask, client: FlaskClient) -> None:
    make_subscriber(ADDRESS, make_list())
    later = clock.now() + timedelta(days=700)
    with time_machine.travel(later):
        open_my_data(client, ADDRESS)
    assert camille().acted_at >= later


def test_the_file_says_what_the_page_says(opened: FlaskClient) -> None:
    answer = opened.get(f"{MY_DATA}/everything.json")
    held = json.loads(answer.text)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert held["data"]["subscriber"][0]["address"] == ADDRESS
    wording = held["data"]["consent_event"][0]["wording"]
    assert wording in opened.get(f"{MY_DATA}/everything").get_data(as_text=True)
    assert held["retention"]
    assert held["recipients"]


def test_correcting_the_name_and_the_language(opened: FlaskClient) -> None:
    press(opened, f"{MY_DATA}/person", given_name=" Camille-Zoé ", language="en")
    assert (camille().given_name, camille().language) == ("Camille-Zoé", "en")
    press(opened, f"{MY_DATA}/person", given_name="", language="en")
    assert camille().given_name is None


@pytest.mark.parametrize(
    ("given_name", "language"),
    [("x" * 81, "fr"), ("www.example.org", "fr"), ("a\0b", "fr"), ("Zoé", "de"), ("Zoé", "")],
)
def test_a_faulty_correction_changes_nothing(
    opened: FlaskClient, given_name: str, language: str
) -> None:
    answer = press(opened, f"{MY_DATA}/person", given_name=given_name, language=language)
    assert (answer.status_code, camille().given_name) == (422, "Camille")


def test_joining_another_list_by_its_box_is_a_confirmed_consent(opened: FlaskClient) -> None:
    other = make_list("paris", "Paris")
    page = f"{MY_DATA}/join"
    box = inputs_of(opened.get(page).text)[f"consent_{other.id}"]
    assert "checked" not in box
    press(opened, page, **{f"consent_{other.id}": str(box["value"])})
    event = db.session.scalars(
        db.select(ConsentEvent).where(ConsentEvent.method == Method.MY_DATA)
    ).one()
    assert (event.kind, event.purpose_id) == (EventKind.CONFIRMED, other.purpose_id)
    assert event.evidence is not None
    assert lists_of(ADDRESS) == ["La Lettre nationale", "Paris"]


def test_joining_leaving_and_joining_again_in_one_session(opened: FlaskClient) -> None:
    other = make_list("paris", "Paris")
    page = f"{MY_DATA}/join"
    for _ in range(2):
        box = inputs_of(opened.get(page).text)[f"consent_{other.id}"]
        press(opened, page, **{f"consent_{other.id}": str(box["value"])})
        assert "Paris" in lists_of(ADDRESS)
        send(opened, f"{MY_DATA}/leave", leave=f"list:{other.id}")
        assert "Paris" not in lists_of(ADDRESS)


def test_joining_with_no_box_or_an_outdated_one_writes_nothing(opened: FlaskClient) -> None:
    other = make_list("paris", "Paris")
    before = count_rows()
    page = f"{MY_DATA}/join"
    assert press(opened, page).status_code == 422
    assert press(opened, page, **{f"consent_{other.id}": "999999"}).status_code == 422
    assert count_rows() == before


@pytest.mark.parametrize("chosen", ["list:x", "list:", "", "purpose:-1", "list:99999999999", "²:²"])
def test_a_made_up_wish_to_leave_is_refused_or_changes_nothing(
    opened: FlaskClient, chosen: str
) -> None:
    assert send(opened, f"{MY_DATA}/leave", leave=chosen).status_code == 400
    assert lists_of(ADDRESS) == ["La Lettre nationale"]


def test_pausing_and_resuming(opened: FlaskClient) -> None:
    send(opened, f"{MY_DATA}/pause", pause="3")
    paused = camille().paused_until
    assert paused is not None
    assert timedelta(days=88) < paused - clock.now() < timedelta(days=93)
    send(opened, f"{MY_DATA}/pause", pause="resume")
    assert camille().paused_until is None
    send(opened, f"{MY_DATA}/pause", pause="open")
    assert camille().paused_until == UNTIL_RESUMED
    assert send(opened, f"{MY_DATA}/pause", pause="12").status_code == 400
    assert lists_of(ADDRESS) == ["La Lettre nationale"]


def test_frozen_nothing_changes_but_leaving_is_open(opened: FlaskClient) -> None:
    other = make_list("paris", "Paris")
    press(opened, f"{MY_DATA}/freeze")
    assert camille().restricted_at is not None
    press(opened, f"{MY_DATA}/person", given_name="Zoé", language="en")
    send(opened, f"{MY_DATA}/pause", pause="1")
    send(opened, f"{MY_DATA}/join", **{f"consent_{other.id}": "1"})
    press(opened, f"{MY_DATA}/address", email="new@example.org")
    assert (camille().given_name, camille().paused_until) == ("Camille", None)
    assert count_rows()["address_change"] == 0
    send(opened, f"{MY_DATA}/leave", leave="all")
    assert lists_of(ADDRESS) == []
    press(opened, f"{MY_DATA}/freeze")
    assert camille().restricted_at is None


def test_objecting_ends_everything_and_leaves_a_closed_case(opened: FlaskClient) -> None:
    press(opened, f"{MY_DATA}/object")
    assert lists_of(ADDRESS) == []
    assert is_suppressed(camille().address_mac, [EVERYTHING], clock.now())
    case = db.session.scalars(db.select(Case)).one()
    assert (case.kind, case.closed_at is not None) == (CaseKind.OBJECTION, True)
    press(opened, f"{MY_DATA}/object")
    kinds = db.session.scalars(db.select(ConsentEvent.kind)).all()
    assert kinds.count(EventKind.OBJECTED) == 1


def test_erasing_needs_its_box_and_ends_the_session(opened: FlaskClient) -> None:
    page = f"{MY_DATA}/erase"
    assert press(opened, page).status_code == 422
    assert camille().address == ADDRESS
    assert press(opened, page, is_sure="y").location == f"{MY_DATA}/erased"
    assert opened.get(OVERVIEW).location == MY_DATA
    assert (count_rows()["subscriber"], count_rows()["access_ticket"]) == (0, 0)
    case = db.session.scalars(db.select(Case)).one()
    assert (case.kind, case.subscriber_id) == (CaseKind.ERASURE, None)


def test_two_people_see_each_their_own(app: Flask, opened: FlaskClient) -> None:
    make_subscriber("other@example.org", make_list("paris", "Paris"))
    other = app.test_client()
    open_my_data(other, "other@example.org")
    assert "other@example.org" not in opened.get(f"{MY_DATA}/everything").text
    assert ADDRESS not in other.get(f"{MY_DATA}/everything").text


def test_a_session_id_in_the_cookie_can_not_be_made_up(app: Flask, opened: FlaskClient) -> None:
    ticket = db.session.scalars(db.select(AccessTicket)).one()
    for value in (str(ticket.id), "x", "eyJteV9kYXRhIjoiMSJ9.x.y"):
        stranger = app.test_client()
        stranger.set_cookie("session", value)
        assert stranger.get(OVERVIEW).location == MY_DATA
