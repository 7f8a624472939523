"""Unsubscribing works at once and repeatedly, and leaves no readable list of people."""

import hashlib
import hmac
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.consent.models import ConsentEvent, EventKind, Method, Suppression
from supporters.consent.suppression import EVERYTHING, purpose_scope
from supporters.database import db
from supporters.lists.models import MailingList, Subscription
from supporters.lists.subscriptions import (
    object_by_address,
    object_to_everything,
    unsubscribe_from_every_list,
    unsubscribe_from_list,
)
from supporters.people.addresses import address_mac
from supporters.people.data_keys import ADDRESSES
from supporters.people.models import DataKey, Subscriber
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, make_subscriber
from tests.machinery.threads import at_once

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


def lists_of(subscriber_id: int) -> list[int]:
    """Return the ids of the lists that a person is on."""
    db.session.rollback()
    query = db.select(Subscription.mailing_list_id).where(
        Subscription.subscriber_id == subscriber_id
    )
    return [*db.session.scalars(query.order_by(Subscription.mailing_list_id))]


def endings() -> list[tuple[EventKind, Method]]:
    """Return the withdrawals and objections, oldest first."""
    rows = db.session.execute(
        db.select(ConsentEvent.kind, ConsentEvent.method)
        .where(ConsentEvent.kind.not_in([EventKind.REQUESTED, EventKind.CONFIRMED]))
        .order_by(ConsentEvent.id)
    )
    return [(kind, method) for kind, method in rows]


def scopes() -> list[str]:
    return [*db.session.scalars(db.select(Suppression.scope).order_by(Suppression.scope))]


def both_lists() -> tuple[MailingList, MailingList]:
    """Return two lists."""
    return make_list(), make_list("lyon", "Lyon")


def test_one_click_unsubscribes_from_that_list_only() -> None:
    national, lyon = both_lists()
    person = make_subscriber(ADDRESS, national, lyon)
    unsubscribe_from_list(person.id, national.id, Method.ONE_CLICK)
    assert lists_of(person.id) == [lyon.id]
    assert endings() == [(EventKind.WITHDRAWN, Method.ONE_CLICK)]
    assert scopes() == [purpose_scope(national.purpose_id)]


@pytest.mark.parametrize("method", [Method.ONE_CLICK, Method.PAGE, Method.MY_DATA])
def test_unsubscribing_from_one_of_two_lists_is_an_activity(method: Method) -> None:
    national, lyon = both_lists()
    person = make_subscriber(ADDRESS, national, lyon)
    later = clock.now() + timedelta(days=1000)
    with time_machine.travel(later, tick=False):
        unsubscribe_from_list(person.id, national.id, method)
    db.session.refresh(person)
    assert person.acted_at == later


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "end",
    [
        lambda person, listed: unsubscribe_from_list(person, listed, Method.ORGANISER),
        lambda person, listed: unsubscribe_from_list(person, listed, Method.EMAIL),
        lambda person, listed: object_to_everything(person),
        lambda person, listed: unsubscribe_from_list(person, 404, Method.PAGE),
        lambda person, listed: unsubscribe_from_list(
            person, listed, Method.PAGE, now=clock.now() - timedelta(days=2000)
        ),
    ],
)
def test_changes_by_others_repetitions_and_old_withdrawals_are_no_activity(
    end: Callable[[int, int], None],
) -> None:
    national, lyon = both_lists()
    person = make_subscriber(ADDRESS, national, lyon)
    before = person.acted_at
    with time_machine.travel(clock.now() + timedelta(days=1000), tick=False):
        end(person.id, national.id)
    assert db.session.scalar(db.select(Subscriber.acted_at)) == before


def test_a_second_click_changes_nothing() -> None:
    national = make_list()
    person = make_subscriber(ADDRESS, national)
    for _ in range(2):
        unsubscribe_from_list(person.id, national.id, Method.ONE_CLICK)
    assert (lists_of(person.id), len(endings()), len(scopes())) == ([], 1, 1)


@pytest.mark.both_databases
def test_clicks_at_the_same_moment_count_as_one(app: Flask) -> None:
    national = make_list()
    person_id = make_subscriber(ADDRESS, national).id
    at_once(app, lambda: unsubscribe_from_list(person_id, national.id, Method.ONE_CLICK), workers=3)
    assert (lists_of(person_id), len(endings())) == ([], 1)


