"""Reads of breaches: the register, histories, affected people and notices."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select

from supporters.accounts.models import Organiser, signature_of
from supporters.breaches.models import (
    Breach,
    BreachAct,
    BreachEntry,
    BreachFact,
    BreachNotice,
    BreachPerson,
    BreachStatus,
)
from supporters.breaches.rules import ALARM_AFTER
from supporters.database import db
from supporters.mail.models import EmailStatus, OutboxEmail


def find_breach(breach_id: int, *, for_update: bool = False) -> Breach | None:
    """Return the breach with this id, locked for this transaction if `for_update`."""
    return db.session.get(Breach, breach_id, with_for_update=for_update)


def list_breaches() -> Sequence[Breach]:
    """Return all breaches: the latest discovery first, closed ones at the end."""
    return db.session.scalars(
        select(Breach).order_by(Breach.closed_at.is_not(None), Breach.discovered_at.desc())
    ).all()


def list_breach_entries(breach_id: int) -> Sequence[tuple[BreachEntry, str | None]]:
    """Return the history of a breach, oldest first, with the account that wrote each line."""
    rows = db.session.execute(
        select(BreachEntry, Organiser)
        .outerjoin(Organiser, Organiser.id == BreachEntry.made_by)
        .where(BreachEntry.breach_id == breach_id)
        .order_by(BreachEntry.made_at, BreachEntry.id)
    )
    return [(entry, signature_of(by)) for entry, by in rows]


def find_facts(breach_id: int) -> Mapping[BreachFact, str]:
    """Return the latest statement of each fact of a breach."""
    stated = db.session.scalars(
        select(BreachEntry)
        .where(BreachEntry.breach_id == breach_id, BreachEntry.fact.is_not(None))
        .order_by(BreachEntry.made_at, BreachEntry.id)
    )
    return {each.fact: each.text or "" for each in stated if each.fact is not None}


def find_last_entry(breach_id: int, acts: Collection[BreachAct]) -> BreachEntry | None:
    """Return the latest line of a breach's history with one of these acts."""
    return db.session.scalar(
        select(BreachEntry)
        .where(BreachEntry.breach_id == breach_id, BreachEntry.act.in_(acts))
        .order_by(BreachEntry.made_at.desc(), BreachEntry.id.desc())
        .limit(1)
    )


def list_unanswered_breaches(now: datetime) -> Sequence[Breach]:
    """Return the breaches of 48 hours ago and more that nobody has decided on, oldest first."""
    return db.session.scalars(
        select(Breach)
        .where(
            Breach.status == BreachStatus.OPEN,
            Breach.authority_told_at.is_(None),
            Breach.discovered_at <= now - ALARM_AFTER,
        )
        .order_by(Breach.discovered_at)
    ).all()


def count_open_breaches() -> int:
    """Return how many breaches wait for the decision about the authority."""
    counted = select(func.count()).where(Breach.status == BreachStatus.OPEN)
    return db.session.scalar(counted) or 0


def count_affected(breach_id: int) -> int:
    """Return how many people are on the list of a breach now."""
    counted = select(func.count()).where(BreachPerson.breach_id == breach_id)
    return db.session.scalar(counted) or 0


def count_unwritten(breach_id: int) -> int:
    """Return how many people of a breach wait for the notice."""
    counted = select(func.count()).where(
        BreachPerson.breach_id == breach_id, BreachPerson.settled_at.is_(None)
    )
    return db.session.scalar(counted) or 0


def count_written(breach_id: int) -> int:
    """Return how many people of a breach the notice was written to."""
    counted = select(func.count()).where(
        BreachPerson.breach_id == breach_id, BreachPerson.is_written
    )
    return db.session.scalar(counted) or 0


def count_breach_emails(breach_id: int) -> Mapping[EmailStatus, int]:
    """Return how many emails of a notice have each status, as long as the outbox has them."""
    rows = db.session.execute(
        select(OutboxEmail.status, func.count())
        .join(BreachPerson, BreachPerson.email_id == OutboxEmail.id)
        .where(BreachPerson.breach_id == breach_id)
        .group_by(OutboxEmail.status)
    )
    return dict(rows.all())


def count_returned_notices(breach_id: int) -> int:
    """Return how many emails of a notice came back, as long as the outbox has them."""
    counted = select(func.count()).where(
        BreachPerson.breach_id == breach_id,
        BreachPerson.email_id == OutboxEmail.id,
        OutboxEmail.bounced_at.is_not(None),
    )
    return db.session.scalar(counted) or 0


def find_breach_notice(breach_id: int, *, for_update: bool = False) -> BreachNotice | None:
    """Return the notice of a breach, locked for this transaction if `for_update`."""
    return db.session.get(BreachNotice, breach_id, with_for_update=for_update)
