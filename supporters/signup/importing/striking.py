"""Strikes the erased out of the files of former lists that nobody has approved yet (REQ-28).

Their records become blanks of the same length, so whoever is going through a file goes on where
they were, and the lines in its report stay the same.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path

import structlog

from supporters.people.addresses import Address
from supporters.people.keys import address_mac
from supporters.signup.importing.decoding import SIZE_OF_BLOCK
from supporters.signup.importing.keeping import path_of
from supporters.signup.importing.models import ListImport
from supporters.signup.importing.queries import list_imports_with_files
from supporters.signup.importing.reading import parse_typed
from supporters.signup.importing.records import Position, Records

log = structlog.get_logger(__name__)

_MAY_BE_ADDRESS = re.compile(r"[^\s<>,;:\"()]+@[^\s<>,;:\"()]+")
_NO_LINE_FEED = re.compile(rb"[^\n]")

Test = Callable[[Address], bool]


def strike_out(address_key: str) -> int:
    """Blank the records that hold an address, in whichever cell; return how many."""
    mailbox = address_key[: address_key.rindex("@") + 1].encode()
    return sum(
        _strike(each, lambda address: address.key == address_key)
        for each in list_imports_with_files()
        if _mentions(path_of(each.file_key), mailbox)
    )


def strike_out_hashed(erased: Mapping[bytes, datetime]) -> int:
    """Blank the records of addresses erased after their file came, known by keyed hashes only."""
    return sum(
        _strike(each, _is_one_of({mac for mac, at in erased.items() if at >= each.created_at}))
        for each in list_imports_with_files()
        if any(at >= each.created_at for at in erased.values())
    )


def _is_one_of(macs: Collection[bytes]) -> Test:
    return lambda address: address_mac(address.key) in macs


def _mentions(path: Path, mailbox: bytes) -> bool:
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
    return False


def _strike(list_import: ListImport, is_theirs: Test) -> int:
    struck = 0
    try:
        with path_of(list_import.file_key).open("r+b") as file:
            for begins, ends in _find(list_import, is_theirs):
                file.seek(begins)
                blank = _NO_LINE_FEED.sub(b" ", file.read(ends - begins))
                file.seek(begins)
                file.write(blank)
                struck += 1
    except FileNotFoundError:
        return struck
    if struck:
        log.info("import.struck_out", id=list_import.id, records=struck)
    return struck


def _find(list_import: ListImport, is_theirs: Test) -> Iterator[tuple[int, int]]:
    """Yield where each record that holds such an address begins and ends, in bytes."""
    path = path_of(list_import.file_key)
    begins = 0
    with Records(path, list_import.delimiter, Position()) as records, path.open("rb") as file:
        for record in records:
            ends = records.position.offset
            if record.flaw is None:
                texts = record.cells
            else:
                file.seek(begins)
                texts = [file.read(ends - begins).decode()]
            if any(is_theirs(address) for text in texts for address in _list_addresses(text)):
                yield begins, ends
            begins = ends


def _list_addresses(text: str) -> Iterator[Address]:
    if "@" not in text:
        return
    for typed in _MAY_BE_ADDRESS.findall(text):
        address = parse_typed(typed.strip("'."))
        if address is not None:
            yield address
