"""Proves an upgrade on a copy of the database: there and back again, and no row is another one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from supporters.backup.age_encryption import make_identity
from supporters.backup.backup_creation import NO_RECIPIENT, create_backup
from supporters.backup.backup_manifest import BackupFault
from supporters.backup.backup_reading import BackupSource
from supporters.backup.backup_trial import BackupTrial, try_backup
from supporters.backup.restored_schema import undo_migrations
from supporters.backup.upgrades.table_sums import find_difference, sum_tables
from supporters.config import Settings
from supporters.database import db
from supporters.migrations.coexistence import list_narrowed, read_tables
from supporters.migrations.state import DatabaseProblem

BY_HAND = (
    "Such an upgrade is made by hand: stop the pages and workers of all "
    "machines, make a backup, and see “Upgrade” in docs/operators.md."
)


@dataclass(frozen=True, kw_only=True)
class UpgradePlan:
    """Between which migrations an upgrade leads; `is_rolling`: the program before may go on."""

    before: str
    after: str
    is_rolling: bool


def prove_upgrade(
    plan: UpgradePlan, settings: Settings, *, into: str | None, now: datetime
) -> tuple[str, BackupTrial]:
    """Make a backup, restore it into a scratch database, and try the upgrade there, and back.

    Only for the trial the backup is encrypted for a key of this process, too. Returns the path of
    the backup. Raises BackupFault.
    """
    if not settings.backup.recipients:
        raise BackupFault(NO_RECIPIENT)
    identity, recipient = make_identity()
    recipients = (*settings.backup.recipients, recipient)
    opened_here = replace(settings, backup=replace(settings.backup, recipients=recipients))
    made = create_backup(opened_here, (), now)
    source = BackupSource(made.path, identity)
    try:
        trial = try_backup(source, settings, into, around=proving_way_back(plan))
    except BackupFault as fault:
        raise BackupFault(f"The trial on a copy failed, so nothing was changed. {fault}") from fault
    except OSError as error:
        message = f"The trial on a copy wasn't finished ({error.strerror}): make room."
        raise BackupFault(f"{message} Nothing was changed.") from error
    return str(made.path), trial


@contextmanager
def proving_way_back(plan: UpgradePlan) -> Iterator[None]:
    """Prove that what this block migrates can be undone, and that no row is lost by that.

    Raises BackupFault.
    """
    with db.engine.connect() as connection:
        sums, tables = sum_tables(connection), read_tables(connection)
    yield
    db.session.remove()
    with db.engine.connect() as connection:
        narrowed = list_narrowed(tables, read_tables(connection)) if plan.is_rolling else []
    if narrowed:
        message = (
            f"This release is faulty: it says that the program before may run on, but {narrowed[0]}"
            ". Tell the developers."
        )
        raise BackupFault(message)
    try:
        undo_migrations(plan.before, is_copy=True)
    except DatabaseProblem as problem:
        raise BackupFault(f"The way back fails on a copy: {problem} {BY_HAND}") from problem
    with db.engine.connect() as connection:
        if difference := find_difference(sums, sum_tables(connection)):
            message = f"The way back would lose something on a copy: {difference}. {BY_HAND}"
            raise BackupFault(message)
