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
from supporters.mail.mail_templates import LetterMessage, write_message
from supporters.mail.models import LOST, Letter, LetterKind, LetterStatus
from supporters.mail.outbox import Values
from supporters.mail.outbox_journal import LetterJournal
from supporters.mail.queries import is_superseded, list_due_letters
from supporters.mail.rules import (
    LATER_RETRIES,
    LEASE,
    is_worth_retrying,
    next_attempt,
    next_attempt_after_refusal,
)
from supporters.mail.send_guards import has_guard, may_leave, must_wait
from supporters.mail.states import LETTER_STATES, OPEN, LetterMove
from supporters.smtp_replies import is_permanent, refuses_a_mailbox, refuses_us, write_reply

log = structlog.get_logger(__name__)
Content = tuple[str, Values]  # the recipient, and the values of the template
DUE_AT_ONCE = 500
TAKEN = "250"
UNREADABLE = "unreadable"
NO_KEY = "no key for it on this machine"
NO_GUARD = "no guard for its kind"
WAITS = {NO_KEY: "letter.not_opened", NO_GUARD: "letter.no_guard"}  # the names of log events
NOT_WANTED = "not wanted any more"
SUPERSEDED = "superseded"


def send_due_letters(journal: LetterJournal | None = None) -> int:
    """Send the emails that are due; return how many were tried."""
    due = list_due_letters(clock.now(), limit=DUE_AT_ONCE)
    for letter_id in due:
        send_letter(letter_id, journal)
    return len(due)


def send_letter(letter_id: int, journal: LetterJournal | None = None) -> None:
    """Send one email, unless another worker has it or it is settled.

    With the journal of this worker it is recovered at once if the worker is killed; without one,
    when its lease is over.
    """
    claimed = _claim(letter_id, journal)
    if claimed is None:
        return
    letter, content = claimed
    try:
        message = write_message(letter, *content)
    except (ValueError, KeyError, TemplateError) as error:
        log_failure("letter.unreadable", error, letter=letter_id)
        settle(letter_id, LetterMove.GIVE_UP, reply=UNREADABLE)
        return
    _hand_over(letter_id, message, journal)
    if journal:
        journal.forget(letter_id)


def _hand_over(letter_id: int, message: LetterMessage, journal: LetterJournal | None) -> None:
    """Give an email to the relay, and record the result."""
    connection = mailer.connect()
    if journal:
        connection.before_body = partial(journal.note_leaving, letter_id)
    try:
        with connection:
            connection.send(message)
            if journal:
                journal.note_taken(letter_id)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        _record_failure(letter_id, error, is_lost=connection.may_have_been_taken(error))
    else:
        settle(letter_id, LetterMove.ACCEPT, reply=TAKEN)


def retry_without_key() -> None:
    """Try emails that wait for a key again now: a worker that starts may have it."""
    waiting = (Letter.status == LetterStatus.QUEUED, Letter.last_reply == NO_KEY)
    with transaction():
        db.session.execute(update(Letter).where(*waiting).values(next_attempt_at=clock.now()))


def _claim(letter_id: int, journal: LetterJournal | None) -> tuple[Letter, Content] | None:
    """Claim an email, and return its content; None if this attempt must not send it."""
    now = clock.now()
    with transaction():
        letter = db.session.get(Letter, letter_id, with_for_update={"skip_locked": True})
        if letter is None or not _is_due(letter, now):
            return None
        if not has_guard(letter.kind):
            _wait(letter, NO_GUARD, now)
            return None
        if must_wait(letter.kind):
            return None
        if now >= letter.expires_at:
            _end(letter, LetterMove.GIVE_UP, now)
            return None
        content = _open_if_wanted(letter, now)
        if content is None:
            return None
        LETTER_STATES.transition(letter, LetterMove.CLAIM)
        letter.attempts += 1
        letter.next_attempt_at = now + LEASE
        letter.claimed_by = journal.worker if journal else None
    return letter, content


def _open_if_wanted(letter: Letter, now: datetime) -> Content | None:
    """Return an email's content; None if it may not be sent now, and waits or ends."""
    try:
        content = _open(letter)
    except ValueError as error:
        log_failure("letter.unreadable", error, letter=letter.id)
        _give_up(letter, UNREADABLE, now)
        return None
    if content is not None and not may_leave(letter, *content):
        _give_up(letter, NOT_WANTED, now)
        return None
    if is_superseded(letter):
        _give_up(letter, SUPERSEDED, now)
        return None
    if content is None:
        _wait(letter, NO_KEY, now)
    return content


