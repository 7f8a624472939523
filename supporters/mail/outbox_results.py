"""Records the results of emails that were sent, or put back: a batch in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from sqlalchemy import bindparam, or_, select, update

from supporters.database import db, in_transaction, run_after_commit, update_where, use_case
from supporters.dialects import in_values
from supporters.mail.models import LOST, EmailKind, EmailStatus, OutboxEmail
from supporters.mail.rules import (
    LATER_RETRIES,
    MOST_COPIES,
    MOST_RELEASES,
    is_worth_retrying,
    next_attempt,
    next_attempt_after_refusal,
)
from supporters.mail.states import EMAIL_STATES, OPEN, EmailMove
from supporters.mail.written_emails import WrittenEmail, keep_texts
from supporters.smtp_relay.outcomes import AttemptOutcome, RelayReply, Stage
from supporters.smtp_replies import is_permanent, refuses_a_mailbox, refuses_us

log = structlog.get_logger(__name__)
UNREADABLE = "unreadable"
LONGEST_REPLY = 40
TAKEN = RelayReply(AttemptOutcome.ACCEPTED, "250")
UNTRIED = RelayReply(AttemptOutcome.NOT_TRIED, "", Stage.SESSION)
UNWRITABLE = RelayReply(AttemptOutcome.REFUSED, UNREADABLE)
_MAY_BE_ACCEPTED = or_(  # no IN: a statement for many rows can't have one
    *(OutboxEmail.status == each for each in sorted(EMAIL_STATES.sources(EmailMove.ACCEPT)))
)
_ACCEPT_HASHED = (
    update(OutboxEmail)
    .where(OutboxEmail.id == bindparam("taken"), _MAY_BE_ACCEPTED)
    .values(message_sha256=bindparam("message"), snapshot_sha256=bindparam("snapshot"))
)


@dataclass(frozen=True, kw_only=True)
class Hold:
    """The facts on the emails that a sender has claimed: since when they were due, its lease.

    `was_in_trouble`: the relay took nothing of this sender lately. `kinds` are those of its stream.
    `written` are the emails with hashes: they are stored if the relay took the email.
    """

    due: Mapping[int, datetime] = field(default_factory=dict)
    lease_until: datetime | None = None
    was_in_trouble: bool = False
    kinds: frozenset[EmailKind] = frozenset(EmailKind)
    written: Mapping[int, WrittenEmail] = field(default_factory=dict)


@in_transaction
def record_results(
    results: Mapping[int, RelayReply], now: datetime, hold: Hold | None = None
) -> None:
    """Write the result of each email that is still open.

    An email that was not begun waits as before. The relay's acceptance counts whatever was
    recorded before; another result counts unless another sender has the email by now. Without a
    hold its sender is dead, and the caller has the email.
    """
    hold = hold or Hold()
    accepted = [each for each, reply in results.items() if _is_accepted(reply)]
    if accepted:
        _accept(accepted, now, hold.written)
        if hold.was_in_trouble:
            _release(hold.kinds, now)
    others = {each: reply for each, reply in results.items() if not _is_accepted(reply)}
    if not others:
        return
    locked = (
        select(OutboxEmail)
        .where(in_values(OutboxEmail.id, [*others]), OutboxEmail.status.in_(OPEN))
        .order_by(OutboxEmail.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for email in db.session.scalars(locked).all():  # not those that were erased, or ended
        reply = others[email.id]
        if _is_of_another(email, hold):
            email.times_lost += _is_lost(reply)
        elif reply.outcome is AttemptOutcome.NOT_TRIED and not reply.is_about_envelope:
            _put_back(email, reply, hold.due.get(email.id, now))
        else:
            _record_failure(email, reply, now)


@use_case
def record_for_dead_worker(
    worker: str, judge: Callable[[Sequence[int]], Mapping[int, RelayReply]], now: datetime
) -> Mapping[int, RelayReply]:
    """Record the results of the emails that a dead worker has claimed, and return them."""
    claimed = (
        select(OutboxEmail.id)
        .where(OutboxEmail.status == EmailStatus.SENDING, OutboxEmail.claimed_by == worker)
        .order_by(OutboxEmail.id)
        .with_for_update()
    )
    results = judge(db.session.scalars(claimed).all())
    record_results(results, now)
    return results


def _is_of_another(email: OutboxEmail, hold: Hold) -> bool:
    """Tell whether the sender's lease is over, and another has claimed the email."""
    is_late = hold.lease_until is not None and email.next_attempt_at != hold.lease_until
    return is_late and email.status is EmailStatus.SENDING


