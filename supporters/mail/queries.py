"""Reads of the outbox."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from supporters.database import db
from supporters.mail.models import LOST, Letter, LetterKind, LetterStatus
from supporters.mail.send_guards import list_waiting_kinds
from supporters.smtp_replies import refuses_us

SIGNUP_LETTERS = (LetterKind.CONFIRM_SIGNUP, LetterKind.ALREADY_SUBSCRIBED)


def list_due_letters(now: datetime, *, limit: int) -> Sequence[int]:
    """Return the ids of emails to send now, oldest first."""
    return db.session.scalars(
        select(Letter.id)
        .where(
            Letter.status.in_([LetterStatus.QUEUED, LetterStatus.SENDING]),
            Letter.next_attempt_at <= now,
            Letter.kind.not_in(list_waiting_kinds()),
        )
        .order_by(Letter.next_attempt_at)
        .limit(limit)
    ).all()


def list_unanswered_letters(
    rate_mac: bytes, since: datetime, kinds: Collection[LetterKind]
) -> list[datetime]:
    """Return when emails of some kinds were sent to a mailbox, as `list_unanswered_kinds`."""
    return [at for _, at in list_unanswered_kinds(rate_mac, since, kinds)]


def list_unanswered_kinds(
    rate_mac: bytes, since: datetime, kinds: Collection[LetterKind] = SIGNUP_LETTERS
) -> list[tuple[LetterKind, datetime]]:
    """Return which emails of some kinds were sent to a mailbox, and when, newest first.

    Emails that the person has answered, and emails that didn't arrive, are left out: a relay that
    refuses us, or is gone, must not keep a person from asking again.
    """
    rows = db.session.execute(
        select(Letter.kind, Letter.created_at)
        .where(
            Letter.rate_mac == rate_mac,
            Letter.kind.in_(kinds),
            Letter.created_at > since,
            _may_have_arrived(),
            Letter.answered_at.is_(None),
        )
        .order_by(Letter.created_at.desc())
    )
    return [(kind, at) for kind, at in rows]


def is_superseded(letter: Letter) -> bool:
    """Tell whether a later email to the same mailbox replaces one that failed before.

    A person who asks again while the relay refuses us gets one email in the end: the last.
    """
    if letter.rate_mac is None or letter.last_reply in {None, LOST}:
        return False
    alike = SIGNUP_LETTERS if letter.kind in SIGNUP_LETTERS else (letter.kind,)
    later = exists().where(
        Letter.rate_mac == letter.rate_mac,
        Letter.kind.in_(alike),
        or_(
            Letter.created_at > letter.created_at,
            and_(Letter.created_at == letter.created_at, Letter.id > letter.id),
        ),
        Letter.status.in_([LetterStatus.QUEUED, LetterStatus.SENDING, LetterStatus.SENT]),
    )
    return bool(db.session.scalar(select(later)))


def _may_have_arrived() -> ColumnElement[bool]:
    """Return the condition that an email has arrived, is on its way, or may have been taken."""
    return or_(
        Letter.status.in_([LetterStatus.SENDING, LetterStatus.SENT]),
        and_(Letter.status == LetterStatus.QUEUED, Letter.last_reply.is_(None)),
        and_(Letter.status != LetterStatus.WITHHELD, Letter.last_reply == LOST),
    )


def count_refused_letters(since: datetime) -> Counter[str]:
    """Count the emails that the relay refused because of us, by its reply.

    These wait for their next attempt, or were given up since then.
    """
    rows = db.session.execute(
        select(Letter.last_reply, func.count())
        .where(
            or_(
                Letter.status == LetterStatus.QUEUED,
                and_(Letter.status == LetterStatus.GIVEN_UP, Letter.settled_at > since),
            ),
            Letter.last_reply.like("5%"),
        )
        .group_by(Letter.last_reply)
    )
    return Counter({reply: number for reply, number in rows if reply and refuses_us(reply)})


def count_sent_letters(since: datetime) -> int:
    """Return how many emails the relay took since then."""
    is_sent = and_(Letter.status == LetterStatus.SENT, Letter.settled_at > since)
    return db.session.scalar(select(func.count()).select_from(Letter).where(is_sent)) or 0


def count_letters_by_status() -> dict[LetterStatus, int]:
    """Return how many emails of the outbox are in each status."""
    rows = db.session.execute(select(Letter.status, func.count()).group_by(Letter.status))
    return dict(rows.all())


def find_oldest_due(now: datetime) -> datetime | None:
    """Return since when the oldest waiting email waits, among those still of use."""
    return db.session.scalar(
        select(func.min(Letter.next_attempt_at)).where(
            Letter.status.in_([LetterStatus.QUEUED, LetterStatus.SENDING]),
            Letter.next_attempt_at <= now,
            Letter.kind.not_in(list_waiting_kinds()),
            Letter.expires_at > now,
        )
    )


def list_sealed_contents(*, limit: int) -> Sequence[bytes]:
    """Return the encrypted content of the emails that wait, oldest first."""
    waiting = (
        select(Letter.sealed)
        .where(
            Letter.status.in_([LetterStatus.QUEUED, LetterStatus.SENDING]),
            Letter.sealed.is_not(None),
        )
        .order_by(Letter.id)
        .limit(limit)
    )
    return [sealed for sealed in db.session.scalars(waiting) if sealed is not None]
