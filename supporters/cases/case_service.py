"""Opens, extends and closes the case of a privacy request, adds notes, reminds of its day."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from flask_babel import force_locale

from supporters import clock
from supporters.audit_log.audit_events import record_team_act
from supporters.cases.acts import CaseTeamAct
from supporters.cases.models import Case, CaseAct, CaseEntry, CaseKind, Channel, StoredText
from supporters.cases.queries import find_case, has_entry, list_urgent_cases
from supporters.cases.rules import (
    EXTENDED_MONTHS,
    LAST_REMINDER,
    PARIS,
    Extension,
    due_at,
    judge_extension,
    last_day,
)
from supporters.database import db, in_transaction, transaction, use_case
from supporters.extensions import current_settings
from supporters.ids import new_id
from supporters.languages import DEFAULT_LANGUAGE
from supporters.locks import Lock
from supporters.mail.links import link_to
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.mail.outbox import EmailDraft, put_email
from supporters.people.activity import cancel_inactivity_question
from supporters.people.addresses import mailbox_mac
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber, lock_subscriber
from supporters.text.local_dates import format_date

NOTICE_USEFUL_FOR = timedelta(days=5)
REMINDER_USEFUL_FOR = timedelta(days=2)


@in_transaction
def open_case(
    kind: CaseKind,
    channel: Channel,
    *,
    now: datetime,
    subscriber_id: int | None = None,
    campaign_id: int | None = None,
) -> Case:
    """Add a case. While it is open, the person gets no reconfirmation email."""
    person = None if subscriber_id is None else lock_subscriber(subscriber_id)
    if person is not None:
        cancel_inactivity_question(person)
    case = Case(
        id=new_id(now),
        kind=kind,
        channel=channel,
        subscriber_id=subscriber_id,
        campaign_id=campaign_id,
        received_at=now,
        due_at=due_at(now),
    )
    db.session.add(case)
    return case


@in_transaction
def add_closed_case(
    kind: CaseKind,
    channel: Channel = Channel.PAGE,
    *,
    now: datetime,
    subscriber_id: int | None = None,
) -> Case:
    """Add a case that is already closed."""
    case = open_case(kind, channel, now=now, subscriber_id=subscriber_id)
    case.closed_at = now
    case.outcome = StoredText.DONE_AT_ONCE.value
    return case


@dataclass(frozen=True, kw_only=True)
class NewCaseEntry:
    """A line to add to a case: event, time, account, and the email that was sent, if any."""

    act: CaseAct
    at: datetime
    text: str | None = None
    by: int | None = None
    email: OutboxEmail | None = None


@use_case
def add_entry(case_id: int, entry: NewCaseEntry) -> bool:
    """Add a line to a case, open or closed; tell whether the case exists."""
    if find_case(case_id) is None:
        return False
    if entry.email is not None:
        db.session.flush()  # the foreign key needs the row of the email
    db.session.add(
        CaseEntry(
            id=new_id(entry.at),
            case_id=case_id,
            act=entry.act,
            text=entry.text,
            made_by=entry.by,
            made_at=entry.at,
            email_id=None if entry.email is None else entry.email.id,
        )
    )
    if entry.act in AUDITED_ENTRIES:
        record_team_act(AUDITED_ENTRIES[entry.act], case_id)
    return True


AUDITED_ENTRIES = {
    CaseAct.NOTED: CaseTeamAct.NOTED,
    CaseAct.EXTENDED: CaseTeamAct.EXTENDED,
    CaseAct.CLOSED: CaseTeamAct.CLOSED,
}


class ExtendCaseResult(Enum):
    """The result of an extension; `NOT_NOTIFIED`: extended, but we have no address to write to."""

    NOTIFIED = auto()
    NOT_NOTIFIED = auto()
    UNKNOWN = auto()
    NOT_POSSIBLE = auto()


def extend_case(case_id: int, reason: str, *, by: int | None) -> ExtendCaseResult:
    """Extend a case by two months, and put an email to the person into the outbox."""
    now = clock.now()
    with transaction():
        case = find_case(case_id, for_update=True)
        if case is None:
            return ExtendCaseResult.UNKNOWN
        if get_extension(case, now) is not Extension.POSSIBLE:
            return ExtendCaseResult.NOT_POSSIBLE
        case.extended_at, case.extension_reason = now, reason
        case.due_at = due_at(case.received_at, EXTENDED_MONTHS)
        known = None if case.subscriber_id is None else find_subscriber(case.subscriber_id)
        email = None if known is None else _write(case, known, now)
        entry = NewCaseEntry(act=CaseAct.EXTENDED, at=now, text=reason, by=by, email=email)
        add_entry(case_id, entry)
    if email is None:
        return ExtendCaseResult.NOT_NOTIFIED
    return ExtendCaseResult.NOTIFIED


def get_extension(case: Case, now: datetime) -> Extension:
    """Tell whether a case can be extended."""
    return judge_extension(
        case.received_at, now, extended_at=case.extended_at, closed_at=case.closed_at
    )


def _write(case: Case, person: Subscriber, now: datetime) -> OutboxEmail:
    with force_locale(person.language):
        values = {
            "kind": case.kind.value,
            "reason": case.extension_reason or "",
            "received_on": format_date(case.received_at.astimezone(PARIS)),
            "due_on": format_date(last_day(case.due_at)),
        }
    draft = EmailDraft(
        kind=EmailKind.CASE_EXTENDED,
        recipient=person.address,
        language=person.language,
        values=values,
        useful_for=NOTICE_USEFUL_FOR,
        rate_mac=mailbox_mac(person.address),
    )
    return put_email(draft, now=now)


class CloseCaseResult(Enum):
    """The result of closing a case."""

    DONE = auto()
    UNKNOWN = auto()
    ALREADY = auto()


@use_case
def close_case(
    case_id: int, outcome: str, *, by: int | None, now: datetime | None = None
) -> CloseCaseResult:
    """Close a case with its outcome; a closed case keeps its first outcome."""
    now, case = now or clock.now(), find_case(case_id, for_update=True)
    if case is None:
        return CloseCaseResult.UNKNOWN
    if case.closed_at is not None:
        return CloseCaseResult.ALREADY
    case.closed_at, case.outcome = now, outcome
    add_entry(case_id, NewCaseEntry(act=CaseAct.CLOSED, at=now, text=outcome, by=by))
    return CloseCaseResult.DONE


def remind_of_cases(now: datetime) -> int:
    """Write an email for each case that needs a reminder; return how many.

    If a case is first seen in its last two days, only the second reminder is sent.
    """
    if not any(_needs_reminder(case, now) for case in list_urgent_cases(now)):
        return 0
    written = 0
    with transaction():
        Lock.CASE_REMINDER.take()
        for case in list_urgent_cases(now):
            if _needs_reminder(case, now):
                email = _write_reminder(case, now)
                add_entry(case.id, NewCaseEntry(act=_stage(case, now), at=now, email=email))
                written += 1
    return written


def _stage(case: Case, now: datetime) -> CaseAct:
    return CaseAct.REMINDED_LAST if case.due_at - now <= LAST_REMINDER else CaseAct.REMINDED


def _needs_reminder(case: Case, now: datetime) -> bool:
    since = case.extended_at or case.received_at
    return not has_entry(case.id, _stage(case, now), since=since)


def _write_reminder(case: Case, now: datetime) -> OutboxEmail:
    with force_locale(DEFAULT_LANGUAGE):
        due_on = format_date(last_day(case.due_at), "full")
    draft = EmailDraft(
        kind=EmailKind.CASE_DUE,
        recipient=current_settings().dpo_contact,
        language=DEFAULT_LANGUAGE,
        values={
            "kind": case.kind.value,
            "due_on": due_on,
            "is_late": int(now >= case.due_at),
            "case_url": link_to("console.show_case", case_id=case.id),
        },
        useful_for=REMINDER_USEFUL_FOR,
    )
    return put_email(draft, now=now)
