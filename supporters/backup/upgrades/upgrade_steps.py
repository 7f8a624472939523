"""The steps of an upgrade that the new program makes; each may be killed, and run again (ADR 128).

The way back never restores a backup, because that would lose who left or signed up since. It undoes
the migrations, or leaves them if the program before can use the database.
"""

import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from supporters.audit.verification_results import list_unaccepted
from supporters.backup.backup_manifest import BackupFault
from supporters.backup.restored_schema import migrate, undo_migrations
from supporters.backup.upgrades.upgrade_proof import UpgradePlan, prove_upgrade
from supporters.config import Settings
from supporters.database import db
from supporters.delivery.database_clock import database_time
from supporters.delivery.known_machines.journal_machines import names_in
from supporters.delivery.known_machines.machine_list import ALIVE
from supporters.delivery.log_watch import verify_all
from supporters.delivery.models import Machine
from supporters.migrations.losses import ALIVE_SECONDS, has_living_workers
from supporters.migrations.state import (
    DatabaseProblem,
    check_revision,
    check_schema,
    goes_with,
    newest_migration,
    read_revision,
)
from supporters.migrations.unreleased import is_unreleased
from supporters.migrations.upgrade_mark import UpgradeMark, delete_mark, find_mark, write_mark
from supporters.program_version import program_version

MIGRATING, MIGRATED = "migrating", "migrated"
NOTHING_CHANGED = "Nothing was changed."


def prepare_upgrade(
    settings: Settings, known_faults: Iterable[str], *, into: str | None, now: datetime
) -> UpgradePlan:
    """Prove the upgrade to this program, and mark that it begins. Raises BackupFault.

    An upgrade that was killed after its proof goes on with that.
    """
    plan, mark = _make_plan(), find_mark(settings.instance_dir)
    if mark is not None and mark.after == plan.after:
        _write(settings, replace(mark, program=program_version()))
        return _plan_of(mark)
    if not plan.is_rolling:
        _refuse_other_machines(settings)
    backup = ""
    if plan.before != plan.after:
        backup, trial = prove_upgrade(plan, settings, into=into, now=now)
        if trial.faults:
            message = (
                f"The backup is whole, but its consent log has {len(trial.faults)} faults, first: "
                f"{trial.faults[0]}. {NOTHING_CHANGED} See: flask consent verify"
            )
            raise BackupFault(message)
    mark = UpgradeMark(
        program=program_version(),
        before=plan.before,
        after=plan.after,
        backup=backup,
        known_faults=(*known_faults,),
    )
    _write(settings, mark)
    return plan


def migrate_proved(settings: Settings, now: datetime) -> UpgradeMark:
    """Migrate the database as it was proved, and verify it. Raises BackupFault, DatabaseProblem."""
    mark = _need_mark(settings)
    _write(settings, replace(mark, step=MIGRATING))
    migrate()
    check_schema()
    if faults := list_unaccepted(verify_all(now)):
        message = f"The migrated database has {len(faults)} faults, first: {faults[0]}."
        raise BackupFault(message)
    done = replace(mark, step=MIGRATED)
    _write(settings, done)
    return done


def find_upgrade(settings: Settings) -> UpgradeMark:
    """Return the upgrade that is under way. Raises BackupFault."""
    return _need_mark(settings)


def end_upgrade(settings: Settings) -> None:
    """Forget the upgrade: its program runs."""
    delete_mark(settings.instance_dir)


def undo_upgrade(settings: Settings) -> bool:
    """Lead the database back to where it was; tell whether something had to be undone.

    Raises DatabaseProblem if that would lose something, with the backup in its message.
    """
    mark = find_mark(settings.instance_dir)
    if mark is None:
        return False
    with db.engine.connect() as connection:
        is_undone = read_revision(connection) == mark.before or _plan_of(mark).is_rolling
        if not is_undone:
            _wait_for_ended_workers(connection)
    if not is_undone:
        try:
            undo_migrations(mark.before)
        except DatabaseProblem as problem:
            message = f"{problem} The backup that the upgrade made: {mark.backup}"
            raise DatabaseProblem(message) from problem
    delete_mark(settings.instance_dir)
    return not is_undone


def _write(settings: Settings, mark: UpgradeMark) -> None:
    """Store how far the upgrade is. Raises BackupFault."""
    try:
        write_mark(settings.instance_dir, mark)
    except OSError as error:
        message = f"{settings.instance_dir} can't be written ({error.strerror}). Make room."
        raise BackupFault(message) from error


def _make_plan() -> UpgradePlan:
    with db.engine.connect() as connection:
        before = read_revision(connection)
        if before is None or is_unreleased(connection):
            message = (
                "The database is empty, or of a program before the first release. "
                f"{NOTHING_CHANGED} See “Upgrade” in docs/operators.md."
            )
            raise BackupFault(message)
        check_revision(connection, is_upgrading=True)
    return _plan_between(before, newest_migration())


def _plan_of(mark: UpgradeMark) -> UpgradePlan:
    return _plan_between(mark.before, mark.after)


def _plan_between(before: str, after: str) -> UpgradePlan:
    is_rolling = before == after or goes_with(after, before)
    return UpgradePlan(before=before, after=after, is_rolling=is_rolling)


def _refuse_other_machines(settings: Settings) -> None:
    """Refuse if processes of another machine use the database. Raises BackupFault."""
    seen = select(Machine.name, Machine.host, Machine.seen_at, Machine.pages_seen_at)
    since, ours = database_time() - ALIVE, names_in(settings.instance_dir)
    others = sorted(
        f"{row.host or 'a machine'} ({row.name})"
        for row in db.session.execute(seen)
        if row.name not in ours and max(row.seen_at, row.pages_seen_at or row.seen_at) >= since
    )
    db.session.rollback()
    if others:
        message = (
            f"This upgrade changes what the program before needs, and others run: "
            f"{', '.join(others)}. {NOTHING_CHANGED} Stop the pages and the worker there, wait for "
            f"{int(ALIVE.total_seconds())} seconds, and run this again. Afterwards run it there."
        )
        raise BackupFault(message)


def _need_mark(settings: Settings) -> UpgradeMark:
    mark = find_mark(settings.instance_dir)
    if mark is None or mark.after != newest_migration():
        message = (
            "No upgrade to this release was proved here. As root run: supporters-release upgrade"
        )
        raise BackupFault(message)
    return mark


def _wait_for_ended_workers(connection: Connection) -> None:
    """Wait until a worker that was stopped just now doesn't count as alive any more."""
    deadline = time.monotonic() + ALIVE_SECONDS + 1
    while has_living_workers(connection) and time.monotonic() < deadline:
        connection.rollback()
        time.sleep(0.5)
    connection.rollback()
