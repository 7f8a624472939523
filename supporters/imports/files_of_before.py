"""Takes the files of imports from a disk into the database: before migration 0018 they were there.

Each machine does this with its instance folder, as pages and workers start.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select

from supporters import clock
from supporters.crypto.encryption import DecryptionFailed
from supporters.database import db, use_case
from supporters.extensions import current_encryptor, current_settings
from supporters.imports.import_files import redact_people_erased_since_upload, store_file
from supporters.imports.models import ListImport
from supporters.imports.queries import find_import_to_change
from supporters.imports.states import IN_PROCESS, UNFINISHED
from supporters.logs import log_failure

PAGE, NONCE = 4096, 12
MAGIC = b"supporters sealed file 1\n"
LENGTH = 2  # octets that tell the length of the encrypted key
LEFT_OVER_AFTER = timedelta(hours=6)  # an earlier program may be storing a file at this moment
log = structlog.get_logger(__name__)


def take_in_files() -> None:
    """Store the files that imports need, and delete all others; the folder goes with the last."""
    folder = current_settings().instance_dir / "imports"
    for path in (*folder.glob("*.csv"), *folder.glob("*.unfinished")):
        try:
            if _take_in(path) or _is_old(path):
                path.unlink(missing_ok=True)
        except FileNotFoundError:
            continue  # another process of this machine was faster
        except (OSError, DecryptionFailed) as error:
            log_failure("import.not_taken_in", error, file=path.name)
    with suppress(OSError):
        folder.rmdir()


def _take_in(path: Path) -> bool:
    """Store a file if its import needs it; tell whether it does."""
    wanted = select(ListImport).where(
        ListImport.file_key == path.stem, ListImport.status.in_(IN_PROCESS | UNFINISHED)
    )
    list_import = db.session.scalar(wanted)
    if list_import is None:
        return False
    if _store(list_import.id, path):
        log.info("import.taken_in", id=list_import.id)
    redact_people_erased_since_upload(list_import)
    return True


@use_case
def _store(import_id: int, path: Path) -> bool:
    """Store a file, unless it is stored. Raises OSError, or DecryptionFailed if it is damaged."""
    list_import = find_import_to_change(import_id)
    if list_import is None or list_import.encrypted is not None:
        return False
    if store_file(list_import, _read_blocks(path)) != list_import.file_bytes:
        raise DecryptionFailed
    return True


def _is_old(path: Path) -> bool:
    return path.stat().st_mtime < (clock.now() - LEFT_OVER_AFTER).timestamp()


def _read_blocks(path: Path) -> Iterator[bytes]:
    """Yield the content of a file: its first page has the key, and each other one is encrypted."""
    with path.open("rb") as file:
        header = file.read(PAGE)
        start = len(MAGIC) + LENGTH
        length = int.from_bytes(header[len(MAGIC) : start])
        if not header.startswith(MAGIC):
            raise DecryptionFailed
        cipher = AESGCM(current_encryptor().decrypt(header[start : start + length]))
        number = 0
        while page := file.read(PAGE):
            try:
                yield cipher.decrypt(page[:NONCE], page[NONCE:], number.to_bytes(8))
            except (InvalidTag, ValueError) as error:
                raise DecryptionFailed from error
            number += 1
