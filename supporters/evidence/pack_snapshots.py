"""The parts of an evidence pack about pages and emails as they were, and the proof of each part."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy import select

from supporters.consent.email_snapshots import read_email_snapshot
from supporters.consent.models import ConsentEvent, PageSnapshot
from supporters.consent.page_snapshots import SnapshotAltered, read_snapshot, read_style
from supporters.consent.record_forms import describe_email_snapshot, describe_page
from supporters.consent.record_models import EmailSnapshot
from supporters.database import db
from supporters.transparency_log.log_proofs import Delay, Prover
from supporters.transparency_log.log_records import LogRecord, format_moment

Part = dict[str, object]


def describe_page_snapshot(page: PageSnapshot, prover: Prover) -> Part:
    """Return a page snapshot; without its HTML if that or its style was altered."""
    try:
        html, _ = read_snapshot(page), read_style(page)
    except SnapshotAltered:
        html = None
    return {
        "id": page.id,
        "language": page.language,
        "sha256": page.content_hash,
        "style_sha256": page.style_hash,
        "first_used_at": format_moment(page.first_used_at),
        "html": html,
        **prove(describe_page(page), prover, page.first_used_at),
    }


def list_email_snapshots(events: Iterable[ConsentEvent]) -> Sequence[EmailSnapshot]:
    """Return the snapshots of the emails by which the events were confirmed."""
    hashes = {each.email_snapshot_sha256 for each in events} - {None}
    found = select(EmailSnapshot).where(EmailSnapshot.content_hash.in_(hashes))
    return db.session.scalars(found.order_by(EmailSnapshot.id)).all()


def describe_snapshot_of_email(snapshot: EmailSnapshot, prover: Prover) -> Part:
    """Return an email snapshot; without its content if that was altered."""
    content: Part = dict.fromkeys(("from", "reply_to", "subject", "text", "html"))
    with suppress(SnapshotAltered):
        content |= read_email_snapshot(snapshot)
    return {
        "id": snapshot.id,
        "kind": snapshot.kind,
        "language": snapshot.language,
        "sha256": snapshot.content_hash.hex(),
        "first_used_at": format_moment(snapshot.first_used_at),
        **content,
        **prove(describe_email_snapshot(snapshot), prover, snapshot.first_used_at),
    }


def list_styles(pages: Iterable[PageSnapshot]) -> dict[str, str]:
    """Return styles and images of pages, as the JSON text of the SHA-256 that is their key."""
    styles: dict[str, str] = {}
    for page in pages:
        with suppress(SnapshotAltered):
            if page.style_hash is not None:
                styles[page.style_hash] = read_style(page)
    return styles


def prove(record: LogRecord, prover: Prover, happened_at: datetime | None) -> Part:
    """Return the proof of a record; `is_intact` is false if the record was changed after sealing.

    `delay` tells how soon it was sealed. It is NONE for a signup request of a known person, because
    that is written with the confirmation.
    """
    proof = prover.prove(record)
    if proof is None:
        return {"is_intact": False, "proof": None}
    return {
        "is_intact": proof.is_intact,
        "happened_at": format_moment(happened_at),
        "delay": proof.span.delay_since(happened_at).value if happened_at else Delay.NONE.value,
        "proof": proof.as_json(),
    }
