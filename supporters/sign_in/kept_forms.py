"""Keeps the input of a form that could not be saved, until the organiser has signed in again.

It is sealed, and only the same account gets it back. After an hour it is deleted.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select

from supporters.accounts.models import KeptForm
from supporters.accounts.queries import find_organiser
from supporters.crypto.encryption import SealBroken
from supporters.database import db, delete_where, transaction, use_case
from supporters.extensions import current_sealer
from supporters.ids import new_id

KEPT_FOR = timedelta(hours=1)
MOST_KEPT = 20
LONGEST = 600_000  # bytes: a request has less
LARGEST_ID = 2**63

Fields = Sequence[tuple[str, str]]


class KeptReason(StrEnum):
    """Why a form could not be saved."""

    SESSION_OVER = "session-over"
    FORM_EXPIRED = "form-expired"
    LANGUAGE_CHANGED = "language-changed"
    IDENTITY_ASKED = "identity-asked"


@dataclass(frozen=True)
class FormInput:
    """The input of a form, the path of the form, and why it was kept."""

    path: str
    why: KeptReason
    fields: Fields


def keep_form(organiser_id: int, kept: FormInput, now: datetime) -> int | None:
    """Keep a form for an account; return its id, or None if it is too long.

    An account has at most `MOST_KEPT` forms: the oldest ones are deleted.
    """
    stored = [kept.path, kept.why.value, [*map(list, kept.fields)]]
    content = json.dumps(stored, ensure_ascii=False).encode()
    if len(content) > LONGEST:
        return None
    with transaction():
        if find_organiser(organiser_id) is None:
            return None
        row = KeptForm(
            id=new_id(now),
            organiser_id=organiser_id,
            sealed=current_sealer().seal(content),
            kept_at=now,
        )
        db.session.add(row)
        db.session.flush()
        newest = (
            select(KeptForm.id)
            .where(KeptForm.organiser_id == organiser_id)
            .order_by(KeptForm.id.desc())
            .limit(MOST_KEPT)
        )
        db.session.execute(
            delete(KeptForm)
            .where(KeptForm.organiser_id == organiser_id, KeptForm.id.not_in(newest))
            .execution_options(synchronize_session=False)
        )
    return row.id


def find_kept_form(kept_id: int, organiser_id: int, now: datetime) -> FormInput | None:
    """Return a form of this account from the last hour."""
    row = db.session.get(KeptForm, kept_id) if 0 < kept_id < LARGEST_ID else None
    if row is None or row.organiser_id != organiser_id or row.kept_at <= now - KEPT_FOR:
        return None
    try:
        path, why, fields = json.loads(current_sealer().open(row.sealed))
    except SealBroken:
        return None
    return FormInput(path, KeptReason(why), [(name, value) for name, value in fields])


@use_case
def purge_kept_forms(now: datetime) -> int:
    """Delete the forms that are older than an hour; return how many."""
    return delete_where(KeptForm, KeptForm.kept_at <= now - KEPT_FOR)
