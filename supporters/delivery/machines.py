"""Registers machines in the database, and detects a database that is older than they are (ADR 027).

Each worker's machine has a name. The database keeps when it was seen last, and the machine keeps
the same moment in a file of its instance folder. A database that has an earlier moment comes from
a backup, and a database may also be unknown to the folder. In both cases all sending is held.
"""

import json
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Lock

import structlog
from flask import Flask, current_app
from sqlalchemy import case, select, update

from supporters.database import db, in_transaction, run_after_commit, transaction
from supporters.delivery.database_clock import database_time
from supporters.delivery.known_machines.journal_machines import (
    copy_from_others,
    find_hold_of_new,
    purge_own_journal,
)
from supporters.delivery.known_machines.machine_list import (
    ALIVE,
    IS_WORKER,
    NAME_OF_WORKER,
    host_name,
    milliseconds_ahead,
    note_keys,
)
from supporters.delivery.log_watch import hold_if_log_alarms
from supporters.delivery.models import DeliveryControl, Machine
from supporters.delivery.restore_hold import hold_sending
from supporters.delivery.rules import HoldReason, find_reason_to_hold
from supporters.extensions import current_encryptor, current_settings
from supporters.logs import log_failure
from supporters.program_version import program_version
from supporters.repeating_threads import RepeatingThreads
from supporters.transparency_log.checkpoint_store import find_external_checkpoint
from supporters.transparency_log.checkpoints import CheckpointInvalid
from supporters.transparency_log.queries import is_anything_sealed

log = structlog.get_logger(__name__)

SEEN_EVERY_SECONDS, COPIED_EVERY_SECONDS, PURGED_EVERY_SECONDS = 5.0, 30.0, 3600.0
OTHERS_SHOW_WITHIN_SECONDS = 15.0
LOOK_EVERY_SECONDS = 0.5
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

_writing = Lock()
_written: dict[Path, datetime] = {}  # the moment that this process wrote last, by file


@dataclass(frozen=True)
class MachineRecord:
    """The file of a machine: its name, and when this database saw it last."""

    name: str
    seen_at: datetime


def machine_file() -> Path:
    """Return the file with this machine's name, and when it was seen last."""
    return current_settings().instance_dir / NAME_OF_WORKER


def register_machine() -> HoldReason | None:
    """Register this machine at its start; hold all sending if it can't trust the database.

    A machine whose folder knows nothing of a database with a sealed log joins without a hold if a
    registered machine works on that database at this moment.
    """
    known = _read()
    why = _find_reason(known)
    if why is HoldReason.UNKNOWN and _is_another_at_work():
        why = None
    _sign(known or MachineRecord(secrets.token_hex(16), LONG_AGO), why)
    return why


def find_machine_name() -> str | None:
    """Return the name of this machine; None if no worker ever ran here."""
    known = _read()
    return None if known is None else known.name


def trust_database() -> None:
    """Register this machine without a check: a person just said which database this is."""
    _sign(_read() or MachineRecord(secrets.token_hex(16), LONG_AGO), None)


