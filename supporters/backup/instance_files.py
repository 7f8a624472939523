"""The files of an instance folder that a backup holds, and their names in it."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from supporters.backup.backup_manifest import BackupFault
from supporters.config import Settings
from supporters.delivery.known_machines.journal_machines import names_in
from supporters.migrations.upgrade_mark import MARK

OWN, OTHERS = "instance", "machines"
CHECKPOINTS = "consent-log"
JOURNAL = "rights"
# Void elsewhere: locks and journals of living workers, figures, a mailbox, an upgrade.
OF_THE_MOMENT = {"workers", "metrics", "inbox", MARK}
PASSING = (".lock", ".new", ".unfinished", ".restoring")
OF_SQLITE = b"SQLite format 3\0"
BESIDE_IT = ("", "-wal", "-shm", "-journal")


def list_files(settings: Settings, others: Sequence[Path]) -> list[tuple[str, Path]]:
    """Return the name in the archive and the path of each file, of this machine and of others.

    Raises BackupFault if a folder isn't the instance folder of a machine.
    """
    found = [*_walk(settings.instance_dir, OWN, {*_places_of_the_rest(settings)})]
    for number, folder in enumerate(others, 1):
        if not names_in(folder):
            message = f"{folder} isn't the instance folder of a machine: it has no machine.json."
            raise BackupFault(message)
        found += _walk(folder, f"{OTHERS}/{number}", set())
    return found


def names_of_machines(settings: Settings, others: Sequence[Path]) -> tuple[str, ...]:
    """Return the names of the machines whose files these are."""
    folders = (settings.instance_dir, *others)
    return tuple(sorted({name for each in folders for name in names_in(each)}))


def read_sizes(files: Sequence[tuple[str, Path]]) -> dict[str, int]:
    """Return the size that each file of checkpoints has now.

    It is asked before the snapshot of the database: the lines that come later name entries that
    the snapshot lacks.
    """
    return {name: path.stat().st_size for name, path in files if _has_checkpoints(name)}


def longest_of(name: str, sizes: dict[str, int]) -> int | None:
    """Return how many bytes of a file the backup holds; None for all of them."""
    return sizes.get(name, 0) if _has_checkpoints(name) else None


def _has_checkpoints(name: str) -> bool:
    return CHECKPOINTS in name.split("/")


def _places_of_the_rest(settings: Settings) -> set[Path]:
    """Return what has a place of its own in a backup, or none: databases and backups."""
    urls = (settings.database_url, settings.queue_url)
    files = {url.removeprefix("sqlite:///") for url in urls if url.startswith("sqlite:///")}
    beside = {Path(file + more) for file in files for more in BESIDE_IT}
    return {each.resolve() for each in (*beside, settings.backup.folder)}


def _walk(folder: Path, prefix: str, without: set[Path]) -> Iterator[tuple[str, Path]]:
    """Yield files but former databases: they have people who were erased since.

    Links are followed: operators put a folder on another disk. No folder is entered twice, and a
    file that was there a moment ago may be gone.
    """
    without.add(folder.resolve())
    paths = sorted(folder.iterdir())
    former = {each.name + more for each in paths if _is_database(each) for more in BESIDE_IT}
    for path in paths:
        if path.name in former:
            continue
        if path.name in OF_THE_MOMENT or path.name.startswith("."):
            continue
        if not path.exists() or path.resolve() in without:  # or a link that leads nowhere
            continue
        if path.is_dir():
            yield from _walk(path, f"{prefix}/{path.name}", without)
        elif path.is_file() and not path.name.endswith(PASSING):
            yield f"{prefix}/{path.name}", path


def _is_database(path: Path) -> bool:
    with suppress(OSError):
        if path.is_file():
            with path.open("rb") as file:
                return file.read(len(OF_SQLITE)) == OF_SQLITE
    return False