def _open(letter: Letter) -> Content | None:
    """Return an email's content; None without the key for it. Raises ValueError."""
    try:
        fields = json.loads(current_sealer().open(letter.sealed or b""))
        return fields["recipient"], fields["values"]
    except SealBroken:
        return None
    except (KeyError, TypeError) as error:
        raise ValueError(UNREADABLE) from error


def _wait(letter: Letter, why: str, now: datetime) -> None:
    """Let an email wait that this machine can't send: another may have its key, or its guard.

    While keys are rotated machines have different ones. It is given up only when it expires.
    """
    letter.attempts += 1
    LETTER_STATES.transition(letter, LetterMove.PUT_BACK)
    letter.last_reply = why
    letter.next_attempt_at = min(next_attempt(letter.attempts, now), letter.expires_at)
    log.warning(WAITS[why], letter=letter.id, attempts=letter.attempts)


def _is_due(letter: Letter, now: datetime) -> bool:
    return letter.status in OPEN and letter.next_attempt_at <= now


def record_lost(letter_id: int) -> None:
    """Record that the relay may or may not have an email."""
    _record_failure(letter_id, smtplib.SMTPServerDisconnected(LOST), is_lost=True)


def _record_failure(letter_id: int, error: Exception, *, is_lost: bool) -> None:
    """Let an email wait for its next attempt, or give it up.

    An email that the relay may have taken is sent once more, later, and no oftener (REQ-86).
    """
    now = clock.now()
    reply = LOST if is_lost else describe_refusal(error)
    with transaction():
        letter = _lock(letter_id)
        if letter is None or letter.status not in OPEN:
            return  # erased with its recipient while it was sent, or ended by another worker
        attempt_at = _next_attempt(letter, reply, now)
        is_lost_again = is_lost and letter.last_reply == LOST
        is_final = _find_refusal(error) is not None and _is_final(letter.kind, reply)
        if is_final or is_lost_again or not is_worth_retrying(attempt_at, letter.expires_at):
            _end(letter, LetterMove.GIVE_UP, now)
        else:
            LETTER_STATES.transition(letter, LetterMove.PUT_BACK)
            letter.next_attempt_at = attempt_at
        letter.last_reply = reply
    log.warning("letter.not_sent", letter=letter_id, status=letter.status.value, reply=reply)


def _next_attempt(letter: Letter, reply: str, now: datetime) -> datetime:
    if reply == LOST:
        return now + LATER_RETRIES
    if refuses_us(reply):
        return next_attempt_after_refusal(letter.attempts, now)
    return next_attempt(letter.attempts, now)


def _is_final(kind: LetterKind, reply: str) -> bool:
    """Tell whether an email with this refusal must not be tried again.

    A relay that refuses us will be repaired, and the email waits. For invitations to a former list
    one refusal is enough: nobody waits for them, and the import pauses itself after many.
    """
    return is_permanent(reply) if kind is LetterKind.RE_PERMISSION else refuses_a_mailbox(reply)


def settle(letter_id: int, move: LetterMove, *, reply: str) -> None:
    """Record the result of an email, unless another worker has recorded it already."""
    with transaction():
        letter = _lock(letter_id)
        if letter is None or not LETTER_STATES.allows(letter.status, move):
            return
        _end(letter, move, clock.now())
        letter.last_reply = reply
    log.info("letter.settled", letter=letter_id, kind=letter.kind.value, status=letter.status.value)


def _give_up(letter: Letter, reply: str, now: datetime) -> None:
    _end(letter, LetterMove.GIVE_UP, now)
    letter.last_reply = reply


def _end(letter: Letter, move: LetterMove, now: datetime) -> None:
    LETTER_STATES.transition(letter, move)
    letter.settled_at = now
    letter.sealed = None


def _lock(letter_id: int) -> Letter | None:
    """Return an email as it is now, not as this thread read it before the attempt."""
    return db.session.get(Letter, letter_id, with_for_update=True, populate_existing=True)


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
