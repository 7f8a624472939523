"""Reads of cases, their histories and disputes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import aliased

from supporters.accounts.models import Organiser, signature_of
from supporters.cases.models import Case, CaseAct, CaseEntry, CaseKind, DisputeStop
from supporters.cases.rules import FIRST_REMINDER, NEWCOMER_FOR, Dispute
from supporters.database import db
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.people.addresses import mailbox_of
from supporters.people.models import Subscriber
from supporters.personal_data.models import PendingErasure

PAGE_SIZE = 50
LAST_PAGE = 10_000


class CaseState(StrEnum):
    """Which cases a table shows."""

    OPEN = "open"
    CLOSED = "closed"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """A page of cases."""

    items: Sequence[Case]
    number: int
    has_next: bool


def find_case(case_id: int, *, for_update: bool = False) -> Case | None:
    """Return the case with this id, locked for this transaction if `for_update`."""
    return db.session.get(Case, case_id, with_for_update=for_update)


def list_cases(state: CaseState, kind: CaseKind | None = None) -> Sequence[Case]:
    """Return cases: open ones first, by due date, then closed ones, newest first."""
    return db.session.scalars(_choose(state, kind)).all()


def list_cases_page(state: CaseState, kind: CaseKind | None, number: int) -> CasePage:
    """Return a page of cases; the first page is 1."""
    number = min(max(number, 1), LAST_PAGE)
    found = db.session.scalars(
        _choose(state, kind).limit(PAGE_SIZE + 1).offset(PAGE_SIZE * (number - 1))
    ).all()
    return CasePage(items=found[:PAGE_SIZE], number=number, has_next=len(found) > PAGE_SIZE)


def list_cases_of(subscriber_id: int) -> Sequence[Case]:
    """Return the cases of a person, newest first."""
    return db.session.scalars(
        select(Case).where(Case.subscriber_id == subscriber_id).order_by(Case.id.desc())
    ).all()


def list_open_cases_of(subscriber_id: int, kind: CaseKind) -> Sequence[Case]:
    """Return the open cases of a person and a kind, oldest first."""
    return db.session.scalars(
        select(Case)
        .where(Case.subscriber_id == subscriber_id, Case.kind == kind, Case.closed_at.is_(None))
        .order_by(Case.id)
    ).all()


def list_entries(case_id: int) -> Sequence[tuple[CaseEntry, str | None]]:
    """Return the history of a case, oldest first, with the account that wrote each line."""
    rows = db.session.execute(
        select(CaseEntry, Organiser)
        .outerjoin(Organiser, Organiser.id == CaseEntry.made_by)
        .where(CaseEntry.case_id == case_id)
        .order_by(CaseEntry.id)
    )
    return [(entry, signature_of(by)) for entry, by in rows]


def find_case_emails(case_id: int) -> dict[int, OutboxEmail]:
    """Return the emails that belong to lines of a case's history, by the id of the line."""
    rows = db.session.execute(
        select(CaseEntry.id, OutboxEmail)
        .join(OutboxEmail, OutboxEmail.id == CaseEntry.email_id)
        .where(CaseEntry.case_id == case_id)
    )
    return dict(rows.all())


def has_entry(case_id: int, act: CaseAct, *, since: datetime) -> bool:
    """Tell whether a case's history has a line of this kind since a moment."""
    found = exists().where(
        CaseEntry.case_id == case_id, CaseEntry.act == act, CaseEntry.made_at >= since
    )
    return bool(db.session.scalar(select(found)))


