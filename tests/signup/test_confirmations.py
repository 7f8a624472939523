"""Confirmations by several ways at once make one person, and renew what is active."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from supporters import clock
from supporters.consent.models import ConsentEvent, EventKind, Method, Suppression
from supporters.consent.record_models import ErasureReason
from supporters.consent.suppression import block_signup_mail
from supporters.consent.withdrawal_journal import (
    WithdrawalKind,
    count_gaps,
    journal_path,
    read_withdrawals,
)
from supporters.database import db, transaction
from supporters.fast_path.locked_changes import Decision
from supporters.lists.models import Subscription
from supporters.lists.queries import list_subscriptions_of
from supporters.people.addresses import address_mac
from supporters.people.models import SearchWord, Subscriber
from supporters.personal_data.erasure import EraseResult, ErasureOrder, erase_person
from supporters.personal_data.restriction import restrict_person
from supporters.signup.address_changes import change_address
from supporters.signup.address_facts import AddressFacts, AddressKey
from supporters.signup.address_reads import read_facts
from supporters.signup.code_confirmation import confirm_by_code
from supporters.signup.confirmation import ConfirmedSignup, ConfirmSubmission, confirm_by_link
from supporters.transparency_log.log_records import LogRecord, add_entry_rows
from supporters.transparency_log.models import LogEntry
from tests.factories.consent.reconfirmation import change_meaning
from tests.factories.lists import make_list
from tests.factories.rows import count_rows
from tests.factories.signups import (
    ADDRESS,
    code_of,
    confirm_token,
    make_subscriber,
    request_to_join,
)

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


def at_once(app: Flask, *acts: Callable[[], Any]) -> list[Any]:
    """Run acts at the same moment, each in its own thread; return their results."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        with app.app_context():
            barrier.wait()
            return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        results = [*pool.map(run, acts)]
    db.session.rollback()
    return results


def confirmed_kinds() -> Sequence[EventKind]:
    """Return the kinds of all events, oldest first."""
    return db.session.scalars(select(ConsentEvent.kind).order_by(ConsentEvent.id)).all()


def purposes_of(person: Subscriber) -> list[int]:
    db.session.rollback()
    return [each.purpose_id for each, _ in list_subscriptions_of(person.id)]


def test_link_and_code_at_once_make_one_person(app: Flask) -> None:
    public_id = request_to_join(ADDRESS, make_list())
    token, code = confirm_token(public_id), code_of(public_id)
    acts = [lambda: confirm_by_link(token), lambda: confirm_by_code(public_id, code)]
    results = at_once(app, *acts * 4)
    assert [each for each in results if not isinstance(each, ConfirmedSignup)] == []
    assert (count_rows(Subscriber), count_rows(Subscription)) == (1, 1)
    assert confirmed_kinds() == [EventKind.REQUESTED, EventKind.CONFIRMED]
    assert count_rows(LogEntry) >= 2


def test_a_person_erased_while_they_confirm_is_erased_or_joins_anew(app: Flask) -> None:
    person_id = make_subscriber(ADDRESS, make_list()).id
    token = confirm_token(request_to_join(ADDRESS, make_list("lyon", "Lyon")))
    order = ErasureOrder(reason=ErasureReason.ASKED)
    erased, _ = at_once(app, lambda: erase_person(person_id, order), lambda: confirm_by_link(token))
    assert erased is EraseResult.DONE
    assert db.session.get(Subscriber, person_id) is None
    assert count_rows(Subscription) == count_rows(Subscriber)
    orphans = select(ConsentEvent.id).where(ConsentEvent.subscriber_id == person_id)
    assert db.session.scalars(orphans).all() == []


def test_a_new_person_is_found_by_the_words_of_address_and_first_name() -> None:
    make_subscriber(ADDRESS, make_list(), given_name="Élodie")
    words = set(db.session.scalars(select(SearchWord.word)))
    assert words == {"camille", "example", "org", "elodie"}


def test_a_first_name_that_is_given_later_finds_the_person_too() -> None:
    make_subscriber(ADDRESS, make_list())
    make_subscriber(ADDRESS, make_list("lyon", "Lyon"), given_name="Élodie")
    words = set(db.session.scalars(select(SearchWord.word)))
    assert words == {"camille", "example", "org", "elodie"}


