"""Splits a file into records, each with the number of its first line, from any position.

The file is UTF-8 with line feeds: every upload is converted to this form. A quote that is never
closed makes its own line unreadable, and no other line.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple, Self

from supporters.imports.models import RejectionReason

LONGEST_LINE = 64 * 1024
MOST_LINES = 50  # of one record: more means that a quote was never closed
UNFINISHED = "unexpected end of data"
WHOLE_LINE = ""  # a delimiter that cuts nothing


class CsvRecord(NamedTuple):
    """A record: the number of its first line, and its cells or the reason why it is unreadable."""

    line: int
    cells: Sequence[str]
    flaw: RejectionReason | None = None


@dataclass(frozen=True)
class Position:
    """The start of the next record; `line` is the number of the line before it."""

    offset: int = 0
    line: int = 0


class CsvRecords:
    """The records of an open file from a position on; `position` is after the last record read.

    The file is closed with them.
    """

    def __init__(self, file: BinaryIO, delimiter: str, position: Position) -> None:
        self._file = file
        self._file.seek(position.offset)
        self._delimiter = delimiter
        self._offset, self._line = position.offset, position.line

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    @property
    def position(self) -> Position:
        """The start of the next record."""
        return Position(self._offset, self._line)

    def take(self, count: int) -> list[CsvRecord]:
        """Return at most `count` records; an empty list at the end of the file."""
        records = []
        for record in self:
            records.append(record)
            if len(records) == count:
                break
        return records

    def __iter__(self) -> Iterator[CsvRecord]:
        """Yield the records. Empty lines are left out."""
        while raw := self._file.readline(LONGEST_LINE):
            begins_at = self._line + 1
            if len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):
                self._skip_rest(raw)
                yield CsvRecord(begins_at, (), RejectionReason.TOO_LONG)
                continue
            self._offset += len(raw)
            self._line += 1
            text = raw.decode().rstrip("\n")
            if '"' in text and self._delimiter != WHOLE_LINE:
                yield self._read_quoted(begins_at, text)
            elif text.strip(f"{self._delimiter} \t"):
                cells = text.split(self._delimiter) if self._delimiter else [text]
                yield CsvRecord(begins_at, cells)

    def _skip_rest(self, raw: bytes) -> None:
        while raw:
            self._offset += len(raw)
            if raw.endswith(b"\n"):
                break
            raw = self._file.readline(LONGEST_LINE)
        self._line += 1

    def _read_quoted(self, begins_at: int, text: str) -> CsvRecord:
        """Read a record with quotes, over as many lines as it has."""
        before, lines = self.position, [text]
        while True:
            try:
                return CsvRecord(begins_at, self._parse("\n".join(lines)))
            except csv.Error as error:
                raw = self._file.readline(LONGEST_LINE) if UNFINISHED in str(error) else b""
            if not raw or len(raw) == LONGEST_LINE or len(lines) == MOST_LINES:
                break
            self._offset += len(raw)
            self._line += 1
            lines.append(raw.decode().rstrip("\n"))
        self._file.seek(before.offset)
        self._offset, self._line = before.offset, before.line
        return CsvRecord(begins_at, (), RejectionReason.UNREADABLE)

    def _parse(self, text: str) -> list[str]:
        """Return the cells. Raises csv.Error."""
        reader = csv.reader([text], delimiter=self._delimiter, strict=True)
        return next(reader, [])