def list_not_notified_cases(*ids: int) -> Sequence[Case]:
    """Return open cases whose person didn't get the notice of an extension.

    Without ids, all cases are searched. A later note counts as notifying the person by other means.
    """
    note = aliased(CaseEntry)
    has_note = exists().where(
        note.case_id == Case.id, note.act == CaseAct.NOTED, note.made_at >= OutboxEmail.settled_at
    )
    untold = (
        select(Case)
        .join(CaseEntry, CaseEntry.case_id == Case.id)
        .join(OutboxEmail, OutboxEmail.id == CaseEntry.email_id)
        .where(
            Case.closed_at.is_(None),
            OutboxEmail.kind == EmailKind.CASE_EXTENDED,
            OutboxEmail.status == EmailStatus.GIVEN_UP,
            ~has_note,
        )
        .order_by(Case.due_at)
    )
    return db.session.scalars(untold.where(Case.id.in_(ids)) if ids else untold).all()


def list_urgent_cases(now: datetime) -> Sequence[Case]:
    """Return the open cases that are due soon or overdue, by due date."""
    return db.session.scalars(
        select(Case)
        .where(Case.closed_at.is_(None), Case.due_at <= now + FIRST_REMINDER)
        .order_by(Case.due_at)
    ).all()


def count_urgent_cases(now: datetime) -> int:
    """Return how many open cases are due soon or overdue."""
    counted = select(func.count()).where(
        Case.closed_at.is_(None), Case.due_at <= now + FIRST_REMINDER
    )
    return db.session.scalar(counted) or 0


def _choose(state: CaseState, kind: CaseKind | None) -> Select[Case]:
    chosen = select(Case).order_by(
        Case.closed_at.is_not(None), Case.closed_at.desc(), Case.due_at, Case.id
    )
    if kind is not None:
        chosen = chosen.where(Case.kind == kind)
    match state:
        case CaseState.OPEN:
            return chosen.where(Case.closed_at.is_(None))
        case CaseState.CLOSED:
            return chosen.where(Case.closed_at.is_not(None))
        case CaseState.ALL:
            return chosen


def find_open_dispute(subscriber_id: int) -> Case | None:
    """Return the open case in which a person says that they never signed up."""
    return db.session.scalar(
        select(Case).where(
            Case.subscriber_id == subscriber_id,
            Case.kind == CaseKind.DISPUTE,
            Case.closed_at.is_(None),
        )
    )


def has_disputed(subscriber_id: int, campaign_id: int) -> bool:
    """Tell whether a person ever said of a campaign that they never signed up."""
    said = exists().where(
        Case.subscriber_id == subscriber_id,
        Case.campaign_id == campaign_id,
        Case.kind == CaseKind.DISPUTE,
    )
    return bool(db.session.scalar(select(said)))


def list_disputes(campaign_id: int) -> list[Dispute]:
    """Return the people who say of a campaign that they never signed up, oldest first.

    A person who was erased since, or whose erasure has begun, still counts, without a mailbox.
    """
    found = db.session.execute(
        select(Subscriber.address, Subscriber.created_at, func.min(Case.received_at))
        .select_from(Case)
        .outerjoin(PendingErasure, PendingErasure.subscriber_id == Case.subscriber_id)
        .outerjoin(
            Subscriber,
            and_(Subscriber.id == Case.subscriber_id, PendingErasure.subscriber_id.is_(None)),
        )
        .where(Case.campaign_id == campaign_id, Case.kind == CaseKind.DISPUTE)
        .group_by(
            func.coalesce(Case.subscriber_id, Case.id), Subscriber.address, Subscriber.created_at
        )
        .order_by(func.min(Case.id))
    )
    return [_dispute_of(*row) for row in found]


def count_disputes(campaign_id: int) -> int:
    """Return how many people say of a campaign that they never signed up."""
    return len(list_disputes(campaign_id))


def _dispute_of(address: str | None, joined_at: datetime, said_at: datetime) -> Dispute:
    if address is None:
        return Dispute(mailbox=None)
    return Dispute(mailbox=mailbox_of(address), is_newcomer=said_at - joined_at < NEWCOMER_FOR)


def count_known_disputes(campaign_id: int) -> int:
    """Return how many disputes of a campaign have led to a pause already."""
    known = select(func.max(DisputeStop.disputes)).where(DisputeStop.campaign_id == campaign_id)
    return db.session.scalar(known) or 0
