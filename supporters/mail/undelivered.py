"""Counts the emails that reached nobody, without their recipients."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from supporters.database import db
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.mail.outbox_claims import NOT_WANTED


@dataclass(frozen=True, kw_only=True)
class UndeliveredEmails:
    """How many emails of a kind were given up after the same reply; None: never tried.

    `may_have_arrived`: the connection was lost while they were sent.
    """

    kind: EmailKind
    reply: str | None
    count: int
    last_at: datetime
    may_have_arrived: bool


def list_undelivered(
    since: datetime, kinds: Collection[EmailKind] = tuple(EmailKind)
) -> Sequence[UndeliveredEmails]:
    """Return the emails that were given up since a moment, the newest first.

    Emails that were no longer wanted aren't among them.
    """
    last_at = func.max(OutboxEmail.settled_at)
    was_lost = (OutboxEmail.times_lost > 0).label("was_lost")
    rows = db.session.execute(
        select(OutboxEmail.kind, OutboxEmail.last_reply, func.count(), last_at, was_lost)
        .where(
            OutboxEmail.status == EmailStatus.GIVEN_UP,
            OutboxEmail.settled_at > since,
            OutboxEmail.kind.in_(kinds),
            or_(OutboxEmail.last_reply.is_(None), OutboxEmail.last_reply != NOT_WANTED),
        )
        .group_by(OutboxEmail.kind, OutboxEmail.last_reply, "was_lost")
        .order_by(last_at.desc(), OutboxEmail.kind)
    )
    return [
        UndeliveredEmails(
            kind=kind, reply=reply, count=count, last_at=last, may_have_arrived=bool(lost)
        )
        for kind, reply, count, last, lost in rows
        if last is not None  # for the types: the condition has left none
    ]
