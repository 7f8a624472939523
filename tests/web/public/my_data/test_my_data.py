"""The pages of My data: equal answers for all addresses, one-time links, sessions."""

import json
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.cases.models import AccessTicket
from supporters.consent.record_models import Disclosure, DisclosureKind
from supporters.consent.suppression import block_signup_mail
from supporters.database import db, transaction
from supporters.mail.models import EmailStatus
from supporters.people.addresses import address_mac
from supporters.people.models import Subscriber
from supporters.transparency_log.models import LogEntry
from tests.factories.lists import make_list
from tests.factories.my_data import (
    MY_DATA,
    OVERVIEW,
    emails_to,
    open_my_data,
    path_in,
    request_my_data,
    send,
)
from tests.factories.signups import ADDRESS, make_subscriber, request_to_join as sign_up, values_in
from tests.machinery.prepared_states import made_once
from tests.machinery.statements import statements
from tests.web.public.my_data_state import count_rows, lists_of, load_person
from tests.web.public.pages import hidden_values, press

pytestmark = pytest.mark.either_database

UNKNOWN = "nobody@example.org"
PAGES = (
    "overview",
    "everything",
    "everything.json",
    "subscriptions.csv",
    "person",
    "address",
    "join",
    "restrict",
)
MORE_PAGES = ("object", "erase")


@made_once
def camille(app: Flask) -> Subscriber:
    return make_subscriber(ADDRESS, make_list(), given_name="Camille")


@pytest.fixture
def opened(camille: Subscriber, client: FlaskClient) -> FlaskClient:
    """Return the browser of a person who opened their data."""
    open_my_data(client, ADDRESS)
    return client


def test_the_answer_and_the_writes_are_the_same_for_every_address(client: FlaskClient) -> None:
    mailing_list = make_list()
    make_subscriber(ADDRESS, mailing_list)
    sign_up("waiting@example.org", mailing_list)
    with transaction():
        block_signup_mail(address_mac("shielded@example.org"), clock.now())
    answers, writes = [], []
    for address in (ADDRESS, UNKNOWN, "waiting@example.org", "shielded@example.org", ADDRESS):
        before = count_rows()
        answer = request_my_data(client, address)
        after = count_rows()
        answers.append((answer.status_code, answer.location, answer.text))
        writes.append({name: after[name] - before[name] for name in after})
    assert answers == [answers[0]] * 5
    assert writes == [writes[0]] * 5
    assert writes[0]["outbox_email"] == writes[0]["access_ticket"] == 1


def test_the_answer_takes_the_same_statements_for_every_address(client: FlaskClient) -> None:
    mailing_list = make_list()
    make_subscriber(ADDRESS, mailing_list)
    for _ in range(3):
        sign_up("waiting@example.org", mailing_list)
    fields, sent = hidden_values(client.get("/fr/my-data").text), []
    for address in (UNKNOWN, ADDRESS, "waiting@example.org", UNKNOWN):
        with statements() as said:
            client.post("/fr/my-data", data={**fields, "email": address})
        sent.append(said)
    assert sent[0]
    assert sent == [sent[0]] * 4


def test_only_the_email_tells_whether_the_address_is_known(app: Flask, client: FlaskClient) -> None:
    make_subscriber(ADDRESS, make_list())
    for address in (ADDRESS, UNKNOWN):
        request_my_data(client, address)
    known, unknown = emails_to(ADDRESS)[0], emails_to(UNKNOWN)[0]
    assert (values_in(known)["is_known"], values_in(unknown)["is_known"]) == (True, False)
    assert client.get(path_in(unknown, "open_url")).status_code == 410


def test_one_email_an_hour_counted_apart_from_sign_up_emails(client: FlaskClient) -> None:
    make_subscriber(ADDRESS, make_list())
    for _ in range(2):
        request_my_data(client, ADDRESS)
    statuses = [email.status for email in emails_to(ADDRESS)]
    assert statuses == [EmailStatus.QUEUED, EmailStatus.WITHHELD]


def test_three_emails_a_day_until_one_is_used(app: Flask, client: FlaskClient) -> None:
    make_subscriber(ADDRESS, make_list())
    start = clock.now()
    for hour in range(5):
        with time_machine.travel(start + timedelta(hours=hour), tick=False):
            request_my_data(client, ADDRESS)
    assert [email.status is EmailStatus.WITHHELD for email in emails_to(ADDRESS)] == [
        *(False, False, False, True, True)
    ]


@pytest.mark.parametrize("hours", [0.1, 5, 23.9, 24.5, 20 * 24])
def test_requests_of_strangers_do_not_block_a_person(
    app: Flask, client: FlaskClient, hours: float
) -> None:
    make_subscriber(ADDRESS, make_list())
    start = clock.now()
    for day in range(3):
        for hour in range(4):
            with time_machine.travel(start + timedelta(days=day, hours=hour), tick=False):
                request_my_data(app.test_client(), ADDRESS)
    later = start + timedelta(days=2, hours=3 + hours)
    with time_machine.travel(later, tick=False):
        request_my_data(client, ADDRESS)
        sent = [each for each in emails_to(ADDRESS) if each.status is not EmailStatus.WITHHELD]
        assert press(client, path_in(sent[-1], "open_url")).location == OVERVIEW


