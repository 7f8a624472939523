"""The manifest of a backup: what it holds, and which program made it, when and where."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, ValidationError

FORMAT = 1
NAME = "manifest.json"


class BackupFault(Exception):
    """A backup can't be made, read or restored; the text says why and what to do."""


class BackupManifest(BaseModel):
    """The content of a backup.

    `made_at` is when its snapshot of the database began. `counts` are the rows of each table,
    `keys` the fingerprints of the secret keys, newest first, `machines` the names of the machines
    whose files it has.
    """

    model_config = ConfigDict(frozen=True)

    format: int
    made_at: datetime
    program: str
    migration: str
    database: str
    host: str
    site: str
    machines: tuple[str, ...] = ()
    keys: tuple[str, ...] = Field(min_length=1)
    counts: dict[str, int]


def write_manifest(manifest: BackupManifest) -> bytes:
    """Return a manifest as the archive has it."""
    return manifest.model_dump_json(indent=2).encode()


def read_manifest(raw: bytes) -> BackupManifest:
    """Return the manifest in an archive. Raises BackupFault."""
    try:
        return BackupManifest.model_validate_json(raw)
    except ValidationError as error:
        message = "Its manifest can't be read: this file is no backup of this program, or a newer "
        raise BackupFault(f"{message}program made it.") from error
