"""Puts transactional emails into the outbox, and deletes those that no count needs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from supporters.database import db, delete_where, use_case
from supporters.extensions import current_encryptor
from supporters.fast_path.prepared_statements import Call, RowsInsert
from supporters.ids import new_id
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail

_COLUMNS = (
    *("id", "kind", "language", "rate_mac", "status", "encrypted", "attempts", "times_lost"),
    *("waits_for_relay", "created_at", "next_attempt_at", "expires_at"),
)
_ADD = RowsInsert(insert(OutboxEmail), _COLUMNS)
TemplateValues = Mapping[str, str | int | list[str]]
RETAINED_FOR = timedelta(days=31)


@dataclass(frozen=True, kw_only=True)
class EmailDraft:
    """An email to write: the values of its template, and how long it is of use."""

    kind: EmailKind
    recipient: str
    language: str
    values: TemplateValues
    useful_for: timedelta
    rate_mac: bytes | None = None


def put_email(draft: EmailDraft, *, now: datetime, is_withheld: bool = False) -> OutboxEmail:
    """Add an email to the outbox. A withheld one is stored for the record and never sent."""
    columns = describe_email(draft, now=now, is_withheld=is_withheld)
    email = OutboxEmail(status=columns.pop("status"), **columns)
    db.session.add(email)
    return email


def describe_email(draft: EmailDraft, *, now: datetime, is_withheld: bool) -> dict[str, Any]:
    """Return the columns of an email, by their names. It is encrypted also if it is withheld.

    So a withheld email takes as long as another one (ADR 011).
    """
    content = json.dumps({"recipient": draft.recipient, "values": draft.values})
    encrypted = current_encryptor().encrypt(content.encode())
    return {
        "id": new_id(now),
        "kind": draft.kind,
        "language": draft.language,
        "rate_mac": draft.rate_mac,
        "status": EmailStatus.WITHHELD if is_withheld else EmailStatus.QUEUED,
        "encrypted": None if is_withheld else encrypted,
        "attempts": 0,
        "times_lost": 0,
        "waits_for_relay": False,
        "created_at": now,
        "next_attempt_at": now,
        "expires_at": now + draft.useful_for,
    }


def add_email_row(columns: Mapping[str, Any]) -> Call:
    """Return the call that adds an email to the outbox."""
    return _ADD([columns])


@use_case
def purge_old_emails(now: datetime, retained_for: timedelta = RETAINED_FOR) -> int:
    """Delete old settled emails; return how many."""
    return delete_where(
        OutboxEmail,
        OutboxEmail.created_at < now - retained_for,
        OutboxEmail.status.in_([EmailStatus.SENT, EmailStatus.WITHHELD, EmailStatus.GIVEN_UP]),
    )
