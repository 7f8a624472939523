"""Purposes and versions of wordings. A change adds a version; nothing is edited."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from supporters.consent.models import Purpose, PurposeKind, Wording
from supporters.consent.queries import find_current_wording
from supporters.consent.record_forms import describe_purpose, describe_wording
from supporters.database import db
from supporters.transparency_log.log_records import add_entry


def add_purpose(
    kind: PurposeKind, texts: Mapping[str, str], *, now: datetime, succeeds: int | None = None
) -> Purpose:
    """Add a purpose with the first version of its wording in each language (code: text).

    `succeeds` is the id of the earlier purpose whose meaning changed (REQ-15).
    """
    purpose = Purpose(kind=kind, succeeds_id=succeeds, created_at=now)
    db.session.add(purpose)
    db.session.flush()
    add_entry(describe_purpose(purpose))
    for language, text in texts.items():
        store_wording(purpose.id, language, text, now=now)
    return purpose


def store_wording(purpose_id: int, language: str, text: str, *, now: datetime) -> Wording:
    """Return the current wording if it has exactly this text, or add the next version."""
    current = find_current_wording(purpose_id, language)
    if current is not None and current.text == text:
        return current
    highest = db.session.scalar(
        select(func.max(Wording.version)).where(
            Wording.purpose_id == purpose_id, Wording.language == language
        )
    )
    wording = Wording(
        purpose_id=purpose_id,
        language=language,
        version=(highest or 0) + 1,
        text=text,
        text_hash=hashlib.sha256(text.encode()).hexdigest(),
        created_at=now,
    )
    db.session.add(wording)
    db.session.flush()
    add_entry(describe_wording(wording))
    return wording
