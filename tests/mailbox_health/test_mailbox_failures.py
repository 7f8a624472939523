"""People whose mailbox can't be reached aren't written to until a confirmation of their own."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from flask import Flask

from supporters import clock, ids
from supporters.audit.log_verification import verify
from supporters.bounce_classes.classes import BounceClass
from supporters.consent.eligibility import may_be_written_to
from supporters.consent.models import ConsentEvent, EventKind, Method
from supporters.consent.record_models import ErasureReason
from supporters.consent.withdrawal_journal import WithdrawalKind, journal_path, read_withdrawals
from supporters.database import db, transaction
from supporters.lists.models import MailingList
from supporters.lists.queries import count_eligible, list_subscriptions_of
from supporters.mailbox_health.lifting import LiftError, lift_for_domain
from supporters.mailbox_health.mailbox_failures import (
    MailboxFailure,
    record_deliveries,
    record_failures,
)
from supporters.mailbox_health.models import RecordedFailure
from supporters.mailbox_health.reachability import reset_unreachable
from supporters.people.models import Subscriber
from supporters.personal_data.erasure import EraseResult, ErasureOrder, erase_person
from tests.factories.accounts import make_organiser, make_owner
from tests.factories.campaigns import ANNA, BORIS
from tests.factories.lists import make_list
from tests.factories.returned.failures import fail, fail_on_days
from tests.factories.signups import make_subscriber
from tests.machinery.statements import statements

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

FULL, POLICY = BounceClass.FULL, BounceClass.POLICY
FIVE_ON_THREE_DAYS = (1, 1, 2, 3, 3)


@pytest.fixture
def mailing_list(app: Flask) -> MailingList:
    return make_list()


@pytest.fixture
def anna(mailing_list: MailingList) -> Subscriber:
    return make_subscriber(ANNA, mailing_list)


def reread(person: Subscriber) -> Subscriber:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Subscriber, person.id)


def kinds_of(person: Subscriber) -> list[EventKind]:
    """Return the kinds of what was sealed about a mailbox, in order."""
    found = db.session.scalars(
        db.select(ConsentEvent.kind)
        .where(
            ConsentEvent.subscriber_id == person.id,
            ConsentEvent.kind.in_([EventKind.UNREACHABLE, EventKind.REACHABLE]),
        )
        .order_by(ConsentEvent.id)
    )
    return [*found]


def faults() -> Sequence[object]:
    """Return the faults that a verification finds once the lines of the journal count."""
    return verify(clock.now() + timedelta(seconds=70)).faults


def journal_kinds() -> list[WithdrawalKind]:
    return [each.kind for each in read_withdrawals(journal_path())[0]]


def test_a_missing_mailbox_is_not_written_to_and_stays_subscribed(
    anna: Subscriber, mailing_list: MailingList
) -> None:
    assert fail(anna) == [anna.id]
    person, now = reread(anna), clock.now()
    assert person.unreachable_because is BounceClass.NO_MAILBOX
    assert not may_be_written_to(person.id, mailing_list.purpose_id, now)
    assert len(list_subscriptions_of(person.id)) == 1
    counted = count_eligible(mailing_list.id, mailing_list.purpose_id, now)
    assert (counted.unreachable, counted.eligible) == (1, 0)


def test_becoming_unreachable_and_reachable_is_sealed_and_in_the_journal(anna: Subscriber) -> None:
    fail(anna)
    assert reset_unreachable(anna.address_mac, clock.now(), method=Method.LINK)
    assert kinds_of(anna) == [EventKind.UNREACHABLE, EventKind.REACHABLE]
    assert journal_kinds() == [WithdrawalKind.UNREACHABLE, WithdrawalKind.REACHABLE]
    assert faults() == []


def test_many_dead_mailboxes_are_sealed_with_one_look_at_the_controller(
    mailing_list: MailingList,
) -> None:
    people = [make_subscriber(f"p{number}@example.org", mailing_list) for number in range(4)]
    failures = [
        MailboxFailure(
            subscriber_id=person.id,
            bounce_class=BounceClass.NO_MAILBOX,
            status="5.1.1",
            campaign_id=None,
            domain="example.org",
            occurred_at=clock.now(),
        )
        for person in people
    ]
    with statements() as said:
        assert len(record_failures(failures, clock.now())) == len(people)
    assert sum("FROM controller" in each for each in said) == 1
    assert {tuple(kinds_of(each)) for each in people} == {(EventKind.UNREACHABLE,)}


def test_emails_that_came_back_in_one_second_are_recorded_by_each_batch(
    mailing_list: MailingList, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [make_subscriber(f"p{number}@example.org", mailing_list) for number in range(2)]
    monkeypatch.setattr(ids.secrets, "randbits", lambda _bits: 0)
    said, now = clock.now(), clock.now()
    for number, person in enumerate(people, start=1):
        failure = MailboxFailure(
            subscriber_id=person.id,
            bounce_class=FULL,
            status="4.2.2",
            campaign_id=None,
            domain="example.org",
            occurred_at=said,
        )
        assert record_failures([failure], now + timedelta(seconds=number)) == []
        ids.new_id(now + timedelta(minutes=number))
    assert db.session.query(RecordedFailure).count() == len(people)


def test_a_failure_without_its_domain_is_of_the_present_one(anna: Subscriber) -> None:
    assert fail(anna, domain="") == [anna.id]


def test_a_second_answer_changes_nothing_more(anna: Subscriber) -> None:
    fail(anna)
    since = reread(anna).unreachable_since
    assert fail(anna) == []
    assert (reread(anna).unreachable_since, len(kinds_of(anna))) == (since, 1)


def test_ten_soft_failures_of_an_outage_leave_a_person_reachable(anna: Subscriber) -> None:
    assert fail_on_days(anna, [1 + number / 100 for number in range(10)]) == []
    assert reread(anna).unreachable_since is None


def test_five_soft_failures_on_three_days_make_a_person_unreachable(anna: Subscriber) -> None:
    assert fail_on_days(anna, FIVE_ON_THREE_DAYS) == [anna.id]
    assert reread(anna).unreachable_because is FULL


def test_a_delivery_between_ends_the_failures_before(anna: Subscriber) -> None:
    fail_on_days(anna, FIVE_ON_THREE_DAYS[:4])
    record_deliveries([anna.id], clock.now() + timedelta(days=3))
    assert fail(anna, FULL, at=clock.now() + timedelta(days=4), was_accepted=False) == []


def test_a_delivery_that_comes_back_after_all_ends_nothing(anna: Subscriber) -> None:
    fail_on_days(anna, FIVE_ON_THREE_DAYS[:4])
    record_deliveries([anna.id], clock.now() + timedelta(days=3))  # the relay only queued it
    assert fail(anna, FULL, at=clock.now() + timedelta(days=4)) == [anna.id]


@pytest.mark.parametrize("each", [POLICY, BounceClass.CONTENT, BounceClass.AUTHENTICATION])
def test_refusals_of_us_never_make_a_person_unreachable(
    anna: Subscriber, each: BounceClass
) -> None:
    for day in range(10):
        fail(anna, each, at=clock.now() + timedelta(days=day))
    assert (reread(anna).unreachable_since, kinds_of(anna)) == (None, [])


def test_an_answer_from_before_the_last_confirmation_is_no_evidence(anna: Subscriber) -> None:
    assert fail(anna, at=clock.now() - timedelta(days=1)) == []
    assert reread(anna).unreachable_since is None


def test_an_answer_about_an_earlier_address_is_no_evidence(anna: Subscriber) -> None:
    assert fail(anna, domain="former.example") == []
    assert reread(anna).unreachable_since is None


def test_a_confirmation_from_the_mailbox_ends_it(
    anna: Subscriber, mailing_list: MailingList
) -> None:
    fail(anna)
    make_subscriber(ANNA, make_list("paris", "Paris"))
    person = reread(anna)
    found = (person.unreachable_since, person.unreachable_because, person.failed_at)
    assert found == (None, None, None)
    assert may_be_written_to(person.id, mailing_list.purpose_id, clock.now())
    assert kinds_of(person) == [EventKind.UNREACHABLE, EventKind.REACHABLE]
    assert journal_kinds()[-1] is WithdrawalKind.REACHABLE
    assert faults() == []


def test_a_restricted_person_is_left_as_they_are(anna: Subscriber) -> None:
    with transaction():
        db.session.get_one(Subscriber, anna.id).restricted_at = clock.now()
    assert fail(anna) == []
    assert db.session.scalars(db.select(RecordedFailure)).all() == []


def test_an_owner_excuses_the_evening_of_a_provider(mailing_list: MailingList) -> None:
    anna, boris = make_subscriber(ANNA, mailing_list), make_subscriber(BORIS, mailing_list)
    evening = clock.now() + timedelta(hours=2)
    fail(anna, at=clock.now() + timedelta(hours=1))
    fail(boris, at=evening)
    owner, later = make_owner(), evening + timedelta(hours=1)
    lifted = lift_for_domain(
        "@Example.ORG", "Panne du 1er", organiser=owner, now=later, since=evening
    )
    assert lifted == 1
    assert reread(anna).unreachable_since is not None
    assert reread(boris).unreachable_since is None
    assert kinds_of(boris) == [EventKind.UNREACHABLE, EventKind.REACHABLE]
    assert lift_for_domain("example.org", "Encore", organiser=owner, now=later) == 1


def test_lifting_needs_an_owner_a_reason_and_a_domain(anna: Subscriber) -> None:
    fail(anna)
    owner, now = make_owner(), clock.now()
    asked = (
        (make_organiser(), "Panne", "example.org"),
        (owner, " ", "example.org"),
        (owner, "Panne", "@"),
    )
    answers = [
        lift_for_domain(domain, reason, organiser=who, now=now) for who, reason, domain in asked
    ]
    assert answers == [LiftError.NOT_ALLOWED, LiftError.NO_REASON, LiftError.NO_DOMAIN]
    assert reread(anna).unreachable_since is not None


def test_an_erasure_takes_the_failures_along(anna: Subscriber) -> None:
    fail(anna)
    order = ErasureOrder(reason=ErasureReason.ASKED)
    assert erase_person(anna.id, order) is EraseResult.DONE
    assert db.session.scalars(db.select(RecordedFailure)).all() == []
    assert faults() == []


def test_a_state_without_its_record_is_a_fault(anna: Subscriber) -> None:
    fail(anna)
    with transaction():
        db.session.execute(
            db.update(Subscriber).values(unreachable_since=None, unreachable_because=None)
        )
    assert ["unreachable_since doesn't match" in str(each) for each in faults()] == [True]


def test_the_journal_knows_what_was_deleted_in_the_database(anna: Subscriber) -> None:
    fail(anna)
    with transaction():
        db.session.execute(
            db.update(Subscriber).values(unreachable_since=None, unreachable_because=None)
        )
        gone = ConsentEvent.kind == EventKind.UNREACHABLE
        db.session.execute(db.delete(ConsentEvent).where(gone))
    assert any("their mailbox couldn't be reached" in str(each) for each in faults())
