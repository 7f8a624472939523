"""Sends transactional emails: claim, send, record. A failed one stays in the outbox for a retry."""

import json
import smtplib
from datetime import datetime
from functools import partial

import structlog
from jinja2 import TemplateError
from sqlalchemy import update

from supporters import clock
from supporters.database import db, transaction
from supporters.encryption import SealBroken
from supporters.extensions import current_sealer, mailer
from supporters.logs import log_failure
from supporters.mail.mail_face import Face, find_face
from supporters.mail.mail_templates import OutboxMessage, write_message
from supporters.mail.models import LOST, EmailKind, EmailStatus, OutboxEmail
from supporters.mail.outbox import TemplateValues
from supporters.mail.outbox_journal import OutboxJournal
from supporters.mail.queries import is_superseded, list_due_emails
from supporters.mail.rules import (
    LATER_RETRIES,
    LEASE,
    is_worth_retrying,
    next_attempt,
    next_attempt_after_refusal,
)
from supporters.mail.send_guards import has_guard, may_leave, must_wait
from supporters.mail.states import EMAIL_STATES, OPEN, EmailMove
from supporters.smtp_replies import is_permanent, refuses_a_mailbox, refuses_us, write_reply

log = structlog.get_logger(__name__)
OpenedEmail = tuple[str, TemplateValues]  # the recipient, and the values of the template
DUE_AT_ONCE = 500
TAKEN = "250"
UNREADABLE = "unreadable"
NO_KEY = "no key for it on this machine"
NO_GUARD = "no guard for its kind"
WAITS = {NO_KEY: "letter.not_opened", NO_GUARD: "letter.no_guard"}  # the names of log events
NOT_WANTED = "not wanted any more"
SUPERSEDED = "superseded"


def send_due_emails(journal: OutboxJournal | None = None) -> int:
    """Send the emails that are due; return how many were tried."""
    due = list_due_emails(clock.now(), limit=DUE_AT_ONCE)
    for email_id in due:
        send_email(email_id, journal)
    return len(due)


def send_email(email_id: int, journal: OutboxJournal | None = None) -> None:
    """Send one email, unless another worker has it or it is settled.

    With the journal of this worker it is recovered at once if the worker is killed; without one,
    when its lease is over.
    """
    claimed = _claim(email_id, journal)
    if claimed is None:
        return
    email, content, face = claimed
    try:
        message = write_message(email, *content, face=face)
    except (ValueError, KeyError, TemplateError) as error:
        log_failure("letter.unreadable", error, letter=email_id)
        settle(email_id, EmailMove.GIVE_UP, reply=UNREADABLE)
        return
    _send(email_id, message, journal)
    if journal:
        journal.forget(email_id)


def _send(email_id: int, message: OutboxMessage, journal: OutboxJournal | None) -> None:
    """Give an email to the relay, and record the result."""
    connection = mailer.connect()
    if journal:
        connection.before_body = partial(journal.note_leaving, email_id)
    try:
        with connection:
            connection.send(message)
            if journal:
                journal.note_taken(email_id)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        _record_failure(email_id, error, is_lost=connection.may_have_been_taken(error))
    else:
        settle(email_id, EmailMove.ACCEPT, reply=TAKEN)


def retry_waiting_for_key() -> None:
    """Try emails that wait for a key again now: a worker that starts may have it."""
    waiting = (OutboxEmail.status == EmailStatus.QUEUED, OutboxEmail.last_reply == NO_KEY)
    with transaction():
        db.session.execute(update(OutboxEmail).where(*waiting).values(next_attempt_at=clock.now()))


def _claim(
    email_id: int, journal: OutboxJournal | None
) -> tuple[OutboxEmail, OpenedEmail, Face] | None:
    """Claim an email, and return its content and its look; None if it must not be sent now."""
    now = clock.now()
    with transaction():
        email = db.session.get(OutboxEmail, email_id, with_for_update={"skip_locked": True})
        if email is None or not _is_due(email, now):
            return None
        if not has_guard(email.kind):
            _wait(email, NO_GUARD, now)
            return None
        if must_wait(email.kind):
            return None
        if now >= email.expires_at:
            _end(email, EmailMove.GIVE_UP, now)
            return None
        content = _open_if_wanted(email, now)
        if content is None:
            return None
        EMAIL_STATES.transition(email, EmailMove.CLAIM)
        email.attempts += 1
        email.next_attempt_at = now + LEASE
        email.claimed_by = journal.worker if journal else None
        face = find_face()
    return email, content, face


