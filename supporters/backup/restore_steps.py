"""The steps of a restore before the withdrawals are replayed; each can be run again after a kill.

A mark in the instance folder names the backup from the first step to the last. With it, the same
command goes on where it was ended; without it, a database that isn't empty is never touched.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from supporters.audit_log.audit_events import record_team_act
from supporters.backup.backup_folder import MOMENT, alone
from supporters.backup.backup_manifest import BackupFault, BackupManifest
from supporters.backup.backup_reading import (
    BackupSource,
    check_backup,
    check_fit,
    extract_files,
    load_backup,
)
from supporters.backup.database_dumps import list_tables
from supporters.backup.instance_files import CHECKPOINTS, JOURNAL, OTHERS, OWN
from supporters.backup.restored_schema import bring_up_to_date
from supporters.config import Settings
from supporters.database import db, use_case
from supporters.delivery.known_machines.journal_machines import NAME_OF_PAGES
from supporters.delivery.known_machines.machine_list import NAME_OF_WORKER
from supporters.disk_probe import replace_whole
from supporters.extensions import current_encryptor
from supporters.restore.journal_rebuild import RestoreAct
from supporters.transparency_log.log_records import format_moment

MARK = "restore-under-way.json"
LOCK = "restore.lock"
STORE = "restored"
OF_A_MACHINE = {NAME_OF_WORKER, NAME_OF_PAGES}  # the machine of the backup isn't this one


@dataclass(frozen=True)
class RestoredBackup:
    """A backup whose database is loaded, and the journals of withdrawals that it had."""

    manifest: BackupManifest
    journals: list[Path]


@contextmanager
def restoring_alone(settings: Settings) -> Iterator[None]:
    """Let no other restore run on this machine in this block. Raises BackupFault."""
    otherwise = "Another flask restore runs on this machine. Nothing was changed: let it end."
    with alone(settings.instance_dir / LOCK, otherwise):
        yield


def restore_backup(source: BackupSource, settings: Settings) -> RestoredBackup:
    """Put a backup into the empty database and this instance folder. Raises BackupFault."""
    manifest = check_backup(source)
    check_fit(manifest, settings.database_url, current_encryptor().fingerprints)
    mark = settings.instance_dir / MARK
    is_begun = _read_mark(mark) == manifest.made_at.isoformat()
    is_loaded = bool(list_tables(settings.database_url))
    if is_loaded and not is_begun:
        raise BackupFault(_describe_full(settings))
    try:
        _write_mark(mark, manifest)
        if not is_loaded:
            _forget_connections()
            load_backup(source, settings.database_url)
        journals = _put_files(source, manifest, settings.instance_dir)
    except OSError as error:
        message = f"Not finished: {error.strerror}. Make room, and run the same command again."
        raise BackupFault(message) from error
    bring_up_to_date()
    return RestoredBackup(manifest, journals)


@use_case
def record_restore(manifest: BackupManifest) -> None:
    """Record in the audit log which backup was restored."""
    record_team_act(
        RestoreAct.RESTORED,
        details={"made_at": format_moment(manifest.made_at), "program": manifest.program},
    )


def describe_unfinished(folder: Path) -> str:
    """Return what to do about a restore that was ended half-way; an empty text without one."""
    mark = folder / MARK
    if not mark.exists():
        return ""
    return (
        "A restore isn't finished: people who left may get emails, and the consent log would fork. "
        f"Run the same flask restore again. If another database is in use by now, delete {mark}."
    )


def end_restore(settings: Settings) -> None:
    """Delete the mark: the restore is finished."""
    (settings.instance_dir / MARK).unlink(missing_ok=True)


def _forget_connections() -> None:
    db.session.remove()
    db.engine.dispose()


def _put_files(source: BackupSource, manifest: BackupManifest, folder: Path) -> list[Path]:
    """Put the files of the backup into the folder; return its journals.

    Its journals and checkpoints go into a folder of their own: those of this machine go on. So no
    machine counts as asked by a replay: its lines after the backup are elsewhere.
    """
    store = folder / STORE / f"{manifest.made_at:{MOMENT}}"

    def place(name: str) -> Path | None:
        part, _, below = name.partition("/")
        is_of_a_machine = Path(name).name in OF_A_MACHINE
        if part not in {OWN, OTHERS} or is_of_a_machine or below.startswith(f"{STORE}/"):
            return None
        if part == OTHERS:
            return store / below
        is_apart = below.startswith((f"{JOURNAL}/", f"{CHECKPOINTS}/"))
        return store / OWN / below if is_apart else folder / below

    extract_files(source, place)
    return [path for path in sorted(store.glob(f"*/{JOURNAL}/*.jsonl")) if path.stat().st_size]


def _describe_full(settings: Settings) -> str:
    where = "the file" if settings.database_url.startswith("sqlite") else "the database"
    return (
        "The database isn't empty, and a restore never writes into one that has data. Nothing was "
        f"changed. Move {where} away, or name another one in SUPPORTERS_DATABASE_URL. See “Backup "
        "and restore” in docs/operators.md."
    )


def _read_mark(mark: Path) -> str:
    with suppress(OSError, ValueError, KeyError, TypeError):
        return str(json.loads(mark.read_bytes())["made_at"])
    return ""


def _write_mark(mark: Path, manifest: BackupManifest) -> None:
    replace_whole(mark, json.dumps({"made_at": manifest.made_at.isoformat()}).encode())
