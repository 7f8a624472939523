"""Claims the next emails of the outbox for a sender: those that may leave now, in one batch."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import structlog
from sqlalchemy import ColumnElement, not_, select
from sqlalchemy.exc import InvalidRequestError

from supporters import clock
from supporters.crypto.encryption import DecryptionFailed
from supporters.database import db, in_transaction, update_where, use_case
from supporters.dialects import in_values
from supporters.extensions import current_encryptor
from supporters.logs import log_failure
from supporters.mail.mail_theme import Theme, find_theme
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.mail.outbox import TemplateValues
from supporters.mail.outbox_results import UNREADABLE, Hold, end_email
from supporters.mail.queries import EVER, is_superseded
from supporters.mail.rules import next_attempt
from supporters.mail.send_guards import has_guard, may_leave, must_wait
from supporters.mail.states import EMAIL_STATES, EmailMove

log = structlog.get_logger(__name__)
NO_KEY = "no key for it on this machine"
NO_GUARD = "no guard for its kind"
GUARD_FAILED = "its guard failed"
WAITS = {  # the names of log events
    NO_KEY: "email.not_opened",
    NO_GUARD: "email.no_guard",
    GUARD_FAILED: "email.guard_failed",
}
NOT_WANTED = "not wanted any more"
SUPERSEDED = "superseded"
FAULTS_OF_A_GUARD = (LookupError, ValueError, TypeError, AttributeError, InvalidRequestError)

PEOPLE_WAIT_FOR = (
    EmailKind.CONFIRM_SIGNUP,
    EmailKind.ALREADY_SUBSCRIBED,
    EmailKind.MY_DATA,
    EmailKind.NEW_ADDRESS,
    EmailKind.RESET_PASSWORD,
    EmailKind.TEAM_INVITATION,
    EmailKind.CAMPAIGN_TEST,
)
TO_MANY = (
    EmailKind.BREACH_NOTICE,
    EmailKind.WELCOME,
    EmailKind.INVITATION,
    EmailKind.RECONFIRMATION,
)
BY_PRIORITY = (
    PEOPLE_WAIT_FOR,
    tuple(kind for kind in EmailKind if kind not in {*PEOPLE_WAIT_FOR, *TO_MANY}),
    TO_MANY,
)
ALL_KINDS = frozenset(EmailKind)


class Claimable(NamedTuple):
    """The emails that a sender may claim: their kinds, and since when they may be due."""

    kinds: Collection[EmailKind]
    since: datetime


ALL_EMAILS = Claimable(ALL_KINDS, EVER)


@dataclass(frozen=True)
class ClaimedEmail:
    """A claimed email as it was before the claim, apart from the session, and its content."""

    email: OutboxEmail
    recipient: str
    values: TemplateValues


@dataclass(frozen=True, kw_only=True)
class OutboxClaim:
    """A batch that a sender has until it records the results; `seen` counts what was due."""

    emails: Sequence[ClaimedEmail]
    seen: int
    theme: Theme
    lease_until: datetime | None = None

    @property
    def hold(self) -> Hold:
        """The emails of the batch, as the outbox tells whether they are still ours."""
        due = {each.email.id: each.email.next_attempt_at for each in self.emails}
        return Hold(due=due, lease_until=self.lease_until)


NOTHING_CLAIMED = OutboxClaim(emails=(), seen=0, theme=Theme())


@in_transaction
def claim_emails(
    worker: str | None,
    *,
    limit: int,
    now: datetime,
    lease_until: datetime,
    among: Claimable = ALL_EMAILS,
) -> OutboxClaim:
    """Claim the next emails that are due, all of one priority; end or postpone the others.

    They are among the kinds of a stream.

    The lease is over at `lease_until`. With the name of the worker its emails are recovered at
    once if it is killed; without one, when the lease is over.
    """
    found: Sequence[OutboxEmail] = ()
    for priority in BY_PRIORITY:
        kinds = [each for each in priority if each in among.kinds]
        found = _lock_due(kinds, among.since, limit=limit, now=now) if kinds else ()
        if found:
            break
    else:
        return NOTHING_CLAIMED
    claimed = [each for email in found if (each := _open_if_wanted(email, now))]
    db.session.flush()
    ids = [each.email.id for each in claimed]
    for each in claimed:
        db.session.expunge(each.email)
    if ids:
        _take(ids, worker, lease_until)
    return OutboxClaim(emails=claimed, seen=len(found), theme=find_theme(), lease_until=lease_until)


def _lock_due(
    kinds: Sequence[EmailKind], since: datetime, *, limit: int, now: datetime
) -> Sequence[OutboxEmail]:
    return db.session.scalars(
        select(OutboxEmail)
        .where(
            OutboxEmail.status == EmailStatus.QUEUED,
            OutboxEmail.next_attempt_at.between(since, now),
            OutboxEmail.kind.in_(kinds),
            not_(must_wait(kinds)),
        )
        .order_by(OutboxEmail.next_attempt_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()


def _take(email_ids: Sequence[int], worker: str | None, lease_until: datetime) -> None:
    update_where(
        OutboxEmail,
        in_values(OutboxEmail.id, email_ids),
        OutboxEmail.status.in_(EMAIL_STATES.sources(EmailMove.CLAIM)),
        status=EMAIL_STATES.target(EmailMove.CLAIM),
        attempts=OutboxEmail.attempts + 1,
        next_attempt_at=lease_until,
        claimed_by=worker,
    )


@in_transaction
def release_lease(worker: str | None, lease_until: datetime) -> None:
    """Put emails back that the database may have given to a sender which doesn't know of them."""
    _put_back_all(OutboxEmail.claimed_by == worker, OutboxEmail.next_attempt_at == lease_until)