def test_using_the_link_allows_the_next_email(opened: FlaskClient) -> None:
    send(opened, f"{MY_DATA}/close")
    assert request_my_data(opened, ADDRESS).location == f"{MY_DATA}/sent"
    assert emails_to(ADDRESS)[-1].status is EmailStatus.QUEUED


def test_a_mailbox_that_blocked_signup_emails_gets_one_email_a_day(client: FlaskClient) -> None:
    with transaction():
        block_signup_mail(address_mac(ADDRESS), clock.now())
    for hours in (0, 2, 25):
        with time_machine.travel(clock.now() + timedelta(hours=hours), tick=False):
            request_my_data(client, ADDRESS)
    sent = [each.status for each in emails_to(ADDRESS)]
    assert sent == [EmailStatus.QUEUED, EmailStatus.WITHHELD, EmailStatus.QUEUED]


def test_a_link_scanner_does_not_use_up_the_link(app: Flask, client: FlaskClient) -> None:
    make_subscriber(ADDRESS, make_list())
    request_my_data(client, ADDRESS)
    link = path_in(emails_to(ADDRESS)[0], "open_url")
    before = count_rows()
    for method in ("GET", "HEAD", "OPTIONS"):
        app.test_client().open(link, method=method)
    assert count_rows() == before
    assert press(client, link).location == OVERVIEW


def test_the_link_works_once_and_for_a_day(app: Flask, client: FlaskClient) -> None:
    make_subscriber(ADDRESS, make_list())
    request_my_data(client, ADDRESS)
    link = path_in(emails_to(ADDRESS)[0], "open_url")
    with time_machine.travel(clock.now() + timedelta(hours=24, minutes=1)):
        assert client.get(link).status_code == send(client, link).status_code == 410
    stranger = app.test_client()
    assert press(client, link).status_code == 303
    assert send(stranger, link).status_code == 410
    assert stranger.get(OVERVIEW).location == MY_DATA


def test_a_forged_link_opens_nothing(app: Flask, client: FlaskClient) -> None:
    for token in ["x", "WyIxIiwieCJd.x.y", "%00", "é" * 600, "-" * 2000]:
        for page in ("open", "new-address"):
            path = f"{MY_DATA}/{page}/{token}"
            assert {client.get(path).status_code, send(client, path).status_code} <= {404, 410}
        assert count_rows()["access_ticket"] == 0


def test_no_page_shows_data_without_the_link(app: Flask, client: FlaskClient) -> None:
    make_subscriber(ADDRESS, make_list())
    for page in (*PAGES, *MORE_PAGES):
        answer = client.get(f"{MY_DATA}/{page}")
        assert (answer.status_code, answer.location) == (303, MY_DATA)
    for page in ("person", "address", "join", "restrict", "object", "erase", "leave", "pause"):
        send(client, f"{MY_DATA}/{page}", leave="all", pause="1", is_sure="y")
    assert lists_of(ADDRESS) == ["La Lettre nationale"]
    assert (load_person().restricted_at, load_person().paused_until) == (None, None)


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


def test_the_log_records_that_the_person_saw_their_data(opened: FlaskClient) -> None:
    disclosure = db.session.scalars(db.select(Disclosure)).one()
    assert (disclosure.kind, disclosure.subscriber_id) == (DisclosureKind.ACCESS, load_person().id)
    assert db.session.get(LogEntry, ("disclosed", disclosure.id)) is not None


def test_opening_counts_as_activity_of_the_person(app: Flask, client: FlaskClient) -> None:
    make_subscriber(ADDRESS, make_list())
    later = clock.now() + timedelta(days=700)
    with time_machine.travel(later):
        open_my_data(client, ADDRESS)
    assert load_person().acted_at >= later


def test_the_file_has_the_data_of_the_page(opened: FlaskClient) -> None:
    answer = opened.get(f"{MY_DATA}/everything.json")
    held = json.loads(answer.text)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert held["data"]["subscriber"][0]["address"] == ADDRESS
    wording = held["data"]["consent_event"][0]["wording"]
    assert wording in opened.get(f"{MY_DATA}/everything").get_data(as_text=True)
    assert held["retention"]
    assert held["recipients"]


def test_two_people_see_only_their_own_data(app: Flask, opened: FlaskClient) -> None:
    make_subscriber("other@example.org", make_list("paris", "Paris"))
    other = app.test_client()
    open_my_data(other, "other@example.org")
    assert "other@example.org" not in opened.get(f"{MY_DATA}/everything").text
    assert ADDRESS not in other.get(f"{MY_DATA}/everything").text


@pytest.mark.both_databases
def test_a_session_id_in_the_cookie_can_not_be_made_up(app: Flask, opened: FlaskClient) -> None:
    ticket = db.session.scalars(db.select(AccessTicket)).one()
    for value in (str(ticket.id), "x", "eyJteV9kYXRhIjoiMSJ9.x.y"):
        stranger = app.test_client()
        stranger.set_cookie("session", value)
        assert stranger.get(OVERVIEW).location == MY_DATA