def test_lifting_a_block_is_in_the_journal() -> None:
    token = confirm_token(request_to_join(ADDRESS, make_list()))
    blocked = address_mac(ADDRESS)
    with transaction():
        block_signup_mail(blocked, clock.now().replace(year=2020))  # over, so the link works
    assert isinstance(confirm_by_link(token), ConfirmedSignup)
    withdrawals, _ = read_withdrawals(journal_path())
    lifted = [each.person for each in withdrawals]
    assert (lifted, count_rows(Suppression)) == ([blocked], 0)
    assert withdrawals[0].kind is WithdrawalKind.SIGNUP_MAIL_UNBLOCKED


def test_a_journal_that_cannot_be_written_prevents_no_confirmation() -> None:
    token = confirm_token(request_to_join(ADDRESS, make_list()))
    with transaction():
        block_signup_mail(address_mac(ADDRESS), clock.now().replace(year=2020))
    journal_path().mkdir(parents=True)
    assert isinstance(confirm_by_link(token), ConfirmedSignup)
    assert (count_gaps(), count_rows(Suppression)) == (1, 0)


def test_a_write_that_another_way_was_faster_with_is_decided_again() -> None:
    request_to_join(ADDRESS, make_list())
    entry = db.session.scalars(select(LogEntry)).first()
    assert entry is not None
    again = LogRecord(entry.kind, entry.record_id, {})
    decided: list[int] = []

    def decide(facts: AddressFacts) -> Decision[int]:
        decided.append(len(facts.requests))
        if len(decided) > 1:
            return Decision(outcome=len(decided))
        return Decision(outcome=0, writes=[add_entry_rows([again])])

    key = AddressKey(mac=address_mac(ADDRESS))
    assert read_facts(key).requests  # so that this process keeps what all visitors share
    assert change_address(key, decide) == 2


def test_a_row_that_is_refused_twice_is_a_failure() -> None:
    request_to_join(ADDRESS, make_list())
    entry = db.session.scalars(select(LogEntry)).first()
    assert entry is not None
    again = add_entry_rows([LogRecord(entry.kind, entry.record_id, {})])
    key = AddressKey(mac=address_mac(ADDRESS))
    with pytest.raises(IntegrityError):
        change_address(key, lambda _: Decision(outcome=0, writes=[again]))


def test_the_first_name_in_the_form_replaces_the_one_of_the_request() -> None:
    public_id = request_to_join(ADDRESS, make_list(), given_name="Sale traître")
    confirm_by_link(confirm_token(public_id), ConfirmSubmission(given_name="Marie"))
    person = db.session.scalars(select(Subscriber)).one()
    assert person.given_name == "Marie"


def test_an_email_from_before_a_change_restores_no_earlier_purpose() -> None:
    mailing_list = make_list()
    earlier = confirm_token(request_to_join(ADDRESS, mailing_list))
    purpose = change_meaning(mailing_list)
    with time_machine.travel(clock.now() + timedelta(hours=25)):  # one email a day
        person = make_subscriber(ADDRESS, mailing_list)
        assert isinstance(confirm_by_link(earlier), ConfirmedSignup)
    assert purposes_of(person) == [purpose.id]


def test_a_confirmation_of_a_changed_purpose_renews_the_consent() -> None:
    mailing_list = make_list()
    person = make_subscriber(ADDRESS, mailing_list)
    purpose = change_meaning(mailing_list)
    make_subscriber(ADDRESS, mailing_list)
    kinds = db.session.scalars(select(ConsentEvent.kind).order_by(ConsentEvent.id)).all()
    assert (purposes_of(person), kinds[-1]) == ([purpose.id], EventKind.RENEWED)


def test_a_confirmation_lifts_a_restriction_and_records_the_method() -> None:
    person = make_subscriber(ADDRESS, make_list())
    restrict_person(person.id, Method.MY_DATA)
    public_id = request_to_join(ADDRESS, make_list("lyon", "Lyon"))
    confirm_by_code(public_id, code_of(public_id))
    db.session.refresh(person)
    released = db.session.scalar(
        select(ConsentEvent.method).where(ConsentEvent.kind == EventKind.RESTRICTION_LIFTED)
    )
    assert (person.restricted_at, released) == (None, Method.CODE)
