"""Old records are deleted and inactive people erased, except those who are restricted (REQ-36)."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.audit_log.audit_events import AUDITED, AuditEvent, record_act
from supporters.cases.case_service import close_case
from supporters.cases.models import Case, CaseEntry, CaseKind
from supporters.consent.erasure_records import read_records, record_erasure
from supporters.consent.log_sealing import seal
from supporters.consent.models import Method
from supporters.consent.record_models import Disclosure, DisclosureKind, Erasure, ErasureReason
from supporters.database import db, transaction
from supporters.delivery.acts import DeliveryAct
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.models import Delivery
from supporters.delivery.progress import get_progress
from supporters.ids import new_id
from supporters.lists.subscriptions import unsubscribe_from_every_list
from supporters.mailbox_health.models import RecordedFailure
from supporters.people.models import Subscriber
from supporters.personal_data.restriction import restrict_person
from supporters.retention.inactive_people import (
    ask_inactive_people,
    erase_former_subscribers,
    erase_inactive_people,
)
from supporters.retention.old_records import (
    Tally,
    purge_audit_events,
    purge_cases,
    purge_deliveries,
    purge_disclosures,
)
from supporters.transparency_log.models import LogEntry
from tests.factories.campaigns import (
    ACCEPTED,
    ANNA,
    BORIS,
    RecordingTransport,
    launch_to_addresses,
    subscriber_at,
)
from tests.factories.cases import make_case
from tests.factories.lists import make_list
from tests.factories.retention import RecordingActions
from tests.factories.returned.failures import fail
from tests.factories.rows import count_anew
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import made_once

pytestmark = pytest.mark.either_database
DAY = timedelta(days=1)


def restrict(address: str) -> int:
    """Restrict a person's data; return their id."""
    with transaction():
        person = db.session.scalars(
            db.select(Subscriber).where(Subscriber.address == address)
        ).one()
        restrict_person(person.id, Method.ORGANISER, now=clock.now())
    return person.id


YEARS, FIVE_YEARS = 1095, 1826


@made_once
def anna(app: Flask) -> Subscriber:
    """Return a person who confirms now."""
    return make_subscriber(ANNA, make_list())


def expire(means: RecordingActions, *, after: int) -> Tally:
    """Ask the person, and run a round, so many days from now."""
    then = clock.now() + after * DAY
    asked = ask_inactive_people(YEARS, then, means.means()).asked
    return replace(erase_inactive_people(YEARS, then, means.means()), asked=asked)


@pytest.mark.both_databases
def test_closed_cases_go_with_their_history_and_open_ones_stay(app: Flask) -> None:
    closed, still_open = make_case(clock.now()), make_case(clock.now())
    close_case(closed.id, "Fait.", by=None)
    assert purge_cases(100, clock.now() + 99 * DAY).deleted == 0
    assert purge_cases(100, clock.now() + 101 * DAY).deleted == 1
    assert [*db.session.scalars(db.select(Case.id))] == [still_open.id]
    assert count_anew(CaseEntry) == 0


def test_case_of_a_restricted_person_stays(app: Flask) -> None:
    make_subscriber(ANNA, make_list())
    case = make_case(clock.now(), CaseKind.ACCESS, restrict(ANNA))
    close_case(case.id, "Fait.", by=None)
    assert purge_cases(100, clock.now() + 101 * DAY).deleted == 0
    assert count_anew(Case) == 1


def test_old_deliveries_are_deleted_and_the_counts_stay(app: Flask) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    assert purge_deliveries(1095, clock.now() + 9_000 * DAY).deleted == 0  # it has not ended
    send_here(RecordingTransport(lambda _: ACCEPTED))
    assert purge_deliveries(1095, clock.now() + 1_094 * DAY).deleted == 0
    assert purge_deliveries(1095, clock.now() + 1_096 * DAY).deleted == 2
    assert (count_anew(Delivery), get_progress(campaign_id).accepted) == (0, 2)


@pytest.mark.both_databases
def test_delivery_to_a_restricted_person_stays(app: Flask) -> None:
    launch_to_addresses(ANNA, BORIS)
    send_here(RecordingTransport(lambda _: ACCEPTED))
    restricted = restrict(BORIS)
    purge_deliveries(1095, clock.now() + 1_096 * DAY)
    assert [*db.session.scalars(db.select(Delivery.subscriber_id))] == [restricted]


@pytest.mark.both_databases
def test_what_came_back_is_deleted_after_thirteen_months(app: Flask) -> None:
    launch_to_addresses(ANNA, BORIS)
    for address in (ANNA, BORIS):
        fail(subscriber_at(address))
    restricted = restrict(BORIS)
    purge_deliveries(1095, clock.now() + 395 * DAY)
    assert count_anew(RecordedFailure) == 2
    purge_deliveries(1095, clock.now() + 397 * DAY)
    assert [*db.session.scalars(db.select(RecordedFailure.subscriber_id))] == [restricted]
    assert subscriber_at(ANNA).unreachable_since is not None


def disclose(subscriber_id: int | None) -> int:
    """Record a disclosure; return its id."""
    now = clock.now()
    disclosure = Disclosure(
        id=new_id(now),
        kind=DisclosureKind.EXPORT if subscriber_id is None else DisclosureKind.ACCESS,
        subscriber_id=subscriber_id,
        asked_by="x",
        reason="y",
        people=1,
        occurred_at=now,
    )
    with transaction():
        db.session.add(disclosure)
    return disclosure.id


