"""Strikes the erased out of the files of former lists that nobody has approved yet (REQ-28).

Their records become blanks of the same length, so whoever is going through a file goes on where
they were, and the lines in its report stay the same. It takes some seconds for a million rows: to
be called outside of transactions.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import structlog

from supporters.consent.queries import list_suppressed_since
from supporters.consent.suppressing import EVERYTHING
from supporters.logs import log_failure
from supporters.people.keys import address_mac
from supporters.signup.importing.decoding import SIZE_OF_BLOCK
from supporters.signup.importing.keeping import path_of
from supporters.signup.importing.mentioning import list_keys, mentions_of
from supporters.signup.importing.models import ListImport
from supporters.signup.importing.queries import list_imports_with_files
from supporters.signup.importing.records import Position, Records

log = structlog.get_logger(__name__)

_NO_LINE_FEED = re.compile(rb"[^\n]")
OVERLAP = 1_000  # more than an address is long

Test = Callable[[str], bool]


def strike_out(address_key: str) -> int:
    """Blank the records that hold an address, in whichever cell; return how many."""
    holds = mentions_of(address_key)
    mailbox = address_key[: address_key.rindex("@") + 1].encode()
    return sum(
        _strike(each, holds)
        for each in list_imports_with_files()
        if _has(path_of(each.file_key), mailbox)
    )


def strike_out_hashed(erased: Mapping[bytes, datetime]) -> int:
    """Blank the records of addresses erased after their file came, known by keyed hashes only."""
    return sum(
        _strike(each, _is_one_of({mac for mac, at in erased.items() if at >= each.created_at}))
        for each in list_imports_with_files()
        if any(at >= each.created_at for at in erased.values())
    )


def strike_out_since_upload(list_import: ListImport) -> int:
    """Blank the records of those who were erased while the file came, or was checked."""
    macs = list_suppressed_since(EVERYTHING, list_import.created_at)
    return _strike(list_import, _is_one_of(macs)) if macs else 0


def _is_one_of(macs: Collection[bytes]) -> Test:
    return lambda text: any(address_mac(key) in macs for key in list_keys(text))


def _has(path: Path, mailbox: bytes) -> bool:
    """Tell whether a file holds these small letters at all: most don't, and are left unread."""
    try:
        with path.open("rb") as file:
            before = b""
            while block := file.read(SIZE_OF_BLOCK).lower():
                if mailbox in before + block:
                    return True
                before = block[-len(mailbox) :]
    except FileNotFoundError:
        return False
    except OSError as error:
        log_failure("import.not_struck", error)
    return False


def _strike(list_import: ListImport, holds: Test) -> int:
    path, struck = path_of(list_import.file_key), 0
    try:
        with path.open("r+b") as file:
            for begins, ends in _find(path, list_import.delimiter, holds):
                file.seek(begins)
                blank = _NO_LINE_FEED.sub(b" ", file.read(ends - begins))
                file.seek(begins)
                file.write(blank)
                struck += 1
    except FileNotFoundError:
        return struck
    except OSError as error:
        log_failure("import.not_struck", error, id=list_import.id)
    if struck:
        log.info("import.struck_out", id=list_import.id, records=struck)
    return struck


def _find(path: Path, delimiter: str, holds: Test) -> Iterator[tuple[int, int]]:
    """Yield where each record that holds such an address begins and ends, in bytes."""
    begins = 0
    with Records(path, delimiter, Position()) as records, path.open("rb") as file:
        for record in records:
            ends = records.position.offset
            texts = record.cells if record.flaw is None else _read(file, begins, ends)
            if any("@" in text and holds(text) for text in texts):
                yield begins, ends
            begins = ends


def _read(file: BinaryIO, begins: int, ends: int) -> Iterator[str]:
    """Yield what can't be taken apart, in pieces that overlap by more than an address."""
    for offset in range(begins, ends, SIZE_OF_BLOCK):
        file.seek(offset)
        size = min(SIZE_OF_BLOCK + OVERLAP, ends - offset)
        yield file.read(size).decode(errors="ignore")
