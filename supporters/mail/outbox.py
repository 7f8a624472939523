"""Puts transactional emails into the outbox, and deletes those that no count needs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete

from supporters.database import db, use_case
from supporters.extensions import current_sealer, queue
from supporters.ids import new_id
from supporters.mail.models import Letter, LetterKind, LetterStatus
from supporters.queue import LETTER_PRIORITY

Values = Mapping[str, str | int | list[str]]
KEPT_FOR = timedelta(days=31)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An email to write: the values of its template, and how long it is of use."""

    kind: LetterKind
    recipient: str
    language: str
    values: Values
    useful_for: timedelta
    rate_mac: bytes | None = None


def put_letter(draft: Draft, *, now: datetime, is_withheld: bool = False) -> Letter:
    """Add an email to the outbox. A withheld one is kept for the record and never sent."""
    content = json.dumps({"recipient": draft.recipient, "values": draft.values})
    letter = Letter(
        id=new_id(now),
        kind=draft.kind,
        language=draft.language,
        rate_mac=draft.rate_mac,
        status=LetterStatus.WITHHELD if is_withheld else LetterStatus.QUEUED,
        sealed=current_sealer().seal(content.encode()),
        attempts=0,
        created_at=now,
        next_attempt_at=now,
        expires_at=now + draft.useful_for,
    )
    if is_withheld:
        letter.sealed = None
    db.session.add(letter)
    return letter


def announce(letter: Letter) -> None:
    """Ask a worker to send an email now; call it after the transaction."""
    queue.later("send_letter", letter.id, priority=LETTER_PRIORITY)


@use_case
def purge_old_letters(now: datetime, kept_for: timedelta = KEPT_FOR) -> int:
    """Delete old settled emails; return how many."""
    gone = db.session.execute(
        delete(Letter)
        .where(
            Letter.created_at < now - kept_for,
            Letter.status.in_([LetterStatus.SENT, LetterStatus.WITHHELD, LetterStatus.GIVEN_UP]),
        )
        .returning(Letter.id)
    )
    return len(gone.all())
