"""Tries a backup: restores it into a scratch database, migrates that, and verifies everything."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from flask import Flask, current_app

from supporters import clock
from supporters.audit.verification_report import VerificationFinding, VerificationReport
from supporters.audit.verification_results import list_unaccepted
from supporters.backup.backup_folder import alone
from supporters.backup.backup_manifest import BackupFault, BackupManifest
from supporters.backup.backup_reading import (
    BackupSource,
    check_backup,
    check_fit,
    extract_files,
    load_backup,
)
from supporters.backup.database_dumps import count_rows
from supporters.backup.instance_files import CHECKPOINTS, OWN
from supporters.backup.restored_schema import bring_up_to_date
from supporters.backup.scratch_databases import scratch_database
from supporters.config import Settings
from supporters.database import db
from supporters.delivery.log_watch import verify_all
from supporters.extensions import current_encryptor
from supporters.queue import IN_MEMORY

SCRATCH, LOCK = ".scratch-", "trial.lock"
MAKER = "backup_trial"


def init_app(app: Flask, create_app: Callable[[Settings], Flask]) -> None:
    """Tell how an application is made: a trial has one of its own."""
    app.extensions[MAKER] = create_app


@dataclass(frozen=True)
class BackupTrial:
    """A backup that was restored into a scratch database, and what its verification found.

    `faults` are those that no owner accepted.
    """

    manifest: BackupManifest
    report: VerificationReport
    faults: list[VerificationFinding]


def try_backup(
    source: BackupSource,
    settings: Settings,
    into: str | None = None,
    *,
    around: AbstractContextManager[None] | None = None,
) -> BackupTrial:
    """Restore a backup into a scratch database, and verify it. Raises BackupFault.

    It is also migrated there, so it shows that this program can go on with the backup. `around`
    is entered before, and left afterwards.
    """
    manifest = check_backup(source)
    check_fit(manifest, settings.database_url, current_encryptor().fingerprints)
    with (
        _scratch_folder(settings.instance_dir) as folder,
        scratch_database(settings.database_url, folder, into) as url,
    ):
        load_backup(source, url)
        if different := find_different_count(manifest, count_rows(url)):
            raise BackupFault(f"The restored database differs from the backup: {different}.")
        extract_files(source, partial(_place_checkpoints, folder))
        tried = replace(settings, database_url=url, queue_url=IN_MEMORY, instance_dir=folder)
        with _running(tried), around or nullcontext():
            bring_up_to_date()
            report = verify_all(clock.now())
            return BackupTrial(manifest, report, list_unaccepted(report))


def _place_checkpoints(folder: Path, name: str) -> Path | None:
    """Return the place of this machine's checkpoints: the verification compares them."""
    is_ours = name.startswith(f"{OWN}/{CHECKPOINTS}/")
    return folder / name.removeprefix(f"{OWN}/") if is_ours else None


def find_different_count(manifest: BackupManifest, found: dict[str, int]) -> str | None:
    """Return the first table whose rows aren't those of the manifest, in words; None if all are."""
    for table in sorted({*manifest.counts, *found}):
        expected, there = manifest.counts.get(table, 0), found.get(table, 0)
        if expected != there:
            return f"{table} has {there} rows instead of {expected}"
    return None


@contextmanager
def _running(settings: Settings) -> Iterator[Flask]:
    app = current_app.extensions[MAKER](settings)
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


@contextmanager
def _scratch_folder(parent: Path) -> Iterator[Path]:
    """Make a folder for this block. Those that a kill left behind are deleted first."""
    with alone(parent / LOCK, "Another backup is being tried on this machine. Wait for its end."):
        for each in parent.glob(f"{SCRATCH}*"):
            shutil.rmtree(each, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=parent) as folder:
            yield Path(folder)