def _open_if_wanted(email: OutboxEmail, now: datetime) -> OpenedEmail | None:
    """Return an email's content; None if it may not be sent now, and waits or ends."""
    try:
        content = _open(email)
    except ValueError as error:
        log_failure("letter.unreadable", error, letter=email.id)
        _give_up(email, UNREADABLE, now)
        return None
    if content is not None and not may_leave(email, *content):
        _give_up(email, NOT_WANTED, now)
        return None
    if is_superseded(email):
        _give_up(email, SUPERSEDED, now)
        return None
    if content is None:
        _wait(email, NO_KEY, now)
    return content


def _open(email: OutboxEmail) -> OpenedEmail | None:
    """Return an email's content; None without the key for it. Raises ValueError."""
    try:
        fields = json.loads(current_sealer().open(email.sealed or b""))
        return fields["recipient"], fields["values"]
    except SealBroken:
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
    log.warning(WAITS[why], letter=email.id, attempts=email.attempts)


def _is_due(email: OutboxEmail, now: datetime) -> bool:
    return email.status in OPEN and email.next_attempt_at <= now


def record_lost(email_id: int) -> None:
    """Record that the relay may or may not have an email."""
    _record_failure(email_id, smtplib.SMTPServerDisconnected(LOST), is_lost=True)


def _record_failure(email_id: int, error: Exception, *, is_lost: bool) -> None:
    """Let an email wait for its next attempt, or give it up.

    An email that the relay may have taken is sent once more, later, and no oftener (REQ-86).
    """
    now = clock.now()
    reply = LOST if is_lost else describe_refusal(error)
    with transaction():
        email = _lock(email_id)
        if email is None or email.status not in OPEN:
            return  # erased with its recipient while it was sent, or ended by another worker
        attempt_at = _next_attempt(email, reply, now)
        is_lost_again = is_lost and email.last_reply == LOST
        is_final = _find_refusal(error) is not None and _is_final(email.kind, reply)
        if is_final or is_lost_again or not is_worth_retrying(attempt_at, email.expires_at):
            _end(email, EmailMove.GIVE_UP, now)
        else:
            EMAIL_STATES.transition(email, EmailMove.PUT_BACK)
            email.next_attempt_at = attempt_at
        email.last_reply = reply
    log.warning("letter.not_sent", letter=email_id, status=email.status.value, reply=reply)


def _next_attempt(email: OutboxEmail, reply: str, now: datetime) -> datetime:
    if reply == LOST:
        return now + LATER_RETRIES
    if refuses_us(reply):
        return next_attempt_after_refusal(email.attempts, now)
    return next_attempt(email.attempts, now)


def _is_final(kind: EmailKind, reply: str) -> bool:
    """Tell whether an email with this refusal must not be tried again.

    A relay that refuses us will be repaired, and the email waits. For invitations to a former list
    one refusal is enough: nobody waits for them, and the import pauses itself after many.
    """
    return is_permanent(reply) if kind is EmailKind.INVITATION else refuses_a_mailbox(reply)


def settle(email_id: int, move: EmailMove, *, reply: str) -> None:
    """Record the result of an email, unless another worker has recorded it already."""
    with transaction():
        email = _lock(email_id)
        if email is None or not EMAIL_STATES.allows(email.status, move):
            return
        _end(email, move, clock.now())
        email.last_reply = reply
    log.info("letter.settled", letter=email_id, kind=email.kind.value, status=email.status.value)


def _give_up(email: OutboxEmail, reply: str, now: datetime) -> None:
    _end(email, EmailMove.GIVE_UP, now)
    email.last_reply = reply


def _end(email: OutboxEmail, move: EmailMove, now: datetime) -> None:
    EMAIL_STATES.transition(email, move)
    email.settled_at = now
    email.sealed = None


def _lock(email_id: int) -> OutboxEmail | None:
    """Return an email as it is now, not as this thread read it before the attempt."""
    return db.session.get(OutboxEmail, email_id, with_for_update=True, populate_existing=True)


def describe_refusal(error: Exception) -> str:
    """Return the code, or the kind of failure, for the log: the text may quote an address."""
    refusal = _find_refusal(error)
    if refusal is None and isinstance(error, smtplib.SMTPResponseException):
        refusal = error.smtp_code, _read(error.smtp_error)
    return type(error).__name__[:40] if refusal is None else write_reply(*refusal)


def _find_refusal(error: Exception) -> tuple[int, str] | None:
    """Return the code and the words of the server's refusal of this email.

    None if the server was out of reach, or got no command for the email.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return int(code), _read(said)
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code, _read(error.smtp_error)
    return None


def _read(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said
