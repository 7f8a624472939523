"""Makes a backup: one encrypted file with the database, the files that matter, and a manifest."""

import platform
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from supporters.backup.age_encryption import encrypting
from supporters.backup.backup_archive import ArchiveWriter
from supporters.backup.backup_folder import delete_old_backups, path_of, storing, writing_to
from supporters.backup.backup_manifest import (
    FORMAT,
    NAME,
    BackupFault,
    BackupManifest,
    write_manifest,
)
from supporters.backup.database_dumps import DatabaseDump, dumping, kind_of
from supporters.backup.instance_files import list_files, longest_of, names_of_machines, read_sizes
from supporters.config import Settings
from supporters.extensions import current_encryptor
from supporters.program_version import program_version

NO_RECIPIENT = (
    "SUPPORTERS_BACKUP_RECIPIENTS is missing, so nobody could open the backup. On another machine "
    "make a pair of keys with: age-keygen -o supporters-backup.key. Keep that file there, and give "
    "this machine its public key, which begins with age1."
)


@dataclass(frozen=True)
class MadeBackup:
    """A new backup, and how many old ones were deleted for it."""

    path: Path
    manifest: BackupManifest
    deleted: int

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return self.path.stat().st_size


def create_backup(settings: Settings, others: Sequence[Path], now: datetime) -> MadeBackup:
    """Make a backup, and delete those that are past their days. Raises BackupFault.

    `others` are copies of the instance folders of other machines. A backup that fails leaves
    nothing behind, and all earlier ones as they are.
    """
    if not settings.backup.recipients:
        raise BackupFault(NO_RECIPIENT)
    folder = settings.backup.folder
    with writing_to(folder) as work:
        try:
            manifest = _write(settings, others, work)
        except OSError as error:
            message = (
                f"The backup wasn't made: {error.strerror or error} ({error.filename or folder}). "
                "All earlier backups are as they were. Make room, or give what is named to this "
                "user, and run this again."
            )
            raise BackupFault(message) from error
        deleted = delete_old_backups(folder, settings.backup.days, now)
    return MadeBackup(path_of(folder, manifest.made_at), manifest, len(deleted))


def _write(settings: Settings, others: Sequence[Path], work: Path) -> BackupManifest:
    sizes = read_sizes(list_files(settings, others))
    with dumping(settings.database_url, work) as dump:
        manifest = _describe(settings, others, dump)
        with (
            storing(settings.backup.folder, work, manifest.made_at) as target,
            encrypting(target, settings.backup.recipients) as encrypted,
            ArchiveWriter(encrypted, manifest.made_at) as archive,
        ):
            archive.add(NAME, write_manifest(manifest))
            archive.add_stream(dump.stream)
            for name, path in list_files(settings, others):
                with suppress(FileNotFoundError):  # a file of an import may be deleted meanwhile
                    archive.add_file(name, path, longest_of(name, sizes))
    return manifest


def _describe(settings: Settings, others: Sequence[Path], dump: DatabaseDump) -> BackupManifest:
    return BackupManifest(
        format=FORMAT,
        made_at=dump.made_at,
        program=program_version(),
        migration=dump.migration,
        database=kind_of(settings.database_url),
        host=platform.node(),
        site=settings.base_url,
        machines=names_of_machines(settings, others),
        keys=current_encryptor().fingerprints,
        counts=dump.counts,
    )
