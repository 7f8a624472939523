"""The importer says what the columns hold, and shows the first rows as they would be taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from supporters.database import db, use_case
from supporters.signup.importing.keeping import path_of
from supporters.signup.importing.models import ListImport, Reason
from supporters.signup.importing.reading import Candidate
from supporters.signup.importing.recognising import Columns
from supporters.signup.importing.records import Position, Records
from supporters.signup.importing.states import may_describe
from supporters.signup.importing.working import FileMissing, make_row_reader

ROWS_SHOWN = 5


class Described(Enum):
    """What came of saying what the columns hold."""

    DONE = auto()
    NOT_NOW = auto()
    NO_ADDRESS = auto()
    SAME_COLUMN_TWICE = auto()


@dataclass(frozen=True, kw_only=True)
class ShownRow:
    """One of the first rows: its cells, and what would be taken of it, or why nothing would."""

    line: int
    cells: Sequence[str]
    taken: Candidate | Reason


@use_case
def describe_columns(import_id: int, columns: Columns) -> Described:
    """Say which columns are read; all others are dropped."""
    list_import = db.session.get_one(ListImport, import_id, with_for_update=True)
    if not may_describe(list_import.status):
        return Described.NOT_NOW
    width = max(1, len(list_import.header))
    if columns.address is None or not columns.address < width:
        return Described.NO_ADDRESS
    chosen = [each for each in _all(columns) if each is not None]
    if len(set(chosen)) < len(chosen) or max(chosen) >= width:
        return Described.SAME_COLUMN_TWICE
    list_import.address_column = columns.address
    list_import.name_column = columns.given_name
    list_import.language_column = columns.language
    return Described.DONE


def show_first_rows(list_import: ListImport) -> list[ShownRow]:
    """Return the first rows of a file. Raises FileMissing."""
    reader = make_row_reader(list_import)
    count = ROWS_SHOWN + bool(list_import.header)
    try:
        with Records(path_of(list_import.file_key), list_import.delimiter, Position()) as records:
            first = records.take(count)
    except FileNotFoundError as error:
        raise FileMissing from error
    return [
        ShownRow(line=record.line, cells=record.cells, taken=reader.read(record))
        for record in first[bool(list_import.header) :]
    ]


def _all(columns: Columns) -> Sequence[int | None]:
    return (columns.address, columns.given_name, columns.language)
