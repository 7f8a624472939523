"""The machines whose withdrawal journals a replay needs: with workers, or with pages only.

People unsubscribe on the pages, so each machine with pages has a journal. A machine without workers
has a row of `machine` too, by the name in its instance folder. That row only says that the journal
exists: unlike the row of a worker's machine, it says nothing about the database.
"""

import json
import os
import secrets
import threading
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from flask import Flask
from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from supporters.audit_log.audit_events import AuditEvent
from supporters.consent.withdrawal_copies import copy_withdrawals, purge_journal
from supporters.consent.withdrawal_journal import JOURNAL_RETENTION, journal_path
from supporters.database import db, delete_where, transaction
from supporters.delivery.acts import DeliveryAct
from supporters.delivery.database_clock import database_time
from supporters.delivery.known_machines.machine_list import (
    ALIVE,
    LONGEST_NAME,
    NAME_OF_WORKER,
    PAGES,
    host_name,
    milliseconds_ahead,
    name_of_worker,
    note_keys,
    note_other_versions,
)
from supporters.delivery.models import DeliveryControl, Machine
from supporters.extensions import current_encryptor, current_settings
from supporters.imports.files_of_before import take_in_files
from supporters.logs import log_failure
from supporters.program_version import program_version
from supporters.transparency_log.log_records import format_moment

NAME_OF_PAGES = "web-machine"
SEEN_EVERY_SECONDS = 30.0
TURNS_BETWEEN_PURGES = 120
A_DAY = timedelta(days=1)
# In the details of a replay: whose journals it read, whose are said to be lost, and until when the
# machines are known to have worked.
READ, LOST, WORKED_UNTIL = "machines", "lost", "worked_until"


@dataclass(frozen=True)
class MachinesOfReplay:
    """The machines whose journals a replay read, and those whose are said to be lost.

    `worked_until` is when one was seen last: campaigns are settled by a log until then.
    """

    read: Collection[str] = ()
    lost: Collection[str] = ()
    worked_until: datetime | None = None

    def as_details(self) -> dict[str, str | None]:
        """Return what the audit log says about them."""
        return {
            READ: ",".join(sorted(self.read)),
            LOST: ",".join(sorted(self.lost)),
            WORKED_UNTIL: format_moment(self.worked_until),
        }


class PagesThread(threading.Thread):
    """Records that this machine has pages: its journal is asked for, and its keys are known."""

    def __init__(self, app: Flask) -> None:
        super().__init__(name="pages", daemon=True)
        self._app = app

    def run(self) -> None:
        """Sign on until the process ends; failures are logged, and tried again."""
        for turn in count():
            try:
                with self._app.app_context():
                    self.sign_on(turn)
            except (SQLAlchemyError, OSError) as error:
                log_failure("machine.not_seen", error)
            time.sleep(SEEN_EVERY_SECONDS)

    def sign_on(self, turn: int) -> None:
        """Record that the pages run; where no worker does, keep the journal in its place."""
        register_pages()
        note_other_versions()
        is_time = turn % TURNS_BETWEEN_PURGES == 0
        if is_time:
            take_in_files()
        if not _has_worker(name_of_worker(current_settings().instance_dir)):
            copy_from_others()
            if is_time:
                purge_own_journal()


def copy_from_others() -> None:
    """Copy the withdrawals of other machines into the journal of this one. Raises OSError."""
    copy_withdrawals(database_time())


def purge_own_journal() -> None:
    """Purge the journal of this machine; a clock that is a year ahead deletes nothing."""
    purge_journal(database_time())


def _has_worker(name: str) -> bool:
    """Tell whether the worker of this machine was seen recently."""
    seen_at = db.session.scalar(select(Machine.seen_at).where(Machine.name == name))
    return seen_at is not None and seen_at > database_time() - ALIVE


