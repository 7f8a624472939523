"""Reads a backup: its manifest, whether it is whole, and what this program may do with it."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from supporters.backup.age_encryption import ArchiveUnreadable, decrypting
from supporters.backup.backup_archive import BLOCK, DATABASE, read_archive
from supporters.backup.backup_manifest import (
    FORMAT,
    NAME,
    BackupFault,
    BackupManifest,
    read_manifest,
)
from supporters.backup.database_dumps import kind_of, loading
from supporters.migrations.state import known_migrations
from supporters.program_version import program_version

NUMBERS = re.compile(r"\d+")
MANIFEST_BYTES = 4 * 1024 * 1024
OF_THE_DATABASE = f"{DATABASE}/"
NOWHERE = {"", ".", ".."}  # parts of a path that could lead out of the folder


@dataclass(frozen=True)
class BackupSource:
    """A backup to read, and the private key of age that opens it."""

    path: Path
    identity: bytes


def check_backup(source: BackupSource) -> BackupManifest:
    """Read all of a backup, and change nothing; return its manifest. Raises BackupFault."""
    with _reading(source) as (manifest, members):
        for _, content in members:
            while content.read(BLOCK):
                pass
    return manifest


def check_fit(manifest: BackupManifest, url: str, fingerprints: Sequence[str]) -> None:
    """Refuse a backup that this program, database or secret keys can't use. Raises BackupFault."""
    is_known = manifest.format <= FORMAT and manifest.migration in known_migrations()
    if not is_known or _is_newer(manifest):
        raise BackupFault(
            f"A newer program made this backup: Supporters {manifest.program}, with migration "
            f"{manifest.migration}. This is Supporters {program_version()}, which knows migrations "
            f"up to {max(known_migrations())}. Install the newer program, and run this again."
        )
    if manifest.database != (ours := kind_of(url)):
        raise BackupFault(
            f"The backup is of a database of {manifest.database}, and SUPPORTERS_DATABASE_URL "
            f"names one of {ours}. Restore it into the same kind."
        )
    if manifest.keys[0] not in fingerprints:
        raise BackupFault(
            f"The backup needs the secret key {manifest.keys[0]}, and SUPPORTERS_SECRET_KEYS has "
            f"{', '.join(fingerprints)}. It is of {manifest.site}. If that is this site, add the "
            "key of that time behind the others."
        )


def load_backup(source: BackupSource, url: str) -> None:
    """Load the database of a backup into an empty one: all of it or nothing. Raises BackupFault."""
    with _reading(source) as (_, members), loading(url) as target:
        for name, content in members:
            while name.startswith(OF_THE_DATABASE) and (block := content.read(BLOCK)):
                target.write(block)


def extract_files(source: BackupSource, place: Callable[[str], Path | None]) -> None:
    """Write files of a backup; `place` says where each belongs, or that it isn't wanted.

    No file is overwritten, and each is written whole or not at all. Raises BackupFault, OSError.
    """
    with _reading(source) as (_, members):
        for name, content in members:
            if NOWHERE & {*name.split("/")}:
                raise BackupFault(f"The backup has a file outside of its folder: {name}.")
            path = None if name.startswith(OF_THE_DATABASE) else place(name)
            if path is not None and not path.exists():
                _write(path, content)


def _write(path: Path, content: IO[bytes]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.restoring")
    opened = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(opened, "wb") as file:
        while block := content.read(BLOCK):
            file.write(block)
        file.flush()
        os.fsync(file.fileno())  # a second try takes a file that is there for whole
    fresh.replace(path)


@contextmanager
def _reading(
    source: BackupSource,
) -> Iterator[tuple[BackupManifest, Iterator[tuple[str, IO[bytes]]]]]:
    if not source.path.is_file():
        raise BackupFault(f"There is no file {source.path}. See: flask backup list")
    with decrypting(str(source.path), source.identity) as plain:
        with closing(read_archive(plain)) as members:  # type: ignore[type-var]
            name, content = next(members, ("", plain))
            if name != NAME:
                raise ArchiveUnreadable("It isn't the backup of this program: it has no manifest.")
            yield read_manifest(content.read(MANIFEST_BYTES)), members
            for _ in members:
                pass
        while plain.read(BLOCK):
            pass


def _is_newer(manifest: BackupManifest) -> bool:
    return _numbers_of(manifest.program) > _numbers_of(program_version())


def _numbers_of(version: str) -> list[int]:
    return [int(each) for each in NUMBERS.findall(version.partition("+")[0])]
