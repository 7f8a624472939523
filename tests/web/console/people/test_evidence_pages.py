"""The evidence in the console: for owners and the data protection officer, with a reason."""

import json
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from supporters import clock
from supporters.cases.case_service import close_case
from supporters.cases.models import CaseKind
from supporters.consent.models import Method
from supporters.consent.record_models import Disclosure
from supporters.database import db
from supporters.lists.subscriptions import unsubscribe_from_every_list
from tests.factories.accounts import PASSWORD, keep_signed_in, make_dpo, make_owner, sign_in
from tests.factories.cases import make_case
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, make_subscriber_with_snapshot
from tests.machinery.prepared_states import always_made_once
from tests.web.console.pages import open_person
from tests.web.public.pages import press

SHOWN = "<!DOCTYPE html><title>Page</title><p>Comme montrée</p>"
PEOPLE = "/console/people"
PARTS = ("", "/evidence.json", "/evidence.html", "/pages/1")


@always_made_once
def person_id(app: Flask) -> int:
    """Add a subscriber with a page snapshot; return their id."""
    return make_subscriber_with_snapshot(ADDRESS, make_list(), SHOWN).id


@pytest.fixture(params=["owner", "dpo"])
def reader(request: pytest.FixtureRequest, app: Flask) -> FlaskClient:
    """Return the browser of an account that may read evidence."""
    account = {"owner": make_owner, "dpo": make_dpo}[request.param]()
    return sign_in(app, account)


def ask_for_evidence(client: FlaskClient, person_id: int, reason: str = "Une plainte") -> str:
    """Give a reason, and return the URL of the pack."""
    answer = press(client, f"{PEOPLE}/{person_id}/evidence", reason=reason)
    assert answer.status_code == 303
    return str(answer.location)


def test_saying_why_shows_the_pack_and_takes_it_down(reader: FlaskClient, person_id: int) -> None:
    html = reader.get(ask_for_evidence(reader, person_id, "Une \r\n plainte")).text
    (disclosure,) = db.session.scalars(select(Disclosure)).all()
    assert disclosure.reason == "Une plainte"
    assert disclosure.asked_by.endswith("@parti.example")
    assert disclosure.asked_by in html
    assert "message-bad" not in html


def test_the_pack_is_saved_in_both_forms(reader: FlaskClient, person_id: int) -> None:
    pack = ask_for_evidence(reader, person_id)
    as_json, as_html = reader.get(f"{pack}/evidence.json"), reader.get(f"{pack}/evidence.html")
    assert json.loads(as_json.text)["person"]["address"] == ADDRESS
    assert "Comme montrée" in as_html.text
    for answer in (as_json, as_html):
        assert "attachment" in answer.headers["Content-Disposition"]
        assert answer.headers["Cache-Control"] == "no-store"


def test_opening_it_again_takes_nothing_more_down(reader: FlaskClient, person_id: int) -> None:
    pack = ask_for_evidence(reader, person_id)
    for path in (pack, f"{pack}/evidence.json", pack):
        reader.get(path)
    assert len(db.session.scalars(select(Disclosure)).all()) == 1


def test_the_page_as_shown_is_harmless(reader: FlaskClient, person_id: int) -> None:
    answer = reader.get(f"{ask_for_evidence(reader, person_id)}/pages/1")
    assert answer.text == SHOWN
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_without_a_reason_nothing_is_shown(reader: FlaskClient, person_id: int) -> None:
    answer = press(reader, f"{PEOPLE}/{person_id}/evidence", reason="  ")
    assert (answer.status_code, db.session.scalars(select(Disclosure)).all()) == (422, [])
    assert "error-summary" in answer.text


def test_after_an_hour_one_must_say_anew_why(reader: FlaskClient, person_id: int) -> None:
    pack = ask_for_evidence(reader, person_id)
    keep_signed_in(clock.now() + timedelta(minutes=30))
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        press(reader, str(reader.get(pack).location), password=PASSWORD)
        assert reader.get(pack).location == f"{PEOPLE}/{person_id}/evidence"
        assert reader.get(f"{pack}/evidence.json").status_code == 404
        assert reader.get(f"{pack}/pages/1").status_code == 404


def test_what_one_account_asked_for_opens_for_no_other(app: Flask, person_id: int) -> None:
    owner = sign_in(app, make_owner())
    other = sign_in(app, make_owner("autre@parti.example"))
    pack = ask_for_evidence(owner, person_id)
    assert other.get(f"{pack}/evidence.json").status_code == 404
    stranger = make_subscriber_with_snapshot("ada@example.org", make_list("b", "B"), SHOWN)
    elsewhere = pack.replace(str(person_id), str(stranger.id))
    assert owner.get(f"{elsewhere}/evidence.json").status_code == 404


def test_organisers_are_led_to_no_proofs(organiser_client: FlaskClient, person_id: int) -> None:
    page = open_person(organiser_client, person_id)
    assert "/evidence" not in organiser_client.get(page).text


def test_the_person_page_leads_there(reader: FlaskClient, person_id: int) -> None:
    assert f"{PEOPLE}/{person_id}/evidence" in reader.get(open_person(reader, person_id)).text
    assert reader.get(f"{PEOPLE}/404/evidence").status_code == 404


def opened(client: FlaskClient, pack: str) -> set[int]:
    """Return the statuses of a pack, of its files and of the page that asks for a reason."""
    paths = (*(f"{pack}{part}" for part in PARTS), pack.rpartition("/")[0])
    return {client.get(path).status_code for path in paths}


def test_the_proof_of_who_left_is_for_the_officer_alone(
    owner_client: FlaskClient, officer_client: FlaskClient, person_id: int
) -> None:
    packs = {
        client: ask_for_evidence(client, person_id) for client in (owner_client, officer_client)
    }
    unsubscribe_from_every_list(person_id, Method.PAGE)
    assert opened(officer_client, packs[officer_client]) == {200}
    assert opened(owner_client, packs[owner_client]) == {404}


def test_owners_read_the_proof_of_a_disputed_consent_until_that_is_settled(
    owner_client: FlaskClient, person_id: int
) -> None:
    unsubscribe_from_every_list(person_id, Method.PAGE)
    case = make_case(clock.now(), CaseKind.DISPUTE, person_id)
    pack = ask_for_evidence(owner_client, person_id)
    assert opened(owner_client, pack) == {200}
    close_case(case.id, "Preuve envoyée.", by=None)
    assert opened(owner_client, pack) == {404}


def test_a_case_of_another_kind_opens_no_proof(owner_client: FlaskClient, person_id: int) -> None:
    unsubscribe_from_every_list(person_id, Method.PAGE)
    make_case(clock.now(), CaseKind.ACCESS, person_id)
    assert owner_client.get(f"{PEOPLE}/{person_id}/evidence").status_code == 404


def test_who_may_not_see_the_person_is_led_back_to_the_case(
    owner_client: FlaskClient, person_id: int
) -> None:
    unsubscribe_from_every_list(person_id, Method.PAGE)
    case = make_case(clock.now(), CaseKind.DISPUTE, person_id)
    html = owner_client.get(f"{PEOPLE}/{person_id}/evidence").text
    assert html.count(f'href="/console/cases/{case.id}"') == 2
    assert f'href="{PEOPLE}/{person_id}"' not in html