@use_case
def put_back_after_lease(now: datetime) -> None:
    """Put emails back whose lease is over: their worker was lost with its machine.

    The caller has recorded before what the dead workers of this machine have sent.
    """
    _put_back_all(OutboxEmail.next_attempt_at <= now)


def _put_back_all(*conditions: ColumnElement[bool]) -> None:
    update_where(
        OutboxEmail,
        OutboxEmail.status == EmailStatus.SENDING,
        *conditions,
        status=EMAIL_STATES.target(EmailMove.PUT_BACK),
        next_attempt_at=clock.now(),
    )


@use_case
def retry_waiting_for_key() -> None:
    """Try emails that wait for a key again now: a worker that starts may have it."""
    waiting = (OutboxEmail.status == EmailStatus.QUEUED, OutboxEmail.last_reply == NO_KEY)
    update_where(OutboxEmail, *waiting, next_attempt_at=clock.now())


def may_still_leave(claimed: ClaimedEmail, lease_until: datetime, now: datetime) -> bool:
    """Check one email again, whose turn came long after the claim.

    Is it still wanted, and does this sender still have it?
    """
    try:
        held = db.session.scalar(
            select(OutboxEmail.id).where(
                OutboxEmail.id == claimed.email.id,
                OutboxEmail.status == EmailStatus.SENDING,
                OutboxEmail.next_attempt_at == lease_until,
            )
        )
        is_current = held is not None and now < claimed.email.expires_at
        return is_current and may_leave(claimed.email, claimed.recipient, claimed.values)
    finally:
        db.session.rollback()


def _open_if_wanted(email: OutboxEmail, now: datetime) -> ClaimedEmail | None:
    """Return an email with its content; None if it may not be sent now, and waits or ends."""
    if not has_guard(email.kind):
        _wait(email, NO_GUARD, now)
        return None
    if now >= email.expires_at:
        end_email(email, EmailMove.GIVE_UP, now)
        return None
    try:
        content = _open(email)
    except ValueError as error:
        log_failure("email.unreadable", error, email_id=email.id)
        _give_up(email, UNREADABLE, now)
        return None
    return _check(email, content, now)


def _check(
    email: OutboxEmail, content: tuple[str, TemplateValues] | None, now: datetime
) -> ClaimedEmail | None:
    try:
        is_wanted = content is None or may_leave(email, *content)
    except FAULTS_OF_A_GUARD as error:
        log_failure("email.guard_failed", error, email_id=email.id)
        _wait(email, GUARD_FAILED, now)
        return None
    if not is_wanted or is_superseded(email):
        _give_up(email, SUPERSEDED if is_wanted else NOT_WANTED, now)
        return None
    if content is None:
        _wait(email, NO_KEY, now)
        return None
    return ClaimedEmail(email, *content)


def _open(email: OutboxEmail) -> tuple[str, TemplateValues] | None:
    """Return an email's content; None without the key for it. Raises ValueError."""
    try:
        fields = json.loads(current_encryptor().decrypt(email.encrypted or b""))
        return fields["recipient"], fields["values"]
    except DecryptionFailed:
        return None
    except (KeyError, TypeError) as error:
        raise ValueError(UNREADABLE) from error


def _wait(email: OutboxEmail, why: str, now: datetime) -> None:
    """Let an email wait that this machine can't send: another may have its key, or its guard.

    While keys are rotated machines have different ones. It is given up only when it expires.
    """
    email.attempts += 1
    EMAIL_STATES.transition(email, EmailMove.PUT_BACK)
    email.last_reply = why
    email.next_attempt_at = min(next_attempt(email.attempts, now), email.expires_at)
    log.warning(WAITS[why], email_id=email.id, attempts=email.attempts)


def _give_up(email: OutboxEmail, reply: str, now: datetime) -> None:
    end_email(email, EmailMove.GIVE_UP, now)
    email.last_reply = reply
