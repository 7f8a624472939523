"""Writes each withdrawal to a file beside the database, so that it can be repeated (REQ-28).

A database that is restored from a backup lacks the withdrawals made since. The file has a line for
each, synced to the disk before the transaction commits. It holds keyed hashes and no address.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import BigInteger, bindparam, delete, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from supporters import clock
from supporters.bounce_classes.classes import BounceClass
from supporters.consent.models import Method
from supporters.consent.withdrawal_lines import SharedAppends, locked
from supporters.database import Model, db, in_transaction
from supporters.disk_probe import sync, write_probe
from supporters.extensions import current_settings
from supporters.fast_path.prepared_statements import Call, Statement
from supporters.ids import new_id
from supporters.logs import log_failure

JOURNAL_RETENTION = timedelta(days=366)  # longer than the longest retention time of a backup
_is_paused: ContextVar[bool] = ContextVar("journal_is_paused", default=False)


class JournalGap(Model):
    """A line that is missing in the journal because its file couldn't be written."""

    __tablename__ = "journal_gap"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    since: Mapped[datetime]


class WithdrawalLine(Model):
    """A line as a machine wrote it, for the journals of the others. It has no address either."""

    __tablename__ = "withdrawal_line"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    stored_at: Mapped[datetime] = mapped_column(index=True)
    line: Mapped[bytes]


_ADD_LINE = Statement(
    insert(WithdrawalLine).values(
        id=bindparam("id"), stored_at=bindparam("stored_at"), line=bindparam("line")
    )
)
_ADD_GAP = Statement(insert(JournalGap).values(id=bindparam("id"), since=bindparam("since")))


@in_transaction
def record_gap(since: datetime) -> None:
    """Record that a line is missing, in the transaction of the withdrawal."""
    db.session.add(JournalGap(id=new_id(since), since=since))


def count_gaps() -> int:
    """Return how many lines are missing."""
    return db.session.scalar(select(func.count()).select_from(JournalGap)) or 0


@in_transaction
def delete_gaps() -> None:
    """Delete the gaps: the lines were rebuilt."""
    db.session.execute(delete(JournalGap))


class WithdrawalKind(StrEnum):
    """The kind of a withdrawal."""

    ERASED = "erased"
    OBJECTED = "objected"
    UNSUBSCRIBED = "left"
    WITHDRAWN = "withdrawn"
    RESTRICTED = "restricted"
    RESTRICTION_LIFTED = "released"
    ADDRESS_CHANGED = "moved"
    UNREACHABLE = "unreachable"
    REACHABLE = "reachable"
    SIGNUP_MAIL_BLOCKED = "not-me"
    SIGNUP_MAIL_UNBLOCKED = "me-after-all"


@dataclass(frozen=True, kw_only=True)
class Withdrawal:
    """One withdrawal. `person` is the keyed hash of the address, `to` that of the new address.

    `list_id` is the list they left, `purpose_id` a purpose that is no list, `because` why their
    mailbox can't be reached, `holder` the hash that the promise of an erasure names.
    """

    kind: WithdrawalKind
    at: datetime
    person: bytes
    method: Method
    list_id: int | None = None
    purpose_id: int | None = None
    to: bytes | None = None
    because: BounceClass | None = None
    holder: bytes | None = None


def journal_path() -> Path:
    """Return the file of this machine."""
    return current_settings().instance_dir / "rights" / "journal.jsonl"


@in_transaction
def append_withdrawal(withdrawal: Withdrawal) -> None:
    """Write a line to the disk, in the transaction of the withdrawal, before it commits.

    A full disk must not prevent a withdrawal: the failure is logged and recorded in the database.
    `flask doctor` shows it until `flask rights journal rebuild` has written the line.
    """
    append_together([withdrawal])


@in_transaction
def append_together(withdrawals: Sequence[Withdrawal]) -> None:
    """Write lines to the disk with one sync, as `append_withdrawal` does."""
    lines = _lines_of(withdrawals)
    if not _append_or_log(lines):
        record_gap(withdrawals[0].at)
    db.session.add_all(WithdrawalLine(**each) for each in _rows_of(lines))


def append_before_commit(withdrawals: Sequence[Withdrawal]) -> list[Call]:
    """Write lines to the disk before a trip commits, as `append_withdrawal` does.

    Return the calls that store the lines for other machines, and record those that are missing.
    """
    lines = _lines_of(withdrawals)
    calls = [_ADD_LINE(**each) for each in _rows_of(lines)]
    if not _append_or_log(lines):
        calls += [_ADD_GAP(id=new_id(each.at), since=each.at) for each in withdrawals]
    return calls


def _lines_of(withdrawals: Sequence[Withdrawal]) -> list[bytes]:
    """Return the lines to write; none while a replay repeats what every journal has."""
    return [] if _is_paused.get() else [_write(each) for each in withdrawals]


