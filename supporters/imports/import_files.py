"""Stores and deletes the files of imports, encrypted, and redacts erased people in them."""

import codecs
import hashlib
import io
import re
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import structlog

from supporters.consent.queries import list_suppressed_since
from supporters.consent.suppression import EVERYTHING
from supporters.crypto.encrypted_files import open_encrypted, reencrypt_key, write_encrypted
from supporters.crypto.encryption import DecryptionFailed
from supporters.extensions import current_encryptor, current_settings
from supporters.imports.csv_records import CsvRecords, Position
from supporters.imports.encodings import SIZE_OF_BLOCK
from supporters.imports.models import ListImport
from supporters.imports.queries import list_imports_with_files
from supporters.imports.row_reader import address_test, find_address_keys
from supporters.logs import log_failure
from supporters.people.addresses import address_mac

FOLDER = "imports"
LINES_OF_HEAD = 20
LONGEST_HEAD_LINE = 16 * 1024
LEFT_OVER_AFTER = timedelta(hours=6)
log = structlog.get_logger(__name__)
_NO_LINE_FEED = re.compile(rb"[^\n]")
OVERLAP = 1_000  # more than an address is long
TextTest = Callable[[str], bool]


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """A stored file, in UTF-8 with line feeds: its key, hash, size and first lines."""

    key: str
    content_hash: str
    size: int
    head: list[str]


def store_file(source: BinaryIO, encoding: str) -> StoredFile:
    """Write a file into the folder. Raises OSError."""
    key = secrets.token_urlsafe(16)
    path = path_of(key)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = _ConvertedText(source, encoding)
    try:
        write_encrypted(path, written.blocks(), current_encryptor())
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return StoredFile(
        key=key, content_hash=written.digest.hexdigest(), size=written.size, head=_read_head(path)
    )


def path_of(key: str) -> Path:
    """Return the path of the file with this key."""
    return current_settings().instance_dir / FOLDER / f"{key}.csv"


def delete_file(key: str) -> None:
    """Delete a file, if it is there."""
    path_of(key).unlink(missing_ok=True)


def delete_orphaned_files(wanted: Collection[str], now: datetime) -> int:
    """Delete the files that belong to no import, for example after a crash; return how many."""
    oldest = (now - LEFT_OVER_AFTER).timestamp()
    folder = current_settings().instance_dir / FOLDER
    orphaned = [
        path
        for path in (*folder.glob("*.csv"), *folder.glob("*.unfinished"))
        if path.stem not in wanted and path.stat().st_mtime < oldest
    ]
    for path in orphaned:
        path.unlink(missing_ok=True)
    return len(orphaned)


class _ConvertedText:
    """A file in UTF-8 with line feeds, block by block; its SHA-256 and size after the last."""

    def __init__(self, source: BinaryIO, encoding: str) -> None:
        decoder = codecs.getincrementaldecoder(encoding)()
        self._source = source
        self._decoder = io.IncrementalNewlineDecoder(decoder, translate=True)
        self.digest = hashlib.sha256()
        self.size = 0

    def blocks(self) -> Iterator[bytes]:
        """Yield the blocks."""
        self._source.seek(0)
        is_over = False
        while not is_over:
            block = self._source.read(SIZE_OF_BLOCK)
            is_over = not block
            converted = self._decoder.decode(block, final=is_over).encode()
            self.digest.update(converted)
            self.size += len(converted)
            yield converted


def open_import_file(path: Path, *, is_writing: bool = False) -> BinaryIO:
    """Open the file of an import. Raises OSError or DecryptionFailed."""
    return open_encrypted(path, current_encryptor(), is_writing=is_writing)


def reencrypt_files() -> None:
    """Encrypt the keys of all files with the newest secret key."""
    for each in list_imports_with_files():
        try:
            reencrypt_key(path_of(each.file_key), current_encryptor())
        except FileNotFoundError:
            continue
        except (OSError, DecryptionFailed) as error:
            log_failure("import.not_encrypted", error)


