"""Detects the format and the columns of a file from its first lines.

The headers of the programs: Mailchimp's audience export ends in LEID, EUID, NOTES; listmonk
has uuid, email, name, attributes, status; phpList ends in List Membership; Mailman's
`list_members` and the export of its web page have addresses without a header.
"""

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from supporters.imports.csv_records import WHOLE_LINE
from supporters.imports.models import ExportFormat
from supporters.text.spreadsheets import restore

DELIMITERS = (",", ";", "\t")
MOST_COLUMNS = 200
LONGEST_NAME = 80
_ONE_ADDRESS = re.compile(r"(?:[^<>@,;\t]*<)?[^\s<>@,;]+@[^\s<>@,;]+>?", re.ASCII)
ADDRESS_NAMES = (
    *("email address", "e mail address", "email", "e mail", "mail", "address", "courriel"),
    *("adresse e mail", "adresse email", "adresse mail", "adresse électronique", "adresse"),
)
GIVEN_NAMES = ("first name", "firstname", "given name", "fname", "prénom", "prenom", "name")
LANGUAGE_NAMES = ("language", "langue", "lang", "locale")
MEANS_YES = frozenset({"1", "y", "yes", "oui", "true", "vrai"})
CellTest = Callable[[str], bool]
_UNSUBSCRIBED_MARKS: Mapping[ExportFormat, Mapping[str, CellTest]] = {
    ExportFormat.MAILCHIMP: {"unsub time": bool, "clean time": bool},
    ExportFormat.LISTMONK: {"status": lambda cell: cell not in {"", "enabled"}},
    ExportFormat.PHPLIST: {
        "is this user blacklisted": MEANS_YES.__contains__,
        "is this subscriber blacklisted": MEANS_YES.__contains__,
        "is this user confirmed": lambda cell: cell not in MEANS_YES,
        "is this subscriber confirmed": lambda cell: cell not in MEANS_YES,
    },
}


class HeaderError(Enum):
    """Why the first line of a file is not a header."""

    NO_HEADER = auto()
    TOO_MANY_COLUMNS = auto()


@dataclass(frozen=True, kw_only=True)
class Columns:
    """The numbers of the columns that are read, from 0. All other columns are ignored."""

    address: int | None = None
    given_name: int | None = None
    language: int | None = None


@dataclass(frozen=True, kw_only=True)
class FileLayout:
    """The format, delimiter, header and columns of a file, as its first lines show them."""

    format: ExportFormat
    delimiter: str
    header: Sequence[str]
    columns: Columns


def detect_layout(lines: Sequence[str]) -> FileLayout | HeaderError:
    """Return the layout of a file from its first lines; there must be at least one."""
    if all(_ONE_ADDRESS.fullmatch(line.strip().strip('"')) for line in lines):
        return FileLayout(
            format=ExportFormat.MAILMAN,
            delimiter=WHOLE_LINE,
            header=(),
            columns=Columns(address=0),
        )
    delimiter = max(DELIMITERS, key=lambda each: len(_cut(lines[0], each)))
    header = [_tidy(cell) for cell in _cut(lines[0], delimiter)]
    if any("@" in name for name in header) or not any(header):
        return HeaderError.NO_HEADER
    if len(header) > MOST_COLUMNS:
        return HeaderError.TOO_MANY_COLUMNS
    names = [_normalise(name) for name in header]
    return FileLayout(
        format=_find_format(frozenset(names)),
        delimiter=delimiter,
        header=header,
        columns=Columns(
            address=_find(names, ADDRESS_NAMES),
            given_name=_find(names, GIVEN_NAMES),
            language=_find(names, LANGUAGE_NAMES),
        ),
    )


def list_duplicate_names(header: Sequence[str]) -> list[str]:
    """Return the column names that occur more than once."""
    names = [name for name in header if name]
    return sorted({name for name in names if names.count(name) > 1})


def unsubscribed_test(
    format_: ExportFormat, header: Sequence[str]
) -> Callable[[Sequence[str]], bool]:
    """Return the test that a person had unsubscribed, or never confirmed, in the old program."""
    names = [_normalise(name) for name in header]
    tests = [
        (names.index(name), tells)
        for name, tells in _UNSUBSCRIBED_MARKS.get(format_, {}).items()
        if name in names
    ]
    if not tests:
        return lambda _cells: False

    def had_left(cells: Sequence[str]) -> bool:
        return any(
            tells(cells[column].strip().lower()) for column, tells in tests if column < len(cells)
        )

    return had_left


def _cut(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _tidy(cell: str) -> str:
    printable = "".join(each if each.isprintable() else " " for each in restore(cell))
    return " ".join(printable.split())[:LONGEST_NAME]


def _normalise(name: str) -> str:
    return " ".join(re.sub(r"[\s_\-]+", " ", name.casefold()).split())


def _find_format(names: frozenset[str]) -> ExportFormat:
    if names >= {"leid", "euid"} or names >= {"member rating", "optin time"}:
        return ExportFormat.MAILCHIMP
    if names >= {"uuid", "email", "name", "attributes", "status"}:
        return ExportFormat.LISTMONK
    if names >= {"email", "list membership"}:
        return ExportFormat.PHPLIST
    return ExportFormat.OTHER


def _find(names: Sequence[str], wanted: Sequence[str]) -> int | None:
    """Return the column with the first of the wanted names, or None if two columns have it."""
    for name in wanted:
        if name in names:
            return names.index(name) if names.count(name) == 1 else None
    return None
