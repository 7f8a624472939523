"""Stores each email whose links can confirm, once for each version of its text (REQ-17).

A change of the theme, of the party's name or address, or of the program makes another version.
"""

import json
from collections.abc import Collection

from sqlalchemy import select

from supporters import clock
from supporters.consent.page_snapshots import compress_text, open_text
from supporters.consent.record_forms import describe_email_snapshot
from supporters.consent.record_models import EmailSnapshot
from supporters.database import db, in_transaction
from supporters.locks import Lock
from supporters.mail.written_emails import EmailText
from supporters.transparency_log.log_records import add_entry


@in_transaction
def store_email_snapshots(texts: Collection[EmailText]) -> None:
    """Add the snapshots that are not stored yet, each with its entry in the log.

    It asks the database each time: what a process knows could be of one that was replaced.
    """
    if not _list_new(texts):
        return
    Lock.EMAIL_SNAPSHOT.take()
    for text in _list_new(texts):
        snapshot = EmailSnapshot(
            kind=text.kind.value,
            language=text.language,
            content=compress_text(text.content),
            content_hash=text.sha256,
            first_used_at=clock.now(),
        )
        db.session.add(snapshot)
        db.session.flush()
        add_entry(describe_email_snapshot(snapshot))


def _list_new(texts: Collection[EmailText]) -> list[EmailText]:
    hashes = [each.sha256 for each in texts]
    stored = select(EmailSnapshot.content_hash).where(EmailSnapshot.content_hash.in_(hashes))
    known = {*db.session.scalars(stored)}
    return sorted(
        (each for each in texts if each.sha256 not in known), key=lambda each: each.sha256
    )


def read_email_snapshot(snapshot: EmailSnapshot) -> dict[str, str]:
    """Return the parts of a snapshot by their names. Raises SnapshotAltered if its hash differs."""
    parts: dict[str, str] = json.loads(open_text(snapshot.content, snapshot.content_hash.hex()))
    return parts
