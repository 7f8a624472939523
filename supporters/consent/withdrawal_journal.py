"""Notes each taking-back in a file beside the database, so that it can be done again (REQ-28).

A database that is put back from a backup doesn't know who left since. The file does: a line for
each taking-back, on the disk before the database keeps it. It holds keyed hashes, no address.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from sqlalchemy import BigInteger, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from supporters.consent.models import Method
from supporters.database import Model, UtcDateTime, db, in_transaction
from supporters.disk_probe import write_probe, write_whole
from supporters.extensions import current_settings
from supporters.ids import new_id
from supporters.logs import log_failure

KEPT_FOR = timedelta(days=366)  # longer than any backup may be kept
_is_muted: ContextVar[bool] = ContextVar("journal_is_muted", default=False)


class JournalGap(Model):
    """A line that no journal has, since its file couldn't be written at that moment."""

    __tablename__ = "journal_gap"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


@in_transaction
def note_gap(since: datetime) -> None:
    """Remember that a line is missing; it is kept with what the line would have told of."""
    db.session.add(JournalGap(id=new_id(since), since=since))


def count_gaps() -> int:
    """Return how many lines are missing."""
    return db.session.scalar(select(func.count()).select_from(JournalGap)) or 0


@in_transaction
def close_gaps() -> None:
    """Forget the gaps: the lines have been made up."""
    db.session.execute(delete(JournalGap))


class Taken(StrEnum):
    """What was taken back."""

    ERASED = "erased"
    OBJECTED = "objected"
    LEFT = "left"
    WITHDRAWN = "withdrawn"
    RESTRICTED = "restricted"
    RELEASED = "released"
    MOVED = "moved"
    NOT_ME = "not-me"
    ME_AFTER_ALL = "me-after-all"


@dataclass(frozen=True, kw_only=True)
class Taking:
    """One taking-back. `person` is the keyed hash of the address, `to` that of the new one.

    For NOT_ME and ME_AFTER_ALL, whose holder wants no signup letters, or does again, older lines
    have that of the mailbox (`people.keys.shield_macs`).

    `list_id` is the list that was left, `purpose_id` the purpose that is none.
    """

    kind: Taken
    at: datetime
    person: bytes
    method: Method
    list_id: int | None = None
    purpose_id: int | None = None
    to: bytes | None = None


def journal_path() -> Path:
    """Return the file of this machine."""
    return current_settings().instance_dir / "rights" / "journal.jsonl"


@in_transaction
def note(taking: Taking) -> None:
    """Put a line on the disk, in the transaction that takes back, before it commits.

    A full disk keeps nobody from leaving: the failure is logged and kept in the database, and
    `flask doctor` shows it until `flask rights journal rebuild` has made the line up.
    """
    if _is_muted.get():
        return
    try:
        append_takings([taking])
    except OSError as error:
        log_failure("rights.not_noted", error)
        note_gap(taking.at)


def append_takings(takings: Sequence[Taking]) -> None:
    """Put lines on the disk, all or none. Raises OSError."""
    if takings:
        with _locked(journal_path()) as file:
            _append(file, b"\n".join(map(_write, takings)))


@contextmanager
def muted() -> Iterator[None]:
    """Note nothing: what is done again stands in the file already."""
    token = _is_muted.set(True)
    try:
        yield
    finally:
        _is_muted.reset(token)


def can_be_written() -> bool:
    """Tell whether a line could be noted: its file is ours, and its disk takes what is written."""
    try:
        with _locked(journal_path()):
            write_probe(journal_path().parent)
    except OSError:
        return False
    return True


def read_takings(path: Path) -> tuple[list[Taking], int]:
    """Return the lines of a file, and how many can't be read. Raises OSError."""
    takings, unreadable = [], 0
    for line in path.read_bytes().splitlines():
        taking = _read(line)
        if taking is not None:
            takings.append(taking)
        elif line.strip():
            unreadable += 1
    return takings, unreadable


def forget_old_takings(now: datetime) -> int:
    """Take lines out that no backup is old enough to need; return how many."""
    path = journal_path()
    if not path.exists() or not _begins_with_an_old_one(path, now):
        return 0
    with _locked(path):
        lines = path.read_bytes().splitlines(keepends=True)
        kept = [line for line in lines if not _is_old(line, now)]
        if len(kept) < len(lines):
            fresh = path.with_suffix(".new")
            fresh.touch(mode=0o600)
            fresh.write_bytes(b"".join(kept))
            _sync(fresh)
            fresh.replace(path)
            _sync(path.parent)
    return len(lines) - len(kept)


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """Open the file for appending, alone: a lock of its own, since the file may be replaced."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        is_new = not path.exists()
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            if is_new:
                _sync(path.parent)
            yield file
        finally:
            os.close(file)
    finally:
        os.close(lock)


def _append(file: int, line: bytes) -> None:
    end = os.lseek(file, 0, os.SEEK_END)
    is_torn = end > 0 and os.pread(file, 1, end - 1) != b"\n"
    try:
        write_whole(file, (b"\n" if is_torn else b"") + line + b"\n")
    except OSError:
        os.ftruncate(file, end)  # a part of a line would be read as a torn one
        raise


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _write(taking: Taking) -> bytes:
    fields = {
        "at": taking.at.isoformat(),
        "kind": taking.kind.value,
        "person": taking.person.hex(),
        "method": taking.method.value,
        "list": taking.list_id,
        "purpose": taking.purpose_id,
        "to": None if taking.to is None else taking.to.hex(),
    }
    return json.dumps({name: value for name, value in fields.items() if value is not None}).encode()


def _read(line: bytes) -> Taking | None:
    try:
        fields = json.loads(line)
        return Taking(
            kind=Taken(fields["kind"]),
            at=_read_moment(fields["at"]),
            person=bytes.fromhex(fields["person"]),
            method=Method(fields["method"]),
            list_id=_read_number(fields.get("list")),
            purpose_id=_read_number(fields.get("purpose")),
            to=bytes.fromhex(fields["to"]) if "to" in fields else None,
        )
    except (ValueError, KeyError, TypeError):
        return None


def _read_moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        message = "A moment of the journal has a zone."
        raise ValueError(message)
    return moment


def _read_number(value: object) -> int | None:
    if value is None or (isinstance(value, int) and 0 < value < 2**31):
        return value
    message = "An id of the journal is a number."
    raise ValueError(message)


def _begins_with_an_old_one(path: Path, now: datetime) -> bool:
    with path.open("rb") as file:
        return _is_old(file.readline(), now)


def _is_old(line: bytes, now: datetime) -> bool:
    taking = _read(line)
    return taking is not None and taking.at < now - KEPT_FOR
