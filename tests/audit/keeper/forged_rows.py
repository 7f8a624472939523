"""The writes past the program that attacks share: subscriptions, erasures, whole logs."""

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import cast

from sqlalchemy import Table, delete, insert, text

from supporters import clock
from supporters.consent.log_sealing import seal
from supporters.consent.models import ConsentEvent, EventKind, Suppression
from supporters.consent.record_models import Erasure
from supporters.database import db, transaction
from supporters.ids import new_id
from supporters.lists.models import MailingList, Subscription
from supporters.people.models import Subscriber
from supporters.transparency_log.checkpoint_store import checkpoints_file
from supporters.transparency_log.log_records import SCHEMA
from supporters.transparency_log.models import LogCheckpoint, LogEntry, LogTile
from tests.factories.consent.consent_log import forget_birth
from tests.transparency_log.tampered_logs import RowValues, rows_of, unguarded

ENTRIES = cast(Table, LogEntry.__table__)
Records = Sequence[tuple[str, int]]


def delete_withdrawals(person: Subscriber) -> list[int]:
    """Delete the rows of a person's withdrawals; return their ids."""
    theirs = (ConsentEvent.subscriber_id == person.id, ConsentEvent.kind == EventKind.WITHDRAWN)
    ids = [*db.session.scalars(db.select(ConsentEvent.id).where(*theirs))]
    db.session.execute(delete(ConsentEvent).where(ConsentEvent.id.in_(ids)))
    return ids


def delete_entries(ids: Sequence[int]) -> None:
    """Delete the entries of these records, sealed or not."""
    db.session.execute(delete(LogEntry).where(LogEntry.record_id.in_(ids)))


def subscribe_again(person: Subscriber) -> None:
    """Put a person on the list by the consent by which they joined; lift all suppressions."""
    consent = db.session.get_one(ConsentEvent, person.joined_event_id)
    db.session.execute(delete(Suppression))
    db.session.add(
        Subscription(
            subscriber_id=person.id,
            mailing_list_id=db.session.scalars(db.select(MailingList.id)).one(),
            purpose_id=consent.purpose_id,
            consent_event_id=consent.id,
            consent_kind=consent.kind.value,
            subscribed_at=consent.occurred_at,
        )
    )


def forget_departure(person: Subscriber) -> list[int]:
    """Delete all that a person's leaving wrote, and put them back; return the withdrawals."""
    with transaction():
        ids = delete_withdrawals(person)
        delete_entries(ids)
        subscribe_again(person)
    return ids


def forge_erasure(records: Records, when: datetime | None = None) -> int:
    """Insert an erasure with its entry; return its id.

    It uses none of the program's code. Its key is the open one.
    """
    when = when or clock.now()
    erasure_id, listed = new_id(when), json.dumps([[kind, each] for kind, each in records])
    fields = {"occurred_at": write_moment(when), "reason": "asked", "records": listed}
    row = {"id": erasure_id, "reason": "asked", "records": listed, "occurred_at": when}
    with unguarded() as connection:
        connection.execute(insert(cast(Table, Erasure.__table__)).values(row))
        connection.execute(insert(ENTRIES).values(forge_entry("erased", erasure_id, fields)))
    return erasure_id


def forge_entry(kind: str, record_id: int, fields: dict[str, object]) -> RowValues:
    """Return an entry under the key that everybody knows, made by none of the program's code."""
    whole = {**fields, "id": str(record_id), "kind": kind, "schema": SCHEMA}
    record = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    key = hmac.digest(bytes(32), f"{kind}\n{record_id}".encode(), hashlib.sha256)
    commitment = hmac.digest(key, record.encode(), hashlib.sha256)
    return {"kind": kind, "record_id": record_id, "commitment": commitment}


def write_moment(when: datetime) -> str:
    """Return a time as records have it."""
    return when.isoformat(timespec="microseconds").replace("+00:00", "Z")


@contextmanager
def rewritten_log() -> Iterator[list[tuple[datetime, list[RowValues]]]]:
    """Yield the entries by the time of their checkpoint, to alter, and seal them again at it.

    It also writes the file of the checkpoints again: it needs the keys and the folder.
    """
    parts = _take_apart()
    yield parts
    for sealed_at, entries in parts:
        with transaction():
            db.session.execute(insert(LogEntry), [{**row, "position": None} for row in entries])
        with clock.pretend(sealed_at):
            seal()


def _take_apart() -> list[tuple[datetime, list[RowValues]]]:
    entries, first = sorted(rows_of(ENTRIES), key=_place_of), 0
    parts = []
    for each in rows_of(cast(Table, LogCheckpoint.__table__)):
        parts.append((each["sealed_at"], entries[first : each["size"]]))
        first = each["size"]
    parts.append((clock.now(), entries[first:]))
    with transaction():
        for table in (LogCheckpoint, LogTile, LogEntry):
            db.session.execute(delete(table))
        forget_birth()
    checkpoints_file().unlink()
    return [each for each in parts if each[1]]


def _place_of(row: RowValues) -> tuple[bool, int]:
    return row["position"] is None, row["position"] or 0


def run(*statements: str, **values: object) -> None:
    """Run statements in one transaction."""
    with transaction():
        for each in statements:
            db.session.execute(text(each), values)