def test_unsubscribing_from_every_list_ends_each_consent() -> None:
    national, lyon = both_lists()
    person = make_subscriber(ADDRESS, national, lyon)
    unsubscribe_from_every_list(person.id, Method.PAGE)
    unsubscribe_from_every_list(person.id, Method.PAGE)
    assert lists_of(person.id) == []
    assert endings() == [(EventKind.WITHDRAWN, Method.PAGE)] * 2
    assert scopes() == sorted(purpose_scope(each.purpose_id) for each in (national, lyon))


@pytest.mark.parametrize("list_id", [0, 404])
def test_an_unknown_person_or_list_changes_nothing(list_id: int) -> None:
    person = make_subscriber(ADDRESS, make_list())
    unsubscribe_from_list(404, list_id, Method.ONE_CLICK)
    unsubscribe_from_every_list(404, Method.PAGE)
    object_to_everything(404)
    unsubscribe_from_list(person.id, list_id, Method.ONE_CLICK)
    assert (len(lists_of(person.id)), endings(), scopes()) == (1, [], [])


def test_an_objection_ends_every_consent_and_suppresses_the_address() -> None:
    national, lyon = both_lists()
    person = make_subscriber(ADDRESS, national, lyon)
    object_to_everything(person.id)
    object_to_everything(person.id)
    assert lists_of(person.id) == []
    assert endings() == [(EventKind.OBJECTED, Method.ORGANISER)] * 2
    assert EVERYTHING in scopes()


def test_an_objection_by_address_finds_the_person() -> None:
    person = make_subscriber(ADDRESS, make_list())
    object_by_address(address_mac(ADDRESS))
    assert lists_of(person.id) == []
    assert endings() == [(EventKind.OBJECTED, Method.ORGANISER)]


@pytest.mark.both_databases
def test_an_unknown_address_can_be_suppressed() -> None:
    object_by_address(address_mac("stranger@example.org"))
    object_by_address(address_mac("stranger@example.org"))
    assert (endings(), scopes()) == ([], [EVERYTHING])


def test_the_history_has_the_confirmation_and_the_withdrawal() -> None:
    national = make_list()
    person = make_subscriber(ADDRESS, national)
    unsubscribe_from_list(person.id, national.id, Method.PAGE)
    kinds = db.session.scalars(db.select(ConsentEvent.kind).order_by(ConsentEvent.id)).all()
    assert kinds == [EventKind.REQUESTED, EventKind.CONFIRMED, EventKind.WITHDRAWN]


def test_joining_again_needs_a_new_confirmation_and_adds_an_event() -> None:
    national = make_list()
    person = make_subscriber(ADDRESS, national)
    unsubscribe_from_list(person.id, national.id, Method.PAGE)
    make_subscriber(ADDRESS, national)
    subscription = db.session.get_one(Subscription, (person.id, national.id))
    assert subscription.consent_event_id != person.joined_event_id
    assert scopes() == []


@pytest.mark.both_databases
def test_a_suppression_holds_no_address() -> None:
    object_by_address(address_mac(ADDRESS))
    (row,) = db.session.execute(db.text("SELECT * FROM suppression")).all()
    shown = repr(row)
    assert ADDRESS not in shown
    assert "camille" not in shown


@pytest.mark.both_databases
def test_a_copy_of_the_database_cannot_confirm_a_guessed_address(app: Flask) -> None:
    object_by_address(address_mac(ADDRESS))
    stored = bytes(db.session.scalars(db.select(Suppression.address_mac)).one())
    secret = app.extensions["settings"].secret_keys[0].encode()
    sealed = bytes(db.session.get_one(DataKey, ADDRESSES).encrypted)
    for guess in (ADDRESS, f"address\0{ADDRESS}"):
        guesses = [hashlib.sha256(guess.encode()).digest()]
        guesses += [hmac.digest(key, guess.encode(), "sha256") for key in (secret, sealed, b"")]
        assert stored not in guesses
    assert stored == address_mac(ADDRESS)


def test_the_hash_of_an_address_depends_on_the_installation(app: Flask) -> None:
    first = address_mac(ADDRESS)
    app.extensions.pop("data_keys")
    encryptor = app.extensions["encryptor"]
    row = db.session.get_one(DataKey, "addresses")
    row.encrypted = encryptor.encrypt(b"k" * 32)
    db.session.commit()
    assert address_mac(ADDRESS) != first
