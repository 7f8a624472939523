"""Finds the encoding of a file, and checks that the file is text."""

import codecs
from enum import Enum, auto
from typing import BinaryIO

SIZE_OF_BLOCK = 1 << 20
SIZE_OF_HEAD = 4096
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
PACKED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")
OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"SQLite format 3", b"\x7fELF")
CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\x0b\x0c\x1a")
MOST_CONTROLS = 0.02


class TextError(Enum):
    """Why a file can't be read."""

    EMPTY = auto()
    WORKBOOK = auto()
    BINARY = auto()


class UndecodableText(Exception):
    """A line has bytes that are invalid in the encoding of the file; `line` is its number."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(f"line {line}")


def find_encoding(file: BinaryIO) -> str | TextError:
    """Return the encoding of a file. Raises BrokenText.

    A file without a byte order mark is UTF-8 if its bytes are valid UTF-8, otherwise cp1252, which
    Excel writes in Western Europe. A file that starts as UTF-8 and becomes invalid is broken; it
    is not cp1252.
    """
    file.seek(0)
    head = file.read(SIZE_OF_HEAD)
    if not head.strip(b"\r\n\t \x00\xef\xbb\xbf\xff\xfe"):
        return TextError.EMPTY
    if head.startswith(PACKED):
        return TextError.WORKBOOK
    marked = next((name for mark, name in BYTE_ORDER_MARKS if head.startswith(mark)), None)
    encoding = marked or _guess_utf16(head)
    if encoding is not None:
        _check(file, encoding)
        return encoding
    if head.startswith(OTHERS) or _is_binary(head):
        return TextError.BINARY
    if _breaks_before_any_accent(file):
        _check(file, "cp1252")
        return "cp1252"
    _check(file, "utf-8")
    return "utf-8"


def _guess_utf16(head: bytes) -> str | None:
    """Return UTF-16 for a text with a NUL in every other byte, as Latin letters have in it."""
    pairs = len(head) // 2
    if pairs and head[1::2].count(0) > 0.9 * pairs:
        return "utf-16-le"
    if pairs and head[::2].count(0) > 0.9 * pairs:
        return "utf-16-be"
    return None


def _is_binary(head: bytes) -> bool:
    return sum(byte in CONTROLS for byte in head) > MOST_CONTROLS * len(head)


def _breaks_before_any_accent(file: BinaryIO) -> bool:
    """Tell whether UTF-8 fails at the first byte beyond ASCII."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    while True:
        block = file.read(SIZE_OF_BLOCK)
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            return error.object[: error.start].isascii()
        if not (block and text.isascii()):
            return False


def _check(file: BinaryIO, encoding: str) -> None:
    """Read all of a file. Raises BrokenText."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    while True:
        block = file.read(SIZE_OF_BLOCK)
        try:
            line += decoder.decode(block, final=not block).count("\n")
        except UnicodeDecodeError as error:
            readable = error.object[: error.start].decode(encoding, "ignore")
            raise UndecodableText(line + readable.count("\n")) from error
        if not block:
            return
