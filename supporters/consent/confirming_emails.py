"""The email by which a person confirmed, as the record of their press tells it.

Its row in the outbox is deleted after a month, so the events of the press keep its facts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from supporters.consent.email_columns import EmailOutcome
from supporters.database import db
from supporters.mail.models import EmailStatus, OutboxEmail

EMAIL_COLUMNS = ("status", "settled_at", "last_reply", "message_sha256", "snapshot_sha256")
OUTCOMES = {
    EmailStatus.QUEUED: EmailOutcome.UNSETTLED,
    EmailStatus.SENDING: EmailOutcome.UNSETTLED,
    EmailStatus.SENT: EmailOutcome.TAKEN,
    EmailStatus.GIVEN_UP: EmailOutcome.GIVEN_UP,
    EmailStatus.WITHHELD: EmailOutcome.WITHHELD,
}


@dataclass(frozen=True, kw_only=True)
class ConfirmingEmail:
    """The columns of an event about the email: what became of it, when, the relay's reply, hashes.

    The hashes are known if the relay took it, and the process that sent it could say so.
    """

    email_status: EmailOutcome
    email_settled_at: datetime | None = None
    email_reply: str | None = None
    email_sha256: bytes | None = None
    email_snapshot_sha256: bytes | None = None


def judge_email(columns: Sequence[Any]) -> ConfirmingEmail | None:
    """Return the facts on an email from its `EMAIL_COLUMNS`; None if it isn't in the outbox.

    The reply to an earlier attempt is left out: it is no answer to the email that the person has.
    """
    status, settled_at, reply, message_sha256, snapshot_sha256 = columns
    if status is None:
        return None
    outcome = OUTCOMES[status]
    if settled_at is None or outcome not in {EmailOutcome.TAKEN, EmailOutcome.GIVEN_UP}:
        return ConfirmingEmail(email_status=outcome)
    is_taken = outcome is EmailOutcome.TAKEN
    return ConfirmingEmail(
        email_status=outcome,
        email_settled_at=settled_at,
        email_reply=reply,
        email_sha256=message_sha256 if is_taken else None,
        email_snapshot_sha256=snapshot_sha256 if is_taken else None,
    )


def find_confirming_email(email_id: int | None) -> ConfirmingEmail | None:
    """Return the facts on an email of the outbox, while it is there."""
    email = None if email_id is None else db.session.get(OutboxEmail, email_id)
    return None if email is None else judge_email([getattr(email, each) for each in EMAIL_COLUMNS])


def columns_of(email: ConfirmingEmail | None) -> dict[str, Any]:
    """Return the columns of an event about its email; none without one."""
    return {} if email is None else vars(email)