def _rows_of(lines: Sequence[bytes]) -> list[dict[str, Any]]:
    now = clock.now()
    return [{"id": new_id(now), "stored_at": now, "line": each} for each in lines]


def _append_or_log(lines: Sequence[bytes]) -> bool:
    """Write lines to the disk; tell whether none is missing."""
    try:
        _append(lines)
    except OSError as error:
        log_failure("rights.not_noted", error)
        return False
    return True


def append_withdrawals(withdrawals: Sequence[Withdrawal]) -> None:
    """Write lines to the disk, all or none. Raises OSError."""
    _append([_write(each) for each in withdrawals])


def _append(lines: Sequence[bytes]) -> None:
    if lines:
        _appends().append(b"\n".join(lines))


def _appends() -> SharedAppends:
    """Return the appends of the running application."""
    found: SharedAppends | None = current_app.extensions.get("journal_appends")
    return found or current_app.extensions.setdefault(
        "journal_appends", SharedAppends(journal_path())
    )


@contextmanager
def paused() -> Iterator[None]:
    """Write no lines: the file already has the withdrawals that are repeated."""
    token = _is_paused.set(True)
    try:
        yield
    finally:
        _is_paused.reset(token)


def is_writable() -> bool:
    """Tell whether the file can be locked and its disk accepts data."""
    try:
        with locked(journal_path()):
            write_probe(journal_path().parent)
    except OSError:
        return False
    return True


def add_unknown_withdrawals(withdrawals: Sequence[Withdrawal], now: datetime) -> int:
    """Add what this machine's journal lacks, in the order of time; return how many lines.

    Raises OSError. Lines past their retention time are left out.
    """
    path, since = journal_path(), now - JOURNAL_RETENTION
    known = {*(read_withdrawals(path)[0] if path.exists() else [])}
    unknown = {each for each in withdrawals if each.at >= since} - known
    append_withdrawals(sorted(unknown, key=lambda each: each.at))
    return len(unknown)


def read_withdrawals(path: Path) -> tuple[list[Withdrawal], int]:
    """Return the lines of a file, and how many can't be read. Raises OSError."""
    withdrawals, unreadable = [], 0
    for line in path.read_bytes().splitlines():
        withdrawal = read_line(line)
        if withdrawal is not None:
            withdrawals.append(withdrawal)
        elif line.strip():
            unreadable += 1
    return withdrawals, unreadable


def purge_withdrawals(now: datetime) -> int:
    """Purge the lines that are older than any backup; return how many."""
    path = journal_path()
    if not path.exists():
        return 0
    with locked(path):
        lines = path.read_bytes().splitlines(keepends=True)
        remaining = [line for line in lines if not _is_old(line, now)]
        if len(remaining) < len(lines):
            fresh = path.with_suffix(".new")
            fresh.touch(mode=0o600)
            fresh.write_bytes(b"".join(remaining))
            sync(fresh)
            fresh.replace(path)
            sync(path.parent)
    return len(lines) - len(remaining)


def _write(withdrawal: Withdrawal) -> bytes:
    fields = {
        "at": withdrawal.at.isoformat(),
        "kind": withdrawal.kind.value,
        "person": withdrawal.person.hex(),
        "method": withdrawal.method.value,
        "list": withdrawal.list_id,
        "purpose": withdrawal.purpose_id,
        "to": None if withdrawal.to is None else withdrawal.to.hex(),
        "because": None if withdrawal.because is None else withdrawal.because.value,
        "holder": None if withdrawal.holder is None else withdrawal.holder.hex(),
    }
    return json.dumps({name: value for name, value in fields.items() if value is not None}).encode()


def read_line(line: bytes) -> Withdrawal | None:
    """Return the withdrawal of a line; None if it can't be read."""
    try:
        fields = json.loads(line)
        return Withdrawal(
            kind=WithdrawalKind(fields["kind"]),
            at=_read_moment(fields["at"]),
            person=bytes.fromhex(fields["person"]),
            method=Method(fields["method"]),
            list_id=_read_number(fields.get("list")),
            purpose_id=_read_number(fields.get("purpose")),
            to=bytes.fromhex(fields["to"]) if "to" in fields else None,
            because=BounceClass(fields["because"]) if "because" in fields else None,
            holder=bytes.fromhex(fields["holder"]) if "holder" in fields else None,
        )
    except (ValueError, KeyError, TypeError):
        return None


def _read_moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("A time in the journal must have a time zone.")
    return moment


def _read_number(value: object) -> int | None:
    if value is None or (isinstance(value, int) and 0 < value < 2**31):
        return value
    raise ValueError("An id in the journal must be a positive number.")


def _is_old(line: bytes, now: datetime) -> bool:
    withdrawal = read_line(line)
    return withdrawal is not None and withdrawal.at < now - JOURNAL_RETENTION
