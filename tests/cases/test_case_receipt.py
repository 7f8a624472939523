"""A request by email, post or telephone: its time counts from the day of receipt."""

from datetime import date, datetime

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.cases.acts_on_behalf import OnBehalfError
from supporters.cases.case_receipt import ReceivedRequest, receive_request
from supporters.cases.models import Case, CaseKind, Channel
from supporters.cases.rules import PARIS, last_day
from supporters.consent.queries import is_suppressed
from supporters.consent.suppression import EVERYTHING
from supporters.database import db
from supporters.lists.queries import list_subscriptions_of
from supporters.mail.models import EmailKind
from supporters.people.address_hashes import address_mac
from supporters.people.addresses import parse_address
from supporters.people.models import Subscriber
from tests.factories.accounts import make_owner
from tests.factories.lists import make_list
from tests.factories.lookups import acting_account, use_up_acts
from tests.factories.my_data import emails_to
from tests.factories.signups import ADDRESS, make_subscriber, request_to_join, values_in

pytestmark = pytest.mark.either_database

NOW = datetime(2027, 2, 10, 9, tzinfo=PARIS)


def take(received_on: date, address: str | None = None, kind: CaseKind = CaseKind.ACCESS) -> Case:
    """Open a case by hand."""
    case = try_to_take(received_on, address, kind)
    assert isinstance(case, Case)
    return case


def try_to_take(received_on: date, address: str | None, kind: CaseKind) -> Case | OnBehalfError:
    """Open a case by hand, if the account may."""
    with time_machine.travel(NOW, tick=False):
        return receive_request(
            ReceivedRequest(
                kind=kind,
                channel=Channel.POST,
                received_on=received_on,
                note="Par lettre.",
                address=None if address is None else parse_address(address),
            )
        )


def is_suppressed_now(address: str) -> bool:
    return is_suppressed(address_mac(parse_address(address).key), [EVERYTHING], NOW)


def test_time_counts_from_the_day_of_receipt(app: Flask) -> None:
    case = take(date(2027, 1, 31))
    assert last_day(case.due_at) == date(2027, 3, 1)
    assert case.received_at.astimezone(PARIS).date() == date(2027, 1, 31)


def test_nothing_is_received_in_the_future(app: Flask) -> None:
    assert take(date(2027, 2, 10)).received_at <= NOW


def test_known_person_is_found_however_the_address_is_written(app: Flask) -> None:
    person = make_subscriber(ADDRESS, make_list())
    assert take(clock.now().date(), ADDRESS.upper()).subscriber_id == person.id


def test_unconfirmed_address_is_nobody(app: Flask) -> None:
    request_to_join(ADDRESS, make_list())
    assert take(date(2027, 2, 1), ADDRESS).subscriber_id is None


def test_a_dispute_restricts_the_person_and_a_question_does_not(app: Flask) -> None:
    person = make_subscriber(ADDRESS, make_list())
    take(date(2027, 2, 1), ADDRESS)
    asked = db.session.get_one(Subscriber, person.id).restricted_at
    take(date(2027, 2, 1), ADDRESS, CaseKind.DISPUTE)
    disputed = db.session.get_one(Subscriber, person.id).restricted_at
    assert (asked, disputed is not None) == (None, True)


def test_objection_of_an_unknown_person_takes_effect(app: Flask) -> None:
    take(date(2027, 2, 1), ADDRESS)
    before = is_suppressed_now(ADDRESS)
    case = take(date(2027, 2, 1), ADDRESS.upper(), CaseKind.OBJECTION)
    assert (before, is_suppressed_now(ADDRESS), case.subscriber_id) == (False, True, None)


def test_objection_of_a_known_person_unsubscribes_them_from_every_list(app: Flask) -> None:
    person = make_subscriber(ADDRESS, make_list())
    case = take(clock.now().date(), ADDRESS, CaseKind.OBJECTION)
    assert (list_subscriptions_of(person.id), is_suppressed_now(ADDRESS)) == ([], True)
    assert case.subscriber_id == person.id


def test_a_known_person_is_told_of_their_objection_and_can_undo_it(app: Flask) -> None:
    make_subscriber(ADDRESS, make_list())
    take(clock.now().date(), ADDRESS, CaseKind.OBJECTION)
    (email,) = emails_to(ADDRESS, EmailKind.UNSUBSCRIBED_FROM_ALL)
    assert (values_in(email)["kind"], values_in(email)["channel"]) == ("on-behalf", "post")


@pytest.mark.parametrize("kind", [CaseKind.OBJECTION, CaseKind.DISPUTE])
def test_a_case_that_acts_at_once_counts_as_an_act_of_the_account(
    app: Flask, kind: CaseKind
) -> None:
    person, account = make_subscriber(ADDRESS, make_list()), make_owner()
    with time_machine.travel(NOW, tick=False):
        use_up_acts(account.id)
    with acting_account(account.id):
        refused = try_to_take(date(2027, 2, 1), ADDRESS, kind)
        take(date(2027, 2, 1), ADDRESS)
    assert refused is OnBehalfError.LIMIT_REACHED
    assert db.session.get_one(Subscriber, person.id).restricted_at is None
    assert (len(list_subscriptions_of(person.id)), is_suppressed_now(ADDRESS)) == (1, False)


def test_objection_without_an_address_opens_its_case(app: Flask) -> None:
    assert take(date(2027, 2, 1), kind=CaseKind.OBJECTION).closed_at is None