@pytest.mark.both_databases
def test_old_disclosures_go_and_the_log_lists_them_as_erased(app: Flask) -> None:
    anna, boris = (make_subscriber(each, make_list(each[:4])).id for each in (ANNA, BORIS))
    export, access, _ = disclose(None), disclose(anna), disclose(boris)
    restricted = restrict(BORIS)
    assert purge_disclosures(1826, clock.now() + 1_827 * DAY).deleted == 2
    left = [*db.session.scalars(db.select(Disclosure.subscriber_id))]
    erasure = db.session.scalars(db.select(Erasure)).one()
    assert left == [restricted]
    assert erasure.reason is ErasureReason.EXPIRED
    assert sorted(read_records(erasure)) == sorted([("disclosed", export), ("disclosed", access)])
    assert db.session.get(LogEntry, ("erased", erasure.id)) is not None


def test_purging_twice_finds_nothing_the_second_time(app: Flask) -> None:
    disclose(None)
    later = clock.now() + 1_827 * DAY
    assert [purge_disclosures(1826, later).deleted for _ in range(2)] == [1, 0]
    assert count_anew(Erasure) == 1


@pytest.mark.both_databases
def test_old_acts_go_and_the_log_still_verifies(app: Flask) -> None:
    with transaction():
        event_id = record_act(DeliveryAct.SENDING_STOPPED).id
    seal()
    assert purge_audit_events(1095, clock.now() + 1_094 * DAY).deleted == 0
    assert purge_audit_events(1095, clock.now() + 1_096 * DAY).deleted == 1
    erasure = db.session.scalars(db.select(Erasure)).one()
    assert read_records(erasure) == [(AUDITED, event_id)]
    assert count_anew(AuditEvent) == 0
    assert verify(clock.now() + 1_096 * DAY).faults == []


@pytest.mark.both_databases
def test_an_erasure_cannot_hide_an_act_of_the_last_year(app: Flask) -> None:
    with transaction():
        event = record_act(DeliveryAct.SENDING_STOPPED)
    with transaction():
        record_erasure([(AUDITED, event.id)], ErasureReason.EXPIRED, now=clock.now() + 364 * DAY)
        db.session.delete(db.session.get_one(AuditEvent, event.id))
    faults = [each.what for each in verify(clock.now() + 364 * DAY).faults]
    assert "it lists an event of the audit log that was less than a year old" in faults


def test_three_inactive_years_end_in_one_email_and_an_erasure(anna: Subscriber) -> None:
    means = RecordingActions()
    tallies = [expire(means, after=day) for day in (1000, 1065, 1066, 1094, 1095)]
    assert (means.asked, means.erased) == ([anna.id], [anna.id])
    assert [(each.asked, each.deleted) for each in tallies] == [
        (0, 0),
        (1, 0),
        (0, 0),
        (0, 0),
        (0, 1),
    ]


def test_opening_an_email_is_no_act(app: Flask) -> None:
    launch_to_addresses(ANNA)
    means = RecordingActions()
    for day in (1065, 1095):
        expire(means, after=day)
    assert len(means.erased) == 1


def test_an_act_keeps_a_person_for_three_years_more(anna: Subscriber) -> None:
    means = RecordingActions()
    expire(means, after=1065)
    with transaction():
        db.session.get_one(Subscriber, anna.id).acted_at = clock.now() + 1070 * DAY
    assert expire(means, after=1095) == Tally()
    assert means.erased == []


def test_restricted_person_is_left_alone(anna: Subscriber) -> None:
    restrict(anna.address)
    means = RecordingActions()
    assert expire(means, after=5_000) == Tally()
    assert erase_former_subscribers(FIVE_YEARS, clock.now() + 5_000 * DAY, means.means()) == Tally()


def test_person_with_an_open_case_is_left_alone(anna: Subscriber) -> None:
    make_case(clock.now(), CaseKind.ACCESS, anna.id)
    assert expire(RecordingActions(), after=5_000) == Tally()


def test_person_who_cannot_be_erased_blocks_nobody_else(app: Flask) -> None:
    mailing_list = make_list()
    anna, boris = (make_subscriber(each, mailing_list).id for each in (ANNA, BORIS))
    means = RecordingActions()
    expire(means, after=1065)
    means.fails_for = {anna}
    tally = expire(means, after=1095)
    assert (means.erased, tally.deleted, tally.errors) == ([boris], 1, 1)


def test_former_subscriber_is_not_asked_and_is_kept_for_five_years(anna: Subscriber) -> None:
    with time_machine.travel(clock.now() + 100 * DAY, tick=False):
        unsubscribe_from_every_list(anna.id, Method.PAGE)
    means, left = RecordingActions(), clock.now() + 100 * DAY
    assert expire(means, after=1_500) == Tally()
    before = erase_former_subscribers(FIVE_YEARS, left + (FIVE_YEARS - 1) * DAY, means.means())
    after = erase_former_subscribers(FIVE_YEARS, left + (FIVE_YEARS + 1) * DAY, means.means())
    assert (before.deleted, after.deleted, means.erased) == (0, 1, [anna.id])


def test_consents_of_a_subscriber_do_not_expire(anna: Subscriber) -> None:
    assert (
        erase_former_subscribers(FIVE_YEARS, clock.now() + 9_000 * DAY, RecordingActions().means())
        == Tally()
    )