def register_pages() -> None:
    """Record that this machine has pages, in the row of its worker if it has one.

    Raises OSError.
    """
    folder, keys = current_settings().instance_dir, ",".join(current_encryptor().fingerprints)
    name = name_of_worker(folder) or _name_pages(folder / NAME_OF_PAGES)
    with suppress(IntegrityError), transaction():  # another process of this machine was faster
        moment = database_time()
        row = db.session.get(Machine, name, with_for_update=True)
        if row is None and not name.startswith(PAGES):
            return  # a restored database: its worker decides whether to trust it
        if row is None:
            row = Machine(name=name, seen_at=moment, keys=keys, new_in_hold=find_hold_of_new())
            db.session.add(row)
        if not name.startswith(PAGES):  # the pages may have started before the worker
            delete_where(Machine, Machine.name == _read_name(folder / NAME_OF_PAGES))
        else:
            row.seen_at, row.keys = moment, keys
            row.host, row.version = host_name(), program_version()
            row.clock_ahead_ms = milliseconds_ahead(moment)
        row.lost_at = None
        row.pages_seen_at, row.pages_keys, row.pages_version = moment, keys, program_version()
        note_keys(moment)


def _name_pages(path: Path) -> str:
    fresh = f"{PAGES}{secrets.token_hex((LONGEST_NAME - len(PAGES)) // 2)}"
    with suppress(FileExistsError):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "w") as opened:
            opened.write(fresh)
    return _read_name(path) or fresh


def _read_name(path: Path) -> str:
    try:
        return path.read_text().strip()[:LONGEST_NAME]
    except (OSError, ValueError):
        return ""


def names_in(folder: Path) -> set[str]:
    """Return the names of the machine that an instance folder is of; it may have two."""
    return {_read_name(folder / NAME_OF_PAGES), name_of_worker(folder)} - {""}


def last_seen_in(folder: Path) -> datetime | None:
    """Return when the worker's machine that an instance folder is of was seen last, if it says."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        return datetime.fromisoformat(json.loads((folder / NAME_OF_WORKER).read_bytes())["seen_at"])
    return None


def count_others() -> int:
    """Return how many other machines were seen within a day."""
    own, since = names_in(current_settings().instance_dir), database_time() - A_DAY
    return sum(each.last_seen_at >= since for each in list_machines(without=own))


def list_machines(*, without: Collection[str] = ()) -> Sequence[Machine]:
    """Return the machines whose journal may matter, but for these names; the newest first.

    A journal has no line of later than its machine was seen. Once that is longer ago than any
    backup, every backup has its withdrawals. The database's clock counts: for one that is a year
    ahead there would be no machine.
    """
    since = database_time() - JOURNAL_RETENTION
    found = db.session.scalars(
        select(Machine).where(
            or_(Machine.seen_at >= since, Machine.pages_seen_at >= since),
            Machine.name.not_in(without),
            Machine.lost_at.is_(None),
        )
    )
    return sorted(found, key=lambda each: (-each.last_seen_at.timestamp(), each.name))


def find_hold_of_new() -> datetime | None:
    """Return when the hold began during which this machine joins; None if its journal has lines.

    Those are of a database that a restore has lost, unless its pages joined in this hold before.
    """
    journal, pages = journal_path(), current_settings().instance_dir / NAME_OF_PAGES
    if journal.exists() and journal.stat().st_size > 0:
        joined = select(Machine.new_in_hold).where(Machine.name == _read_name(pages))
        return db.session.scalar(joined)
    return db.session.scalar(select(DeliveryControl.held_at))


def list_unread_machines(hold: datetime, since: datetime) -> Sequence[Machine]:
    """Return the machines of before this hold whose journal nobody gave, or said to be lost, since.

    A journal that began during the hold has only what this database has, too.
    """
    replays = db.session.scalars(
        select(AuditEvent.details).where(
            AuditEvent.act == DeliveryAct.WITHDRAWALS_REPLAYED.value,
            AuditEvent.occurred_at >= since,
        )
    )
    found = [json.loads(each) for each in replays]
    named = [each.get(key, "").split(",") for each in found for key in (READ, LOST)]
    answered = {name for each in named for name in each}
    return [each for each in list_machines(without=answered) if each.new_in_hold != hold]
