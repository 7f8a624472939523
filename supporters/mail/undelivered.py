"""Counts the emails that reached nobody, without their recipients."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from supporters.database import db
from supporters.mail.models import Letter, LetterKind, LetterStatus
from supporters.mail.outbox_sender import NOT_WANTED


@dataclass(frozen=True, kw_only=True)
class Undelivered:
    """How many emails of a kind were given up after the same reply; None: never tried."""

    kind: LetterKind
    reply: str | None
    count: int
    last_at: datetime


def list_undelivered(
    since: datetime, kinds: Collection[LetterKind] = tuple(LetterKind)
) -> Sequence[Undelivered]:
    """Return the emails that were given up since a moment, the newest first.

    Emails that were no longer wanted aren't among them.
    """
    last_at = func.max(Letter.settled_at)
    rows = db.session.execute(
        select(Letter.kind, Letter.last_reply, func.count(), last_at)
        .where(
            Letter.status == LetterStatus.GIVEN_UP,
            Letter.settled_at > since,
            Letter.kind.in_(kinds),
            or_(Letter.last_reply.is_(None), Letter.last_reply != NOT_WANTED),
        )
        .group_by(Letter.kind, Letter.last_reply)
        .order_by(last_at.desc(), Letter.kind)
    )
    return [
        Undelivered(kind=kind, reply=reply, count=count, last_at=last)
        for kind, reply, count, last in rows
        if last is not None  # for the types: the condition has left none
    ]