class MachineThread(RepeatingThreads):
    """Records every few seconds that this machine is alive."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app, Event(), failure="machine.not_seen")
        self._known: MachineRecord | None = None
        self.repeat("machine", self._sign_on, every=SEEN_EVERY_SECONDS)
        self.repeat("journal", copy_from_others, every=COPIED_EVERY_SECONDS)
        self.repeat("old lines", purge_own_journal, every=PURGED_EVERY_SECONDS)

    def end(self) -> None:
        """Stop the thread, and sign on a last time: the senders have recorded everything."""
        self._ending.set()
        self.join(SEEN_EVERY_SECONDS)
        self._try_once(self._sign_on)

    def _sign_on(self) -> None:
        known = self._known or _read()
        if known is None:  # the folder isn't writable: the worker's start has checked
            return
        self._known = _sign(known, _find_reason(known))
        hold_if_log_alarms()


def _find_reason(known: MachineRecord | None) -> HoldReason | None:
    seen_at = None
    if known is not None:
        seen_at = db.session.scalar(select(Machine.seen_at).where(Machine.name == known.name))
    return find_reason_to_hold(
        None if known is None else known.seen_at,
        seen_at,
        is_sealed=is_anything_sealed(),
        has_stored_checkpoint=known is None and _has_checkpoint(),
        lifted_at=db.session.scalar(select(DeliveryControl.lifted_at)),
    )


def _has_checkpoint() -> bool:
    """Tell whether this machine sealed for this database before machines had names."""
    try:
        return find_external_checkpoint() is not None
    except CheckpointInvalid:
        return False


def _sign(known: MachineRecord, why: HoldReason | None) -> MachineRecord:
    """Record in the database, then in the file, that this machine is alive; hold sending first."""
    if why is not None:
        hold_sending(why)
    keys = ",".join(current_encryptor().fingerprints)
    with transaction():
        moment = database_time()
        row = db.session.get(Machine, known.name, with_for_update=True)
        if row is None:
            row = Machine(name=known.name, seen_at=moment, keys=keys)
            row.new_in_hold = find_hold_of_new()
            db.session.add(row)
        row.seen_at, row.keys = max(moment, row.seen_at), keys
        row.host, row.version, row.lost_at = host_name(), program_version(), None
        row.clock_ahead_ms = milliseconds_ahead(moment)
        note_keys(moment)
        seen = MachineRecord(known.name, row.seen_at)
    _keep(seen)
    return seen


@in_transaction
def sign_work(now: datetime) -> None:
    """Move this machine's moment with a claim, or with its results: at its commit, in both places.

    So a backup from before is recognised, even if the worker is killed at once.
    """
    known = current_app.extensions.get("machine") or _read()
    if known is None:  # no worker has started here: a test, or a command
        return
    current_app.extensions["machine"] = known
    later = case((Machine.seen_at < now, now), else_=Machine.seen_at)
    order = update(Machine).where(Machine.name == known.name).values(seen_at=later)
    moment = db.session.scalar(order.returning(Machine.seen_at))
    if moment is not None:
        run_after_commit(
            lambda: _keep(MachineRecord(known.name, moment), sync=_leave_to_the_kernel)
        )


def _leave_to_the_kernel(_file: int) -> None:
    """Sync nothing: a killed worker loses nothing so, and a claim doesn't wait for the disk."""


def _keep(seen: MachineRecord, sync: Callable[[int], None] = os.fsync) -> None:
    """Write the file, unless this process has written a later moment; a failure is logged."""
    with _writing:
        if seen.seen_at > _written.get(machine_file(), LONG_AGO):
            try:
                _write(seen, sync)
            except OSError as error:
                log_failure("machine.not_stored", error)
            else:
                _written[machine_file()] = seen.seen_at


def _is_another_at_work() -> bool:
    """Tell whether another machine is seen again while we wait: only a living one is."""
    before = _list_seen()
    if not any(database_time() - seen_at < ALIVE for seen_at in before.values()):
        return False
    log.info("machine.looks_for_others", machines=len(before))
    deadline = time.monotonic() + OTHERS_SHOW_WITHIN_SECONDS
    while time.monotonic() < deadline:
        time.sleep(LOOK_EVERY_SECONDS)
        if any(seen_at > before.get(name, seen_at) for name, seen_at in _list_seen().items()):
            return True
    return False


def _list_seen() -> dict[str, datetime]:
    db.session.rollback()
    rows = db.session.execute(select(Machine.name, Machine.seen_at).where(IS_WORKER)).all()
    return {row.name: row.seen_at for row in rows}


def _read() -> MachineRecord | None:
    """Return the content of the file; None if it is missing, or unreadable after a crash."""
    try:
        fields = json.loads(machine_file().read_bytes())
        seen_at = datetime.fromisoformat(fields["seen_at"])
        return MachineRecord(str(fields["name"])[:32], seen_at) if seen_at.tzinfo else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(known: MachineRecord, sync: Callable[[int], None]) -> None:
    """Replace the whole file. Raises OSError."""
    path = machine_file()
    fresh = path.with_suffix(f".{os.getpid()}.new")
    text = json.dumps({"name": known.name, "seen_at": known.seen_at.isoformat()})
    file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(file, text.encode())
        sync(file)
    finally:
        os.close(file)
    fresh.replace(path)
