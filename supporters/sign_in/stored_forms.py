"""Stores the input of a form that could not be saved, until the organiser has signed in again.

It is encrypted, and only the same account gets it back. After an hour it is deleted.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select

from supporters.accounts.models import StoredForm
from supporters.accounts.queries import find_organiser
from supporters.crypto.encryption import DecryptionFailed
from supporters.database import db, delete_where, transaction, use_case
from supporters.extensions import current_encryptor
from supporters.ids import new_id

RETAINED_FOR = timedelta(hours=1)
MOST_STORED = 20
LONGEST = 600_000  # bytes: a request has less
LARGEST_ID = 2**63

Fields = Sequence[tuple[str, str]]


class StoringReason(StrEnum):
    """Why a form could not be saved."""

    SESSION_OVER = "session-over"
    FORM_EXPIRED = "form-expired"
    LANGUAGE_CHANGED = "language-changed"
    IDENTITY_ASKED = "identity-asked"


@dataclass(frozen=True)
class FormInput:
    """The input of a form, the path of the form, and why it was stored."""

    path: str
    why: StoringReason
    fields: Fields


def store_form(organiser_id: int, stored: FormInput, now: datetime) -> int | None:
    """Store a form for an account; return its id, or None if it is too long.

    An account has at most `MOST_STORED` forms: the oldest ones are deleted.
    """
    values = [stored.path, stored.why.value, [*map(list, stored.fields)]]
    content = json.dumps(values, ensure_ascii=False).encode()
    if len(content) > LONGEST:
        return None
    with transaction():
        if find_organiser(organiser_id) is None:
            return None
        row = StoredForm(
            id=new_id(now),
            organiser_id=organiser_id,
            encrypted=current_encryptor().encrypt(content),
            stored_at=now,
        )
        db.session.add(row)
        db.session.flush()
        newest = (
            select(StoredForm.id)
            .where(StoredForm.organiser_id == organiser_id)
            .order_by(StoredForm.id.desc())
            .limit(MOST_STORED)
        )
        delete_where(
            StoredForm, StoredForm.organiser_id == organiser_id, StoredForm.id.not_in(newest)
        )
    return row.id


def find_stored_form(form_id: int, organiser_id: int, now: datetime) -> FormInput | None:
    """Return a form of this account from the last hour."""
    row = db.session.get(StoredForm, form_id) if 0 < form_id < LARGEST_ID else None
    if row is None or row.organiser_id != organiser_id or row.stored_at <= now - RETAINED_FOR:
        return None
    try:
        path, why, fields = json.loads(current_encryptor().decrypt(row.encrypted))
    except DecryptionFailed:
        return None
    return FormInput(path, StoringReason(why), [(name, value) for name, value in fields])


@use_case
def purge_stored_forms(now: datetime) -> int:
    """Delete the forms that are older than an hour; return how many."""
    return delete_where(StoredForm, StoredForm.stored_at <= now - RETAINED_FOR)
