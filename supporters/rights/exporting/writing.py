"""Writes people as a CSV file that our importer can read, piece by piece (RFC 4180; REQ-123)."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import chain

from supporters.rights.exporting.disclosing import Export
from supporters.rights.exporting.queries import ExportedPerson, stream_people
from supporters.spreadsheets import neutralise

COLUMNS = (
    "address",
    "given_name",
    "language",
    "list",
    "confirmed_at",
    "wording_version",
    "event_id",
)
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # as the first bytes: how Excel knows UTF-8
PIECE = 64 * 1024


def write_file(export: Export, *, has_mark: bool) -> Iterator[bytes]:
    """Yield the bytes of the file of an export that is on the record."""
    people = stream_people(export.list_id, export.purpose_id, until=export.occurred_at)
    yield from write_rows((_row(person, export.list_name) for person in people), has_mark=has_mark)


def write_rows(rows: Iterable[Iterable[str]], *, has_mark: bool) -> Iterator[bytes]:
    """Yield the bytes of a file with these rows, each with a cell for each of COLUMNS."""
    lines = StringIO()
    lines.write(MARK if has_mark else "")
    writer = csv.writer(lines, lineterminator="\r\n")
    for row in chain([COLUMNS], rows):
        writer.writerow([neutralise(cell) for cell in row])
        if lines.tell() >= PIECE:
            yield _empty(lines)
    yield _empty(lines)


def _row(person: ExportedPerson, list_name: str) -> Iterable[str]:
    return (
        person.address,
        person.given_name or "",
        person.language,
        list_name,
        person.confirmed_at.isoformat(timespec="seconds"),
        str(person.wording_version),
        str(person.event_id),
    )


def _empty(lines: StringIO) -> bytes:
    """Return what was written, and begin anew."""
    piece = lines.getvalue().encode()
    lines.seek(0)
    lines.truncate()
    return piece
