"""Reads of the outbox."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select
from sqlalchemy.exc import SQLAlchemyError

from supporters.database import db
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.mail.send_guards import must_wait
from supporters.smtp_replies import refuses_us

EVER = datetime(2000, 1, 1, tzinfo=UTC)
SIGNUP_EMAILS = (EmailKind.CONFIRM_SIGNUP, EmailKind.ALREADY_SUBSCRIBED)
# Each of these tells something else: a later one doesn't replace it.
NEVER_SUPERSEDED = (EmailKind.DONE_ON_BEHALF, EmailKind.BREACH_NOTICE)


def has_due_emails(now: datetime, since: datetime) -> bool:
    """Tell whether an email may be due: a quick look, which also sees those that must wait."""
    oldest = find_oldest_queued(since)
    return oldest is not None and oldest <= now


def find_oldest_queued(since: datetime = EVER) -> datetime | None:
    """Return when the first of the emails that wait is due."""
    waiting = select(OutboxEmail.next_attempt_at).where(
        OutboxEmail.status == EmailStatus.QUEUED, OutboxEmail.next_attempt_at >= since
    )
    return db.session.scalar(waiting.order_by(OutboxEmail.next_attempt_at).limit(1))


def list_workers_with_emails(prefix: str) -> list[str]:
    """Return the workers whose names begin so, and that have claimed emails."""
    claimed = (
        select(OutboxEmail.claimed_by)
        .distinct()
        .where(
            OutboxEmail.status == EmailStatus.SENDING,
            OutboxEmail.claimed_by.startswith(prefix, autoescape=True),
        )
    )
    return [each for each in db.session.scalars(claimed) if each]


def has_claimed_emails(worker: str) -> bool:
    """Tell whether a worker has claimed an email, also if the database can't answer."""
    in_hand = exists().where(
        OutboxEmail.status == EmailStatus.SENDING, OutboxEmail.claimed_by == worker
    )
    db.session.rollback()  # reads what other threads wrote
    try:
        return bool(db.session.scalar(select(in_hand)))
    except SQLAlchemyError:
        return True


def list_unanswered_emails(
    rate_mac: bytes, since: datetime, kinds: Collection[EmailKind]
) -> list[datetime]:
    """Return when emails of some kinds were sent to a mailbox, as `list_unanswered_kinds`."""
    return [at for _, at in list_unanswered_kinds(rate_mac, since, kinds)]


def list_unanswered_kinds(
    rate_mac: bytes, since: datetime, kinds: Collection[EmailKind] = SIGNUP_EMAILS
) -> list[tuple[EmailKind, datetime]]:
    """Return which emails of some kinds were sent to a mailbox, and when, newest first.

    Emails that the person has answered, and emails that didn't arrive, are left out: a relay that
    refuses us, or is gone, must not keep a person from asking again.
    """
    rows = db.session.execute(
        select(OutboxEmail.kind, OutboxEmail.created_at)
        .where(
            OutboxEmail.rate_mac == rate_mac,
            OutboxEmail.kind.in_(kinds),
            OutboxEmail.created_at > since,
            may_have_arrived(),
            OutboxEmail.answered_at.is_(None),
        )
        .order_by(OutboxEmail.created_at.desc())
    )
    return [(kind, at) for kind, at in rows]


def is_superseded(email: OutboxEmail) -> bool:
    """Tell whether a later email to the same mailbox replaces one that failed before.

    A person who asks again while the relay refuses us gets one email in the end: the last.
    """
    if email.rate_mac is None or email.last_reply is None or email.times_lost:
        return False
    if email.kind in NEVER_SUPERSEDED:
        return False
    alike = SIGNUP_EMAILS if email.kind in SIGNUP_EMAILS else (email.kind,)
    later = exists().where(
        OutboxEmail.rate_mac == email.rate_mac,
        OutboxEmail.kind.in_(alike),
        or_(
            OutboxEmail.created_at > email.created_at,
            and_(OutboxEmail.created_at == email.created_at, OutboxEmail.id > email.id),
        ),
        OutboxEmail.status.in_([EmailStatus.QUEUED, EmailStatus.SENDING, EmailStatus.SENT]),
    )
    return bool(db.session.scalar(select(later)))


def may_have_arrived() -> ColumnElement[bool]:
    """Return the condition that an email has arrived, is on its way, or may have been taken."""
    return or_(
        OutboxEmail.status == EmailStatus.SENDING,
        OutboxEmail.status == EmailStatus.SENT,
        and_(OutboxEmail.status == EmailStatus.QUEUED, OutboxEmail.last_reply.is_(None)),
        and_(OutboxEmail.status != EmailStatus.WITHHELD, OutboxEmail.times_lost > 0),
    )


def count_refused_emails(since: datetime) -> Counter[str]:
    """Count the emails that the relay refused because of us, by its reply.

    These wait for their next attempt, or were given up since then.
    """
    rows = db.session.execute(
        select(OutboxEmail.last_reply, func.count())
        .where(
            or_(
                OutboxEmail.status == EmailStatus.QUEUED,
                and_(OutboxEmail.status == EmailStatus.GIVEN_UP, OutboxEmail.settled_at > since),
            ),
            OutboxEmail.last_reply.like("5%"),
        )
        .group_by(OutboxEmail.last_reply)
    )
    return Counter({reply: number for reply, number in rows if reply and refuses_us(reply)})


def count_sent_emails(since: datetime) -> int:
    """Return how many emails the relay took since then."""
    is_sent = and_(OutboxEmail.status == EmailStatus.SENT, OutboxEmail.settled_at > since)
    return db.session.scalar(select(func.count()).select_from(OutboxEmail).where(is_sent)) or 0


def count_emails_by_status() -> dict[EmailStatus, int]:
    """Return how many emails of the outbox are in each status."""
    rows = db.session.execute(select(OutboxEmail.status, func.count()).group_by(OutboxEmail.status))
    return dict(rows.all())


def count_open_emails() -> int:
    """Return how many emails wait or are being sent."""
    is_open = OutboxEmail.status.in_([EmailStatus.QUEUED, EmailStatus.SENDING])
    return db.session.scalar(select(func.count()).select_from(OutboxEmail).where(is_open)) or 0


def find_oldest_due(now: datetime) -> datetime | None:
    """Return since when the oldest waiting email waits, among those still of use."""
    return db.session.scalar(
        select(func.min(OutboxEmail.next_attempt_at)).where(
            OutboxEmail.status.in_([EmailStatus.QUEUED, EmailStatus.SENDING]),
            OutboxEmail.next_attempt_at <= now,
            not_(must_wait()),
            OutboxEmail.expires_at > now,
        )
    )


def list_encrypted_contents(*, limit: int) -> Sequence[bytes]:
    """Return the encrypted content of the emails that wait, oldest first."""
    waiting = (
        select(OutboxEmail.encrypted)
        .where(
            OutboxEmail.status.in_([EmailStatus.QUEUED, EmailStatus.SENDING]),
            OutboxEmail.encrypted.is_not(None),
        )
        .order_by(OutboxEmail.id)
        .limit(limit)
    )
    return [encrypted for encrypted in db.session.scalars(waiting) if encrypted is not None]
