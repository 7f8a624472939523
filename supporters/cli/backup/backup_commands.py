"""`flask backup`: makes, tries and lists backups."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from supporters import clock
from supporters.backup.backup_creation import create_backup
from supporters.backup.backup_folder import StoredBackup, list_backups
from supporters.backup.backup_manifest import BackupFault
from supporters.backup.backup_reading import BackupSource
from supporters.backup.backup_trial import BackupTrial, try_backup
from supporters.cli.output import (
    Cell,
    Group,
    as_json,
    print_figures,
    print_json,
    print_table,
    refuse,
)
from supporters.cli.parameters import DatabaseUrl
from supporters.extensions import current_settings

group = Group("backup", help="Make backups, try them, and list them.")
MEGABYTE = 1024 * 1024
SHOWN = 20
A_FOLDER = click.Path(exists=True, file_okay=False, readable=True, path_type=Path)
A_BACKUP = click.Path(dir_okay=False, path_type=Path)
identity_option = click.option(
    "--identity",
    type=click.File("rb"),
    required=True,
    help="The file with the private key of age that opens the backup. Use - for standard input.",
)


@contextmanager
def in_one_line() -> Iterator[None]:
    """Turn a fault of a backup into one line and status 1."""
    try:
        yield
    except BackupFault as fault:
        refuse(str(fault))


@group.command("create")
@click.option(
    "--with",
    "others",
    multiple=True,
    type=A_FOLDER,
    help="A copy of the instance folder of another machine. May be given several times.",
)
@as_json
def create(*, others: tuple[Path, ...], is_json: bool) -> None:
    """Make a backup while the program runs.

    One encrypted file in SUPPORTERS_BACKUP_DIR has the database, the instance folder of this
    machine, and a manifest. Backups older than SUPPORTERS_BACKUP_DAYS are deleted afterwards, but
    for the newest three.
    """
    with in_one_line():
        made = create_backup(current_settings(), others, clock.now())
    figures: dict[str, Cell] = {
        "file": str(made.path),
        "made_at": made.manifest.made_at.isoformat(timespec="seconds"),
        "bytes": made.size,
        "rows": sum(made.manifest.counts.values()),
        "machines": len(made.manifest.machines),
        "deleted": made.deleted,
    }
    if is_json:
        print_json(figures)
    else:
        print_figures(figures)


@group.command("verify")
@click.argument("backup", type=A_BACKUP, required=False)
@identity_option
@click.option(
    "--into",
    type=DatabaseUrl(),
    metavar="URL",
    help="An empty PostgreSQL database for the trial; it is emptied afterwards.",
)
@as_json
def verify(*, backup: Path | None, identity: IO[bytes], into: str | None, is_json: bool) -> None:
    """Restore a backup into a scratch database, and verify it there.

    Without a file it takes the newest one. It compares the rows with the manifest, migrates the
    copy, checks its schema, and does what `flask consent verify` does. It changes nothing else.
    """
    with in_one_line():
        path = backup or _find_newest().path
        trial = try_backup(BackupSource(path, identity.read()), current_settings(), into)
    figures = {"file": str(path), **_figures_of(trial)}
    if is_json:
        print_json(figures)
    else:
        print_figures(figures)
        for each in trial.faults[:SHOWN]:
            click.echo(f"BAD   {each}")
    if trial.faults:
        refuse(f"The backup is whole, but its consent log has {len(trial.faults)} faults.")


@group.command("list")
@as_json
def list_all(is_json: bool) -> None:
    """List the backups in SUPPORTERS_BACKUP_DIR, newest first."""
    with in_one_line():
        rows = [_row(each) for each in list_backups(current_settings().backup.folder)]
    if is_json:
        print_json({"backups": rows})
    else:
        print_table(rows, if_none="There is no backup yet. Make one with: flask backup create")


def _row(backup: StoredBackup) -> dict[str, Cell]:
    return {
        "file": str(backup.path),
        "made_at": backup.made_at.isoformat(timespec="seconds"),
        "megabytes": backup.size / MEGABYTE,
        "days": (clock.now() - backup.made_at).days,
    }


def _find_newest() -> StoredBackup:
    folder = current_settings().backup.folder
    found = list_backups(folder)
    if not found:
        raise BackupFault(f"There is no backup in {folder}. Make one with: flask backup create")
    return found[0]


def _figures_of(trial: BackupTrial) -> dict[str, Cell]:
    manifest = trial.manifest
    return {
        "made_at": manifest.made_at.isoformat(timespec="seconds"),
        "made_by": f"Supporters {manifest.program} on {manifest.host}",
        "migration": manifest.migration,
        "rows": sum(manifest.counts.values()),
        "machines": len(manifest.machines),
        "entries": trial.report.entries,
        "people": trial.report.people,
        "faults": len(trial.faults),
    }
