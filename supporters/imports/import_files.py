"""Stores the files of imports in the database, encrypted, and redacts erased people in them.

A file is converted once, to UTF-8 with line feeds. It is stored and deleted in the transactions
that begin and end its import, so that no file is left without one.
"""

import codecs
import hashlib
import io
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import BinaryIO, cast

import structlog
from sqlalchemy import insert, select

from supporters.consent.queries import list_suppressed_since
from supporters.consent.suppression import EVERYTHING
from supporters.crypto.encrypted_parts import PART, PartCipher, PartReader, cut, new_key
from supporters.crypto.encryption import DecryptionFailed
from supporters.database import db, delete_where, in_transaction, update_where, use_case
from supporters.extensions import current_encryptor
from supporters.imports.csv_records import CsvRecords, Position
from supporters.imports.encodings import SIZE_OF_BLOCK
from supporters.imports.models import ImportFilePart, ListImport
from supporters.imports.queries import find_import_to_change, list_imports_with_files
from supporters.imports.row_reader import address_test, find_address_keys
from supporters.logs import log_failure
from supporters.people.addresses import address_mac

LINES_OF_HEAD = 20
LONGEST_HEAD_LINE = 16 * 1024
log = structlog.get_logger(__name__)
_NO_LINE_FEED = re.compile(rb"[^\n]")
OVERLAP = 1_000  # more than an address is long
TextTest = Callable[[str], bool]


class FileMissing(Exception):
    """The file of an import isn't in the database, or none of our keys opens it."""


@dataclass(frozen=True, kw_only=True)
class FileFacts:
    """The hash, size and first lines of a converted file."""

    content_hash: str
    size: int
    head: list[str]


def convert_blocks(source: BinaryIO, encoding: str) -> Iterator[bytes]:
    """Yield a file in UTF-8 with line feeds, block by block."""
    decoder = codecs.getincrementaldecoder(encoding)()
    converter = io.IncrementalNewlineDecoder(decoder, translate=True)
    source.seek(0)
    is_over = False
    while not is_over:
        block = source.read(SIZE_OF_BLOCK)
        is_over = not block
        yield converter.decode(block, final=is_over).encode()


def read_facts(blocks: Iterator[bytes]) -> FileFacts:
    """Return the facts of a converted file."""
    beginning = next(blocks, b"")
    digest, size = hashlib.sha256(beginning), len(beginning)
    for block in blocks:
        digest.update(block)
        size += len(block)
    return FileFacts(content_hash=digest.hexdigest(), size=size, head=_read_head(beginning))


def _read_head(beginning: bytes) -> list[str]:
    file = io.BytesIO(beginning)
    lines = (file.readline(LONGEST_HEAD_LINE) for _ in range(10 * LINES_OF_HEAD))
    texts = (line.decode(errors="ignore").rstrip("\n") for line in lines)
    return [*islice((text for text in texts if text.strip()), LINES_OF_HEAD)]


@in_transaction
def store_file(list_import: ListImport, blocks: Iterator[bytes]) -> int:
    """Store the content of an import's file; return its size."""
    key, size = new_key(), 0
    cipher = PartCipher(key)
    list_import.encrypted = current_encryptor().encrypt(key)
    db.session.flush()
    for number, content in enumerate(cut(blocks)):
        part = {"number": number, "content": cipher.encrypt(number, content)}
        db.session.execute(insert(ImportFilePart), {"import_id": list_import.id, **part})
        size += len(content)
    return size


@in_transaction
def delete_file(list_import: ListImport) -> None:
    """Delete the file of an import, and its key."""
    list_import.encrypted = None
    delete_where(ImportFilePart, ImportFilePart.import_id == list_import.id)


def open_import_file(list_import: ListImport) -> BinaryIO:
    """Open the file of an import. The opening and each reading may raise FileMissing."""
    import_id, cipher = list_import.id, _open_cipher(list_import)

    def read(number: int) -> bytes:
        return _read_part(import_id, number, cipher)

    return cast(BinaryIO, io.BufferedReader(PartReader(read, list_import.file_bytes), PART))


def _open_cipher(list_import: ListImport) -> PartCipher:
    try:
        return PartCipher(current_encryptor().decrypt(list_import.encrypted or b""))
    except DecryptionFailed as error:
        raise FileMissing from error


def _read_part(import_id: int, number: int, cipher: PartCipher) -> bytes:
    content = db.session.scalar(
        select(ImportFilePart.content).where(
            ImportFilePart.import_id == import_id, ImportFilePart.number == number
        )
    )
    try:
        return cipher.decrypt(number, content or b"")
    except DecryptionFailed as error:
        raise FileMissing from error


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
    return [each for each in list_imports_with_files() if _contains(each, mailbox)]


def _has_record(list_import: ListImport, holds: TextTest) -> bool:
    try:
        return any(True for _ in _find_records(list_import, holds))
    except FileMissing as error:
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


def _contains(list_import: ListImport, mailbox: bytes) -> bool:
    """Tell whether a file contains a mailbox in lower case. Most don't, and need no parsing."""
    try:
        with open_import_file(list_import) as file:
            before = b""
            while block := file.read(SIZE_OF_BLOCK).lower():
                if mailbox in before + block:
                    return True
                before = block[-len(mailbox) :]
    except FileMissing as error:
        log_failure("import.not_struck", error, id=list_import.id)
    return False


def _redact(list_import: ListImport, holds: TextTest) -> int:
    import_id, redacted = list_import.id, 0
    try:
        for begins, ends in _find_records(list_import, holds):
            _blank(import_id, begins, ends)
            redacted += 1
    except FileMissing as error:
        log_failure("import.not_struck", error, id=import_id)
    if redacted:
        log.info("import.struck_out", id=import_id, records=redacted)
    return redacted


@use_case
def _blank(import_id: int, begins: int, ends: int) -> None:
    """Blank some bytes of a file, but for the ends of lines. Raises FileMissing."""
    list_import = find_import_to_change(import_id)
    if list_import is None:
        raise FileMissing
    cipher = _open_cipher(list_import)
    for number in range(begins // PART, -(-ends // PART)):
        content = bytearray(_read_part(import_id, number, cipher))
        first, last = max(begins - number * PART, 0), ends - number * PART
        content[first:last] = _NO_LINE_FEED.sub(b" ", content[first:last])
        update_where(
            ImportFilePart,
            ImportFilePart.import_id == import_id,
            ImportFilePart.number == number,
            content=cipher.encrypt(number, bytes(content)),
        )


def _find_records(list_import: ListImport, holds: TextTest) -> Iterator[tuple[int, int]]:
    """Yield the start and the end, in bytes, of each record that contains such an address."""
    begins = 0
    with (
        open_import_file(list_import) as file,
        CsvRecords(open_import_file(list_import), list_import.delimiter, Position()) as records,
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
