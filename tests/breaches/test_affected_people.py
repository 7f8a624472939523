"""The list of affected people: each way to choose them, and who stays on it."""

from datetime import timedelta

import pytest
from flask import Flask

from supporters import clock
from supporters.breaches.affected_people import (
    AffectedChoice,
    AffectedWay,
    add_affected,
    empty_affected,
)
from supporters.breaches.breach_register import BreachError
from supporters.breaches.models import BreachPerson
from supporters.breaches.queries import count_affected
from supporters.consent.models import Method
from supporters.consent.record_models import Disclosure, ErasureReason
from supporters.database import db
from supporters.lists.models import MailingList
from supporters.lists.subscriptions import unsubscribe_from_every_list
from supporters.people.addresses import parse_address
from supporters.people.models import Subscriber
from supporters.personal_data.erasure import ErasureOrder, erase_person
from tests.factories.breaches import affect, make_breach
from tests.factories.campaigns import ANNA, BORIS, CHLOE, subscriber_at
from tests.factories.exports import export
from tests.factories.imports import csv_of, invited
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import begins_with

LYON = "lyon"
DENIS = "denis@example.org"


def make_people(app: Flask) -> dict[str, int]:
    """Make two lists: Anna and Boris are on the first, Boris left it; Chloé is on the second."""
    national, lyon = make_list(), make_list(LYON, "Lyon")
    for address in (ANNA, BORIS):
        make_subscriber(address, national)
    make_subscriber(CHLOE, lyon)
    unsubscribe_from_every_list(subscriber_at(BORIS).id, Method.PAGE)
    return {"national": national.id, "lyon": lyon.id}


pytestmark = [begins_with(make_people), pytest.mark.either_database]


def on_list() -> set[str]:
    """Return the addresses of the subscribers on the list of the only breach."""
    rows = db.session.scalars(
        db.select(Subscriber.address).join(
            BreachPerson, BreachPerson.subscriber_id == Subscriber.id
        )
    )
    return {*rows}


def test_everybody_are_subscribers_and_former_ones(app: Flask) -> None:
    affect(make_breach())
    assert on_list() == {ANNA, BORIS, CHLOE}


def test_a_list_has_its_former_members_too(app: Flask, prepared: dict[str, int]) -> None:
    affect(make_breach(), AffectedWay.LIST, number=prepared["national"])
    assert on_list() == {ANNA, BORIS}


@pytest.mark.both_databases
def test_a_period_has_the_people_who_signed_up_in_it(app: Flask) -> None:
    breach, now = make_breach(), clock.now()
    day = timedelta(days=1)
    assert affect(breach, AffectedWay.PERIOD, since=now - 9 * day, until=now - 3 * day) == 0
    assert affect(breach, AffectedWay.PERIOD, since=now - day, until=now + day) == 3


@pytest.mark.both_databases
def test_an_export_has_the_people_who_had_joined_by_then(
    app: Flask, prepared: dict[str, int]
) -> None:
    export(db.session.get_one(MailingList, prepared["national"]))
    make_subscriber(DENIS, db.session.get_one(MailingList, prepared["national"]))
    made = db.session.scalars(db.select(Disclosure)).one()
    affect(make_breach(), AffectedWay.EXPORT, number=made.id)
    assert on_list() == {ANNA, BORIS}


def test_an_import_has_the_people_whom_it_invited(app: Flask) -> None:
    import_id = invited(csv_of(f"{DENIS},Denis,fr"))
    breach = make_breach()
    assert affect(breach, AffectedWay.IMPORT, number=import_id) == 1
    assert on_list() == set()


@pytest.mark.both_databases
def test_typed_addresses_match_by_their_key(app: Flask) -> None:
    typed = [parse_address("ANNA@Example.org"), parse_address("nobody@example.org")]
    assert affect(make_breach(), AffectedWay.ADDRESSES, addresses=typed) == 1
    assert on_list() == {ANNA}


def test_nobody_is_on_a_list_twice(app: Flask, prepared: dict[str, int]) -> None:
    breach = make_breach()
    counts = [affect(breach, AffectedWay.LIST, number=prepared["national"]), affect(breach)]
    assert (counts, affect(breach), count_affected(breach.id)) == ([2, 1], 0, 3)


def test_people_who_sign_up_later_are_not_affected(app: Flask, prepared: dict[str, int]) -> None:
    affect(make_breach())
    make_subscriber(DENIS, db.session.get_one(MailingList, prepared["lyon"]))
    assert DENIS not in on_list()


def test_an_erased_person_leaves_the_list(app: Flask) -> None:
    affect(make_breach())
    erase_person(subscriber_at(ANNA).id, ErasureOrder(reason=ErasureReason.ASKED))
    assert on_list() == {BORIS, CHLOE}


@pytest.mark.both_databases
def test_the_list_can_be_emptied_and_chosen_again(app: Flask, prepared: dict[str, int]) -> None:
    breach = make_breach()
    affect(breach)
    empty_affected(breach.id)
    affect(breach, AffectedWay.LIST, number=prepared["lyon"])
    assert on_list() == {CHLOE}


def test_an_unknown_breach_has_no_list(app: Flask) -> None:
    choice = AffectedChoice(way=AffectedWay.EVERYBODY)
    assert add_affected(1, choice) is BreachError.UNKNOWN
