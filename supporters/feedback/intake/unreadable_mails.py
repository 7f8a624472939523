"""Keeps emails that nobody could read, encrypted, until a person has looked at them."""

from datetime import datetime

from sqlalchemy import func, select

from supporters.audit_log.audit_events import record_team_act
from supporters.database import db, delete_where, in_transaction, use_case
from supporters.extensions import current_encryptor
from supporters.feedback.models import FeedbackAct, Source, UnreadableMail
from supporters.ids import new_id

LONGEST = 256_000  # octets
MOST_STORED = 500  # anybody can send what can't be read: more of it tells nothing new


@in_transaction
def store_unreadable(raw: bytes, source: Source, now: datetime) -> None:
    """Store an email that can't be read, unless very many are stored already."""
    if count_unreadable() < MOST_STORED:
        encrypted = current_encryptor().encrypt(raw[:LONGEST])
        db.session.add(
            UnreadableMail(
                id=new_id(now), received_at=now, source=source, size=len(raw), encrypted=encrypted
            )
        )
        db.session.flush()


def count_unreadable() -> int:
    """Return how many of them wait for a person."""
    return db.session.scalar(select(func.count()).select_from(UnreadableMail)) or 0


def find_unreadable(mail_id: int) -> bytes | None:
    """Return the bytes of one of them. Raises DecryptionFailed if its key was retired."""
    found = db.session.get(UnreadableMail, mail_id)
    return None if found is None else current_encryptor().decrypt(found.encrypted)


@use_case
def discard_unreadable(mail_id: int) -> bool:
    """Delete one of them; tell whether it was there."""
    is_gone = bool(delete_where(UnreadableMail, UnreadableMail.id == mail_id))
    if is_gone:
        record_team_act(FeedbackAct.UNREADABLE_DELETED)
    return is_gone
