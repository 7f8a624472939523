"""A new address counts once its mailbox confirms it; suppressions apply to it too."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.cases.models import AddressChange
from supporters.consent.models import ConsentEvent, EventKind, Method
from supporters.consent.queries import is_suppressed
from supporters.consent.suppression import EVERYTHING, purpose_scope, suppress
from supporters.database import db, transaction
from supporters.lists.queries import list_subscriptions_of
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.my_data.address_change import (
    AddressChangeResult,
    RequestAddressChangeResult,
    request_address_change,
)
from supporters.my_data.my_data_access import purge_address_changes
from supporters.people.addresses import address_mac, parse_address
from supporters.people.models import Subscriber
from supporters.signup.confirmation import ConfirmError, confirm_by_link
from tests.factories.campaigns import subscriber_at
from tests.factories.lists import make_list
from tests.factories.my_data import (
    MY_DATA,
    OVERVIEW,
    confirm_address_change,
    emails_to,
    open_my_data,
    path_in,
)
from tests.factories.rows import count_rows
from tests.factories.signups import (
    ADDRESS,
    confirm_token,
    make_subscriber,
    request_to_join,
    values_in,
)
from tests.machinery.threads import in_threads
from tests.web.public.pages import press

pytestmark = pytest.mark.either_database

NEW, OTHER = "new@example.net", "other@example.org"


def want(address: str, new: str) -> RequestAddressChangeResult:
    """Ask for a change to a new address."""
    return request_address_change(subscriber_at(address).id, parse_address(new), "fr")


def token_to(address: str) -> str:
    """Return the token of the newest email to a new address."""
    email = emails_to(address, EmailKind.NEW_ADDRESS)[-1]
    return path_in(email, "confirm_url").rpartition("/")[2]


def test_the_new_mailbox_confirms_and_all_data_moves(app: Flask, client: FlaskClient) -> None:
    mailing_list = make_list()
    before = make_subscriber(ADDRESS, mailing_list, given_name="Camille")
    subscriber_id, old_mac = before.id, before.address_mac
    open_my_data(client, ADDRESS)
    press(client, f"{MY_DATA}/address", email=NEW)
    assert subscriber_at(ADDRESS).id == subscriber_id
    link = f"{MY_DATA}/new-address/{token_to(NEW)}"
    assert press(client, link).location == f"{MY_DATA}/moved"
    moved = subscriber_at(NEW)
    assert (moved.id, moved.address_mac) == (subscriber_id, address_mac(NEW))
    assert [each.id for _, each in list_subscriptions_of(subscriber_id)] == [mailing_list.id]
    assert client.get(OVERVIEW).location == MY_DATA
    assert is_suppressed(old_mac, [EVERYTHING], clock.now())
    assert not is_suppressed(moved.address_mac, [EVERYTHING], clock.now())
    assert emails_to(NEW, EmailKind.ADDRESS_CHANGED)[0].status is EmailStatus.QUEUED


def test_the_event_has_the_new_address_as_a_keyed_hash(app: Flask) -> None:
    make_subscriber(ADDRESS, make_list())
    want(ADDRESS, NEW)
    assert confirm_address_change(token_to(NEW)) is AddressChangeResult.DONE
    event = db.session.scalars(
        db.select(ConsentEvent).where(ConsentEvent.kind == EventKind.ADDRESS_CHANGED)
    ).one()
    assert (event.address_mac, event.method) == (address_mac(NEW), Method.LINK)


def test_an_address_of_another_person_gets_an_email_that_says_so(app: Flask) -> None:
    mailing_list = make_list()
    make_subscriber(ADDRESS, mailing_list)
    make_subscriber(OTHER, mailing_list)
    outcomes = [want(ADDRESS, OTHER), want(ADDRESS, NEW)]
    assert outcomes == [
        RequestAddressChangeResult.EMAIL_SENT,
        RequestAddressChangeResult.EMAIL_SENT,
    ]
    taken = [values_in(emails_to(each, EmailKind.NEW_ADDRESS)[0]) for each in (OTHER, NEW)]
    assert [each["is_taken"] for each in taken] == [True, False]
    assert confirm_address_change(token_to(OTHER)) is AddressChangeResult.OVER
    assert subscriber_at(OTHER).id != subscriber_at(ADDRESS).id


def test_what_was_stopped_stays_stopped_at_the_new_address(app: Flask) -> None:
    first, second = make_list(), make_list("paris", "Paris")
    make_subscriber(ADDRESS, first, second)
    unsubscribe_from_list(subscriber_at(ADDRESS).id, second.id, Method.PAGE)
    with transaction():
        for scope in (EVERYTHING, purpose_scope(first.purpose_id)):
            suppress(address_mac(NEW), scope, now=clock.now(), until=None)
    want(ADDRESS, NEW)
    confirm_address_change(token_to(NEW))
    mac = address_mac(NEW)
    assert not is_suppressed(mac, [EVERYTHING, purpose_scope(first.purpose_id)], clock.now())
    assert is_suppressed(mac, [purpose_scope(second.purpose_id)], clock.now())


def test_only_the_newest_request_counts_and_only_for_a_day(app: Flask) -> None:
    make_subscriber(ADDRESS, make_list())
    want(ADDRESS, "typo@example.net")
    want(ADDRESS, NEW)
    assert confirm_address_change(token_to("typo@example.net")) is AddressChangeResult.OVER
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert confirm_address_change(token_to(NEW)) is AddressChangeResult.OVER
        assert purge_address_changes(clock.now()) == 2
    assert subscriber_at(ADDRESS).address == ADDRESS


def test_the_caps_of_a_person_and_of_a_mailbox_hold(app: Flask) -> None:
    make_subscriber(ADDRESS, make_list())
    outcomes = [want(ADDRESS, each) for each in (NEW, NEW, "a@example.net", "b@example.net")]
    assert outcomes == [
        RequestAddressChangeResult.EMAIL_SENT,
        RequestAddressChangeResult.EMAIL_SENT,
        RequestAddressChangeResult.EMAIL_SENT,
        RequestAddressChangeResult.TOO_OFTEN,
    ]
    statuses = [email.status for email in emails_to(NEW, EmailKind.NEW_ADDRESS)]
    assert statuses == [EmailStatus.QUEUED, EmailStatus.WITHHELD]


def test_the_same_address_is_no_change(app: Flask) -> None:
    make_subscriber(ADDRESS, make_list())
    assert want(ADDRESS, ADDRESS.title()) is RequestAddressChangeResult.SAME


def test_a_signup_of_the_old_address_is_deleted_with_its_key(app: Flask) -> None:
    make_subscriber(ADDRESS, make_list())
    token = confirm_token(request_to_join(ADDRESS, make_list("paris", "Paris")))
    want(ADDRESS, NEW)
    confirm_address_change(token_to(NEW))
    assert confirm_by_link(token) is ConfirmError.EXPIRED
    assert count_rows(Subscriber) == 1


@pytest.mark.both_databases
def test_two_people_who_want_the_same_address_do_not_both_get_it(app: Flask) -> None:
    mailing_list = make_list()
    make_subscriber(ADDRESS, mailing_list)
    make_subscriber(OTHER, mailing_list)
    want(ADDRESS, NEW)
    first = token_to(NEW)
    db.session.execute(
        db.delete(OutboxEmail).where(OutboxEmail.kind == EmailKind.ALREADY_SUBSCRIBED)
    )
    with time_machine.travel(clock.now() + timedelta(hours=12)):
        want(OTHER, NEW)
    changes = count_rows(AddressChange)
    outcomes = in_threads(app, [lambda: confirm_address_change(first)] * 2)
    assert (changes, sorted(each.name for each in outcomes)) == (2, ["DONE", "OVER"])
    db.session.rollback()
    db.session.expire_all()
    assert {each.address for each in db.session.scalars(db.select(Subscriber))} == {NEW, OTHER}