def _read_head(path: Path) -> list[str]:
    with open_import_file(path) as file:
        lines = (file.readline(LONGEST_HEAD_LINE) for _ in range(10 * LINES_OF_HEAD))
        texts = (line.decode(errors="ignore").rstrip("\n") for line in lines)
        return [*islice((text for text in texts if text.strip()), LINES_OF_HEAD)]


def redact_address(address_key: str) -> int:
    """Blank the records that contain an address in any cell; return how many."""
    holds = address_test(address_key)
    return sum(_redact(each, holds) for each in _list_with_mailbox(address_key))


def list_imports_with(address_key: str) -> Sequence[ListImport]:
    """Return the imports whose files still contain an address in any cell."""
    holds = address_test(address_key)
    return [each for each in _list_with_mailbox(address_key) if _has_record(each, holds)]


def _list_with_mailbox(address_key: str) -> Sequence[ListImport]:
    mailbox = address_key[: address_key.rindex("@") + 1].encode()
    return [
        each for each in list_imports_with_files() if _contains(path_of(each.file_key), mailbox)
    ]


def _has_record(list_import: ListImport, holds: TextTest) -> bool:
    try:
        path = path_of(list_import.file_key)
        return any(True for _ in _find_records(path, list_import.delimiter, holds))
    except (OSError, DecryptionFailed) as error:
        log_failure("import.not_read", error, id=list_import.id)
    return False


def redact_hashed_addresses(erased: Mapping[bytes, datetime]) -> int:
    """Blank the records of addresses that were erased after the upload, by keyed hashes."""
    return sum(
        _redact(each, _is_one_of({mac for mac, at in erased.items() if at >= each.created_at}))
        for each in list_imports_with_files()
        if any(at >= each.created_at for at in erased.values())
    )


def redact_people_erased_since_upload(list_import: ListImport) -> int:
    """Blank the records of people who were erased during the upload or the dry run."""
    macs = list_suppressed_since(EVERYTHING, list_import.created_at)
    return _redact(list_import, _is_one_of(macs)) if macs else 0


def _is_one_of(macs: Collection[bytes]) -> TextTest:
    return lambda text: any(address_mac(key) in macs for key in find_address_keys(text))


def _contains(path: Path, mailbox: bytes) -> bool:
    """Tell whether a file contains a mailbox in lower case. Most don't, and need no parsing."""
    try:
        with open_import_file(path) as file:
            before = b""
            while block := file.read(SIZE_OF_BLOCK).lower():
                if mailbox in before + block:
                    return True
                before = block[-len(mailbox) :]
    except FileNotFoundError:
        return False
    except (OSError, DecryptionFailed) as error:
        log_failure("import.not_struck", error)
    return False


def _redact(list_import: ListImport, holds: TextTest) -> int:
    path, redacted = path_of(list_import.file_key), 0
    try:
        with open_import_file(path, is_writing=True) as file:
            for begins, ends in _find_records(path, list_import.delimiter, holds):
                file.seek(begins)
                blank = _NO_LINE_FEED.sub(b" ", file.read(ends - begins))
                file.seek(begins)
                file.write(blank)
                redacted += 1
    except FileNotFoundError:
        return redacted
    except (OSError, DecryptionFailed) as error:
        log_failure("import.not_struck", error, id=list_import.id)
    if redacted:
        log.info("import.struck_out", id=list_import.id, records=redacted)
    return redacted


def _find_records(path: Path, delimiter: str, holds: TextTest) -> Iterator[tuple[int, int]]:
    """Yield the start and the end, in bytes, of each record that contains such an address."""
    begins = 0
    with (
        CsvRecords(open_import_file(path), delimiter, Position()) as records,
        open_import_file(path) as file,
    ):
        for record in records:
            ends = records.position.offset
            texts = record.cells if record.flaw is None else _read(file, begins, ends)
            if any("@" in text and holds(text) for text in texts):
                yield begins, ends
            begins = ends


def _read(file: BinaryIO, begins: int, ends: int) -> Iterator[str]:
    """Yield an unreadable record in pieces that overlap by more than an address."""
    for offset in range(begins, ends, SIZE_OF_BLOCK):
        file.seek(offset)
        size = min(SIZE_OF_BLOCK + OVERLAP, ends - offset)
        yield file.read(size).decode(errors="ignore")
