"""Compares the journal of withdrawals of this machine with the people who are subscribed today.

Each withdrawal is a line on the disk before it is in the database. So a person who left, and whose
withdrawal was deleted or swallowed in the database, is found here (ADR 081). A machine without a
journal finds nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Select, Table, null, select
from sqlalchemy.orm import InstrumentedAttribute

from supporters.audit.reference_check import HISTORY_TABLES, list_referencing_tables, name_row
from supporters.audit.verification_report import VerificationReport
from supporters.consent.models import ConsentEvent, EventKind
from supporters.consent.withdrawal_journal import (
    Withdrawal,
    WithdrawalKind,
    journal_path,
    read_withdrawals,
)
from supporters.database import db
from supporters.dialects import in_values_bytes
from supporters.people.models import Subscriber

COMMITS_WITHIN = timedelta(minutes=1)  # the line is written before the transaction ends
PEOPLE_AT_ONCE = 1_000
OF_ALL_LISTS = {WithdrawalKind.ERASED, WithdrawalKind.OBJECTED}
OF_A_CONSENT = {*OF_ALL_LISTS, WithdrawalKind.UNSUBSCRIBED, WithdrawalKind.WITHDRAWN}
RESTRICTIONS = {WithdrawalKind.RESTRICTED, WithdrawalKind.RESTRICTION_LIFTED}
HEALTH = {WithdrawalKind.UNREACHABLE, WithdrawalKind.REACHABLE}
ByPerson = dict[bytes, list[Withdrawal]]


def check_journal(
    report: VerificationReport, now: datetime, *, consents: Select[int] | None = None
) -> None:
    """Report people who left by the journal and are subscribed without a later consent.

    With `consents`, only those whose subscription rests on one of these consents.
    """
    path = journal_path()
    lines = read_withdrawals(path)[0] if path.exists() else []
    report.withdrawals = len(lines)
    ended = _sort_by_person(each for each in lines if each.at < now - COMMITS_WITHIN)
    for macs in _cut(ended):
        for table in list_referencing_tables():
            if table.name not in HISTORY_TABLES:
                _check_consents(report, table, {mac: ended[mac] for mac in macs}, consents=consents)
        if consents is None:
            for state in (RESTRICTED, UNREACHABLE):
                _check_state(report, macs, ended, state=state)


def _sort_by_person(lines: Iterable[Withdrawal]) -> ByPerson:
    """Return the lines by the address that their person has now."""
    found: ByPerson = defaultdict(list)
    for line in sorted(lines, key=lambda each: each.at):
        if line.kind is WithdrawalKind.ADDRESS_CHANGED and line.to is not None:
            found[line.to].extend(replace(each, person=line.to) for each in found[line.person])
        elif line.kind in OF_A_CONSENT | RESTRICTIONS | HEALTH:
            found[line.person].append(line)
    return found


def _cut(ended: ByPerson) -> Iterator[tuple[bytes, ...]]:
    macs = iter(ended)
    while some := tuple(mac for _, mac in zip(range(PEOPLE_AT_ONCE), macs, strict=False)):
        yield some


def _check_consents(
    report: VerificationReport,
    table: Table,
    ended: ByPerson,
    *,
    consents: Select[int] | None,
) -> None:
    mailing_list = table.c.get("mailing_list_id", null())
    rows = (
        select(
            Subscriber.address_mac,
            Subscriber.id,
            table.c.purpose_id,
            mailing_list.label("list_id"),
            ConsentEvent.id,
            ConsentEvent.occurred_at,
            *table.primary_key.columns,
        )
        .join(Subscriber, Subscriber.id == table.c.subscriber_id)
        .join(ConsentEvent, ConsentEvent.id == table.c.consent_event_id)
        .where(in_values_bytes(Subscriber.address_mac, [*ended]))
    )
    for mac, person, purpose_id, list_id, consent, given_at, *key in db.session.execute(rows).all():
        for line in ended[mac]:
            if not _is_about(line, purpose_id, list_id) or line.at < given_at:
                continue
            if _is_corrected(person, purpose_id, line) or not _is_among(consent, consents):
                continue
            when = line.at.isoformat(timespec="seconds")
            what = f"the journal of this machine says that they left on {when} ({line.kind.value})"
            what = f"{what}, and no consent is later"
            report.fault(table.name, name_row(table, key), what)
            break


def _is_about(line: Withdrawal, purpose_id: int, list_id: int | None) -> bool:
    """Tell whether a line ends the consent to a purpose, or on a list."""
    if line.kind is WithdrawalKind.UNSUBSCRIBED:
        return list_id is not None and line.list_id == list_id
    if line.kind is WithdrawalKind.WITHDRAWN:
        return line.purpose_id == purpose_id
    return line.kind in OF_ALL_LISTS


def _is_among(consent: int, consents: Select[int] | None) -> bool:
    if consents is None:
        return True
    (column,) = consents.selected_columns
    return db.session.scalar(consents.where(column == consent).limit(1)) is not None


def _is_corrected(person: int, purpose_id: int, line: Withdrawal) -> bool:
    """Tell whether the person undid this withdrawal within ten minutes (ADR 070)."""
    if line.kind is not WithdrawalKind.UNSUBSCRIBED:
        return False
    found = select(ConsentEvent.id).where(
        ConsentEvent.subscriber_id == person,
        ConsentEvent.purpose_id == purpose_id,
        ConsentEvent.kind == EventKind.CORRECTED,
        ConsentEvent.occurred_at >= line.at,
    )
    return db.session.scalar(found.limit(1)) is not None


@dataclass(frozen=True, kw_only=True)
class _State:
    """A state of a person that lines begin and end: its column, and its words for a fault."""

    begin: WithdrawalKind
    kinds: set[WithdrawalKind]
    events: tuple[EventKind, ...]
    since: InstrumentedAttribute[datetime | None]
    words: str


RESTRICTED = _State(
    begin=WithdrawalKind.RESTRICTED,
    kinds=RESTRICTIONS,
    events=(EventKind.RESTRICTED, EventKind.RESTRICTION_LIFTED),
    since=Subscriber.restricted_at,
    words="that their data was restricted on",
)
UNREACHABLE = _State(
    begin=WithdrawalKind.UNREACHABLE,
    kinds=HEALTH,
    events=(EventKind.UNREACHABLE, EventKind.REACHABLE),
    since=Subscriber.unreachable_since,
    words="that their mailbox couldn't be reached on",
)


def _check_state(
    report: VerificationReport, macs: tuple[bytes, ...], ended: ByPerson, *, state: _State
) -> None:
    last = {
        mac: line for mac in macs for line in ended[mac] if line.kind in state.kinds
    }  # in the order of time
    asked = [mac for mac, line in last.items() if line.kind is state.begin]
    free = select(Subscriber.id, Subscriber.address_mac, Subscriber.created_at).where(
        in_values_bytes(Subscriber.address_mac, asked), state.since.is_(None)
    )
    for person, mac, created_at in db.session.execute(free).all():
        since = last[mac].at
        later = select(ConsentEvent.id).where(
            ConsentEvent.subscriber_id == person,
            ConsentEvent.kind.in_(state.events),
            ConsentEvent.occurred_at >= since,
        )
        if created_at <= since and db.session.scalar(later.limit(1)) is None:
            when = since.isoformat(timespec="seconds")
            what = f"the journal of this machine says {state.words} {when}"
            report.fault("subscriber", person, what)
