"""A new mailbox confirms each sentence, or stops all mail."""

from collections.abc import Sequence

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.cases.models import AddressChange
from supporters.consent.log_sealing import seal
from supporters.consent.models import ConsentEvent, EventKind, Method, PageSnapshot, Wording
from supporters.consent.page_snapshots import open_snapshot
from supporters.consent.queries import is_suppressed
from supporters.consent.suppression import EVERYTHING, SIGNUP_MAIL
from supporters.consent.withdrawal_journal import WithdrawalKind, journal_path, read_withdrawals
from supporters.database import db
from supporters.lists.models import MailingList, Subscription
from supporters.lists.queries import list_subscriptions_of
from supporters.mail.models import EmailKind, EmailStatus
from supporters.my_data.address_change import request_address_change
from supporters.people.addresses import address_mac, parse_address
from tests.factories.campaigns import subscriber_at
from tests.factories.lists import make_list
from tests.factories.my_data import emails_to, path_in
from tests.factories.rows import count_rows
from tests.factories.signups import ADDRESS, make_subscriber, values_in
from tests.machinery.prepared_states import made_once
from tests.web.public.pages import hidden_values, press

pytestmark = pytest.mark.either_database

NEW = "new@example.net"


@made_once
def lists(app: Flask) -> list[MailingList]:
    """Return the lists of a person who asked for a new address."""
    lists = [make_list(), make_list("paris", "Paris")]
    make_subscriber(ADDRESS, *lists)
    request_address_change(subscriber_at(ADDRESS).id, parse_address(NEW), "fr")
    return lists


def link(name: str = "confirm_url") -> str:
    """Return a link in the newest email to the new address."""
    return path_in(emails_to(NEW, EmailKind.NEW_ADDRESS)[-1], name)


def sentences() -> set[str]:
    """Return the sentences of the person's current consents."""
    held = db.select(Wording.text).join(ConsentEvent, ConsentEvent.wording_id == Wording.id)
    held = held.join(Subscription, Subscription.consent_event_id == ConsentEvent.id)
    return {*db.session.scalars(held)}


def events(kind: EventKind) -> Sequence[ConsentEvent]:
    """Return the events of a kind, oldest first."""
    found = db.select(ConsentEvent).where(ConsentEvent.kind == kind).order_by(ConsentEvent.id)
    return db.session.scalars(found).all()


def test_email_and_page_show_the_lists_and_their_exact_sentences(
    lists: list[MailingList], client: FlaskClient
) -> None:
    values = values_in(emails_to(NEW, EmailKind.NEW_ADDRESS)[-1])
    page = client.get(link()).text
    assert {*values["names"]} == {each.name for each in lists}
    assert {*values["sentences"]} == sentences()
    assert all(each in page and "politique" in each for each in sentences())
    assert ADDRESS not in page


@pytest.mark.both_databases
def test_the_button_confirms_each_sentence_from_the_new_mailbox(
    lists: list[MailingList], client: FlaskClient
) -> None:
    opened = link()
    press(client, opened)
    renewed = events(EventKind.RENEWED)
    held = {each.consent_event_id for each in db.session.scalars(db.select(Subscription))}
    assert {each.id for each in renewed} == held
    assert {each.purpose_id for each in renewed} == {each.purpose_id for each in lists}
    (moved,) = events(EventKind.ADDRESS_CHANGED)
    for event in (moved, *renewed):
        assert (event.address_mac, event.evidence) == (address_mac(NEW), moved.evidence)
        assert (event.page_snapshot_id, event.requested_at) != (None, None)
    assert {each.method for each in renewed} == {Method.LINK}
    kept = open_snapshot(db.session.get_one(PageSnapshot, moved.page_snapshot_id))
    assert all(each in kept for each in sentences())
    assert opened.rpartition("/")[2] not in f"{kept}{moved.page_url}"
    seal()
    assert verify(clock.now()).faults == []


def test_a_page_that_was_open_before_another_list_was_joined_is_read_again(
    lists: list[MailingList], client: FlaskClient
) -> None:
    opened = hidden_values(client.get(link()).text)
    make_subscriber(ADDRESS, make_list("lyon", "Lyon"))
    answer = client.post(link(), data=opened)
    assert (answer.status_code, subscriber_at(ADDRESS).address) == (422, ADDRESS)
    assert "Lyon" in answer.text
    assert press(client, link()).status_code == 303
    assert len(events(EventKind.RENEWED)) == len(lists) + 1


def never(client: FlaskClient) -> TestResponse:
    """Press the button of the other link in the email."""
    return press(client, link("never_url"))


@pytest.mark.both_databases
def test_a_mailbox_that_never_asked_ends_it_with_one_press(
    lists: list[MailingList], client: FlaskClient
) -> None:
    confirm, page = link(), client.get(link("never_url"))
    assert page.status_code == 200
    assert count_rows(AddressChange) == 1
    assert never(client).status_code == 200
    assert never(client).status_code == 200
    now = clock.now()
    assert is_suppressed(address_mac(NEW), [EVERYTHING], now)
    assert is_suppressed(address_mac(NEW), [SIGNUP_MAIL], now)
    assert press(client, confirm).status_code == 410
    assert len(list_subscriptions_of(subscriber_at(ADDRESS).id)) == len(lists)
    kinds = {each.kind for each in read_withdrawals(journal_path())[0]}
    assert {WithdrawalKind.OBJECTED, WithdrawalKind.SIGNUP_MAIL_BLOCKED} <= kinds


@pytest.mark.both_databases
def test_no_email_goes_to_it_again(lists: list[MailingList], client: FlaskClient) -> None:
    never(client)
    request_address_change(subscriber_at(ADDRESS).id, parse_address(NEW), "fr")
    assert emails_to(NEW, EmailKind.NEW_ADDRESS)[-1].status is EmailStatus.WITHHELD


def test_a_forged_link_says_never_to_nobody(app: Flask, client: FlaskClient) -> None:
    page = "/fr/my-data/not-my-address/forged"
    assert {client.get(page).status_code, client.post(page).status_code} == {404}


def test_the_page_itself_leads_to_never(lists: list[MailingList], client: FlaskClient) -> None:
    html = client.get(link()).text
    never_page = (
        "/fr/my-data/not-my-address/" + html.partition("/not-my-address/")[2].partition('"')[0]
    )
    assert client.get(never_page).status_code == 200


@pytest.mark.both_databases
def test_a_consent_that_was_moved_by_hand_is_found(
    lists: list[MailingList], client: FlaskClient
) -> None:
    press(client, link())
    seal()
    held = db.session.scalars(db.select(Subscription).order_by(Subscription.mailing_list_id)).all()
    first = db.session.scalars(
        db.select(ConsentEvent).where(
            ConsentEvent.kind == EventKind.CONFIRMED, ConsentEvent.purpose_id == held[0].purpose_id
        )
    ).one()
    held[0].consent_event_id, held[0].consent_kind = first.id, first.kind.value
    db.session.commit()
    (fault,) = verify(clock.now()).faults
    assert (fault.table, fault.what) == (
        "subscription",
        "the consent it rests on was never confirmed from the current address",
    )
