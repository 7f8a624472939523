"""Checks that subscriptions, people and address changes rest on valid consent."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, exists, or_, select
from sqlalchemy.orm import aliased

from supporters.audit.verification_report import VerificationReport, stream, stream_named
from supporters.consent.corrections import hash_for_withdrawal
from supporters.consent.models import ConsentEvent, EventKind, Method
from supporters.database import db
from supporters.people.addresses import address_mac, key_of
from supporters.people.models import Subscriber
from supporters.transparency_log.models import LogEntry

CORRECTED_WITHIN = timedelta(minutes=10)
HISTORY_TABLES = {"delivery"}  # these rows stay when the consent ends
CONSENT = [EventKind.CONFIRMED, EventKind.RENEWED]
ENDS = [EventKind.WITHDRAWN, EventKind.OBJECTED]
COLUMNS = ("consent_event_id", "subscriber_id", "purpose_id")


def check_references(report: VerificationReport) -> None:
    """Check every subscription, agreement and delivery."""
    for table in list_referencing_tables():
        _check_given(report, table)
        if table.name not in HISTORY_TABLES:
            _check_not_ended(report, table)
    check_corrections(report)


def list_referencing_tables() -> list[Table]:
    """Return the tables whose rows refer to a consent event."""
    tables = db.metadata.sorted_tables
    return [table for table in tables if all(name in table.c for name in COLUMNS)]


def _check_given(report: VerificationReport, table: Table) -> None:
    is_given = and_(
        ConsentEvent.id == table.c.consent_event_id,
        ConsentEvent.subscriber_id == table.c.subscriber_id,
        ConsentEvent.purpose_id == table.c.purpose_id,
        ConsentEvent.kind.in_(CONSENT),
    )
    baseless = select(*table.primary_key.columns).where(~exists().where(is_given))
    for row in stream(baseless):
        what = "it rests on no consent of this person to this purpose"
        report.fault(table.name, name_row(table, [*row]), what)


def check_ended(report: VerificationReport, consents: Select[int]) -> None:
    """Check that the subscriptions which rest on these consents have not ended."""
    for table in list_referencing_tables():
        if table.name not in HISTORY_TABLES:
            _check_not_ended(report, table, table.c.consent_event_id.in_(consents))


def _check_not_ended(
    report: VerificationReport, table: Table, *chosen: ColumnElement[bool]
) -> None:
    given, end, correction = (aliased(ConsentEvent) for _ in range(3))
    corrected = exists().where(
        correction.kind == EventKind.CORRECTED,
        correction.subscriber_id == end.subscriber_id,
        correction.purpose_id == end.purpose_id,
        correction.occurred_at >= end.occurred_at,
        end.kind == EventKind.WITHDRAWN,
    )
    ended = exists().where(
        ~corrected.correlate(end),
        end.subscriber_id == table.c.subscriber_id,
        end.kind.in_(ENDS),
        or_(end.purpose_id == table.c.purpose_id, end.purpose_id.is_(None)),
        end.occurred_at > given.occurred_at,
    )
    over = (
        select(*table.primary_key.columns)
        .join(given, given.id == table.c.consent_event_id)
        .where(ended, *chosen)
    )
    for row in stream(over):
        what = "the consent it rests on was withdrawn since"
        report.fault(table.name, name_row(table, [*row]), what)


def check_corrections(report: VerificationReport) -> None:
    """Check that each correction follows a withdrawal by a page, and is of the same browser."""
    correction, end = aliased(ConsentEvent), aliased(ConsentEvent)
    is_before = and_(
        end.subscriber_id == correction.subscriber_id,
        end.purpose_id == correction.purpose_id,
        end.kind == EventKind.WITHDRAWN,
        end.method == Method.PAGE,
        end.occurred_at <= correction.occurred_at,
    )
    pairs = (
        select(
            correction.id,
            correction.occurred_at,
            correction.evidence,
            correction.page_snapshot_id,
            end.occurred_at.label("ended_at"),
            end.evidence.label("expected"),
        )
        .outerjoin(end, is_before)
        .where(correction.kind == EventKind.CORRECTED)
        .order_by(correction.id, end.occurred_at, end.id)
    )
    last_ends = {row.id: row for row in stream(pairs)}  # of several ends, the last one counts
    for row in last_ends.values():
        name = f"{EventKind.CORRECTED} {row.id}"
        if row.ended_at is None or row.occurred_at - row.ended_at > CORRECTED_WITHIN:
            what = "it corrects no withdrawal of the ten minutes before it"
            report.fault("consent_event", name, what)
        if row.evidence is None or row.page_snapshot_id is None:
            what = "it has no evidence and no page: no browser undid a press of its own"
            report.fault("consent_event", name, what)
        elif hash_for_withdrawal(row.evidence) != row.expected:
            what = "its evidence isn't that of the browser that left"
            report.fault("consent_event", name, what)


def name_row(table: Table, values: list[object]) -> str:
    """Return the key of a row as text."""
    names = table.primary_key.columns.keys()
    return " ".join(f"{name}={value}" for name, value in zip(names, values, strict=True))


def check_address_changes(report: VerificationReport) -> None:
    """Report address changes without evidence, and consents that another mailbox gave."""
    check_evidence(report)
    for table in list_referencing_tables():
        if table.name in HISTORY_TABLES:
            continue
        of_another_mailbox = (
            select(*table.primary_key.columns)
            .join(ConsentEvent, ConsentEvent.id == table.c.consent_event_id)
            .join(Subscriber, Subscriber.id == table.c.subscriber_id)
            .where(ConsentEvent.address_mac != Subscriber.address_mac)
        )
        for key in stream(of_another_mailbox):
            what = "the consent it rests on was never confirmed from the current address"
            report.fault(table.name, name_row(table, [*key]), what)


def check_evidence(report: VerificationReport) -> None:
    """Report address changes that no mailbox confirmed."""
    is_entry = and_(
        LogEntry.kind == EventKind.ADDRESS_CHANGED, LogEntry.record_id == ConsentEvent.id
    )
    is_bare = or_(ConsentEvent.evidence.is_(None), ConsentEvent.page_snapshot_id.is_(None))
    moves = (
        select(ConsentEvent.id, LogEntry.position)
        .outerjoin(LogEntry, is_entry)
        .where(ConsentEvent.kind == EventKind.ADDRESS_CHANGED, is_bare)
        .order_by(ConsentEvent.id)
    )
    for event_id, place in stream(moves):
        what = "no mailbox confirmed this new address: it has no link and no page"
        name = f"{EventKind.ADDRESS_CHANGED} {event_id}"
        report.fault("consent_event", name, what, position=place)


def check_people(report: VerificationReport) -> None:
    """Check each person's address, its key, its keyed hash, restriction, and reachability."""
    of_theirs = select(ConsentEvent).where(ConsentEvent.subscriber_id == Subscriber.id)
    newest_first = (ConsentEvent.occurred_at.desc(), ConsentEvent.id.desc())
    mac = of_theirs.with_only_columns(ConsentEvent.address_mac).order_by(*newest_first).limit(1)
    restriction, health = (
        of_theirs.with_only_columns(ConsentEvent.kind)
        .where(ConsentEvent.kind.in_(kinds))
        .order_by(*newest_first)
        .limit(1)
        for kinds in (
            (EventKind.RESTRICTED, EventKind.RESTRICTION_LIFTED),
            (EventKind.UNREACHABLE, EventKind.REACHABLE),
        )
    )
    people = select(
        Subscriber.id,
        Subscriber.address,
        Subscriber.address_key,
        Subscriber.address_mac,
        Subscriber.restricted_at,
        mac.correlate(Subscriber).scalar_subquery().label("newest_mac"),
        restriction.correlate(Subscriber).scalar_subquery().label("restricted_by"),
        Subscriber.unreachable_since,
        health.correlate(Subscriber).scalar_subquery().label("reached_by"),
    )
    for person in stream_named(people.order_by(Subscriber.id)):
        report.people += 1
        for what in _find_faults(person):
            report.fault("subscriber", person.id, what)


def _find_faults(person: Any) -> list[str]:
    faults = []
    if key_of(person.address) != person.address_key:
        faults.append("address and address_key aren't of the same mailbox")
    if address_mac(person.address_key) != person.address_mac:
        faults.append("address_mac isn't the keyed hash of address_key")
    if person.newest_mac != person.address_mac:
        faults.append("address_mac isn't that of their newest record: another person consented")
    if (person.restricted_by is EventKind.RESTRICTED) != (person.restricted_at is not None):
        faults.append("restricted_at doesn't match their records")
    if (person.reached_by is EventKind.UNREACHABLE) != (person.unreachable_since is not None):
        faults.append("unreachable_since doesn't match their records")
    return faults