def _is_lost(reply: RelayReply) -> bool:
    return reply.outcome is AttemptOutcome.UNCERTAIN


def _is_accepted(reply: RelayReply) -> bool:
    return reply.outcome is AttemptOutcome.ACCEPTED


def _accept(email_ids: list[int], now: datetime, written: Mapping[int, WrittenEmail]) -> None:
    """Record that the relay has these emails, and the hashes of those that have some."""
    hashed = {each: written[each] for each in email_ids if each in written}
    if hashed:
        keep_texts({each.text for each in hashed.values()})
        rows = [
            {"taken": number, "message": each.sha256, "snapshot": each.text.sha256}
            for number, each in hashed.items()
        ]
        db.session.connection().execute(_ACCEPT_HASHED.values(_taken_at(now)), rows)
    others = [each for each in email_ids if each not in hashed]
    if others:
        is_theirs = in_values(OutboxEmail.id, others)
        update_where(OutboxEmail, is_theirs, _MAY_BE_ACCEPTED, **_taken_at(now))
    run_after_commit(partial(log.info, "emails.sent", emails=len(email_ids)))


def _taken_at(now: datetime) -> dict[str, Any]:
    """Return the columns of an email that the relay has."""
    return {
        "status": EMAIL_STATES.target(EmailMove.ACCEPT),
        "settled_at": now,
        "encrypted": None,
        "last_reply": TAKEN.code,
    }


def _release(kinds: frozenset[EmailKind], now: datetime) -> None:
    """Make the emails due that failed with the connection: the relay of a stream is back."""
    update_where(
        OutboxEmail,
        OutboxEmail.status == EmailStatus.QUEUED,
        OutboxEmail.next_attempt_at > now,
        OutboxEmail.waits_for_relay,
        OutboxEmail.kind.in_(kinds),
        OutboxEmail.attempts < MOST_RELEASES,
        next_attempt_at=now,
        waits_for_relay=False,
    )


def _put_back(email: OutboxEmail, reply: RelayReply, due: datetime) -> None:
    """Let an email wait as before; the reply is what it would have met."""
    EMAIL_STATES.transition(email, EmailMove.PUT_BACK)
    email.attempts = max(0, email.attempts - 1)
    email.next_attempt_at = due
    email.last_reply = reply.code[:LONGEST_REPLY] or email.last_reply


def _record_failure(email: OutboxEmail, answer: RelayReply, now: datetime) -> None:
    """Let an email wait for its next attempt, or give it up.

    An email that the relay may have taken is sent once more, later, and no oftener (REQ-86).
    """
    is_lost = _is_lost(answer)
    email.times_lost += is_lost
    email.waits_for_relay = answer.outcome is AttemptOutcome.NOT_TRIED
    reply = LOST if is_lost else answer.code[:LONGEST_REPLY]
    attempt_at = now + LATER_RETRIES if is_lost else _next_attempt(email, reply, now)
    is_lost_again = is_lost and email.times_lost >= MOST_COPIES
    is_final = answer.outcome is AttemptOutcome.REFUSED and _is_final(email.kind, reply)
    if is_final or is_lost_again or not is_worth_retrying(attempt_at, email.expires_at):
        end_email(email, EmailMove.GIVE_UP, now)
    else:
        EMAIL_STATES.transition(email, EmailMove.PUT_BACK)
        email.next_attempt_at = attempt_at
    email.last_reply = reply
    status = email.status.value
    run_after_commit(
        partial(log.warning, "email.not_sent", email_id=email.id, status=status, reply=reply)
    )


def _next_attempt(email: OutboxEmail, reply: str, now: datetime) -> datetime:
    if refuses_us(reply):
        return next_attempt_after_refusal(email.attempts, now)
    return next_attempt(email.attempts, now)


def _is_final(kind: EmailKind, reply: str) -> bool:
    """Tell whether an email with this refusal must not be tried again.

    A relay that refuses us will be repaired, and the email waits. For invitations to a former list
    one refusal is enough: nobody waits for them, and the import pauses itself after many.
    """
    if reply == UNREADABLE:
        return True
    return is_permanent(reply) if kind is EmailKind.INVITATION else refuses_a_mailbox(reply)


def end_email(email: OutboxEmail, move: EmailMove, now: datetime) -> None:
    """Give an email its last status, and delete its content."""
    EMAIL_STATES.transition(email, move)
    email.settled_at = now
    email.encrypted = None
