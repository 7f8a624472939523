"""A file of a former list is read: its encoding, its records, and the program that wrote it."""

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from supporters.imports.csv_records import LONGEST_LINE, CsvRecord, CsvRecords, Position
from supporters.imports.encodings import TextError, UndecodableText, find_encoding
from supporters.imports.file_formats import (
    Columns,
    FileLayout,
    HeaderError,
    detect_layout,
    list_duplicate_names,
    unsubscribed_test,
)
from supporters.imports.models import ExportFormat, RejectionReason

MAILCHIMP = (
    '"Email Address","First Name","Last Name",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,'
    "CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES"
)
MAILCHIMP_LEFT = "Email Address,First Name,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,LEID,EUID,NOTES"
LISTMONK = "uuid,email,name,attributes,status,created_at,updated_at"
PHPLIST = (
    "id\tEmail\tIs this user confirmed\tIs this user blacklisted\tEntered\tLast Modified\t"
    "Send this user HTML emails\tPrénom\tList Membership"
)
TEXT = "email;prénom\r\nanne@example.org;Zoé\r\n"


def layout_of(*lines: str) -> FileLayout:
    """Return the layout of a file with these first lines."""
    layout = detect_layout(lines)
    assert isinstance(layout, FileLayout)
    return layout


def records_of(tmp_path: Path, text: str, delimiter: str = ",") -> list[CsvRecord]:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8", newline="")
    with CsvRecords(path.open("rb"), delimiter, Position()) as records:
        return records.take(1000)


@pytest.mark.parametrize(
    ("header", "format_", "delimiter", "columns"),
    [
        (MAILCHIMP, ExportFormat.MAILCHIMP, ",", Columns(address=0, given_name=1)),
        (LISTMONK, ExportFormat.LISTMONK, ",", Columns(address=1, given_name=2)),
        (PHPLIST, ExportFormat.PHPLIST, "\t", Columns(address=1, given_name=7)),
        ("Adresse e-mail;Nom;Langue", ExportFormat.OTHER, ";", Columns(address=0, language=2)),
        ("E-MAIL,Prénom", ExportFormat.OTHER, ",", Columns(address=0, given_name=1)),
        ("Nom;Ville", ExportFormat.OTHER, ";", Columns()),
    ],
)
def test_a_header_shows_the_program_and_the_columns(
    header: str, format_: ExportFormat, delimiter: str, columns: Columns
) -> None:
    layout = layout_of(header, "x")
    assert (layout.format, layout.delimiter, layout.columns) == (format_, delimiter, columns)


@pytest.mark.parametrize(
    "lines",
    [
        ["anne@example.org", "boris@example.org"],
        ["Anne Person <anne@example.org>", "boris@example.org"],
        ['"anne@example.org"'],
    ],
)
def test_addresses_without_a_header_are_from_mailman(lines: Sequence[str]) -> None:
    layout = layout_of(*lines)
    assert (layout.format, [*layout.header]) == (ExportFormat.MAILMAN, [])
    assert layout.columns == Columns(address=0)


@pytest.mark.parametrize("line", ["anne@example.org,Anne,fr", "Anne;anne@example.org", ",,"])
def test_a_first_line_with_an_address_or_no_names_is_no_header(line: str) -> None:
    assert detect_layout([line, "boris@example.org,Boris,fr"]) is HeaderError.NO_HEADER


def test_two_columns_with_one_name_are_not_guessed() -> None:
    layout = layout_of("email,name,email", "x")
    assert layout.columns == Columns(given_name=1)
    assert list_duplicate_names(layout.header) == ["email"]


def test_a_file_with_too_many_columns_is_rejected() -> None:
    assert detect_layout([",".join(["x"] * 201)]) is HeaderError.TOO_MANY_COLUMNS


@pytest.mark.parametrize(
    ("header", "cells", "had_left"),
    [
        (MAILCHIMP_LEFT, ["a@x.fr", "A", "2020-01-01 10:00:00", "", "1", "2", ""], True),
        (MAILCHIMP_LEFT, ["a@x.fr", "A", "", "", "1", "2", ""], False),
        (LISTMONK, ["u", "a@x.fr", "A", "{}", "blocklisted", "", ""], True),
        (LISTMONK, ["u", "a@x.fr", "A", "{}", "enabled", "", ""], False),
        (PHPLIST, ["1", "a@x.fr", "1", "1", "", "", "1", "A", "news"], True),
        (PHPLIST, ["1", "a@x.fr", "0", "0", "", "", "1", "A", "news"], True),
        (PHPLIST, ["1", "a@x.fr", "1", "0", "", "", "1", "A", "news"], False),
        ("email,status", ["a@x.fr", "blocklisted"], False),
    ],
)
def test_the_export_shows_people_who_had_unsubscribed(
    header: str, cells: list[str], had_left: bool
) -> None:
    layout = layout_of(header, "x")
    assert unsubscribed_test(layout.format, layout.header)(cells) is had_left


@pytest.mark.parametrize(
    ("written_in", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("cp1252", "cp1252"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("ascii", "utf-8"),
    ],
)
def test_the_encoding_is_found(written_in: str, found: str) -> None:
    text = TEXT if written_in != "ascii" else "email\nanne@example.org\n"
    assert find_encoding(io.BytesIO(text.encode(written_in))) == found


def test_the_first_accent_may_come_late_in_the_file() -> None:
    text = "email\n" + "anne@example.org\n" * 100_000 + "Zoé\n"
    assert find_encoding(io.BytesIO(text.encode())) == "utf-8"
    assert find_encoding(io.BytesIO(text.encode("cp1252"))) == "cp1252"


@pytest.mark.parametrize("content", [b"", b"\r\n \r\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_rejected(content: bytes) -> None:
    assert find_encoding(io.BytesIO(content)) is TextError.EMPTY


@pytest.mark.parametrize("content", [b"PK\x03\x04xlsx", b"\xd0\xcf\x11\xe0xls", b"\x1f\x8bgz"])
def test_a_workbook_or_an_archive_is_rejected_as_a_workbook(content: bytes) -> None:
    assert find_encoding(io.BytesIO(content)) is TextError.WORKBOOK


@pytest.mark.parametrize("content", [b"%PDF-1.7 x", b"\x89PNG\r\n", bytes(range(32)) * 9])
def test_a_binary_file_is_rejected(content: bytes) -> None:
    assert find_encoding(io.BytesIO(content)) is TextError.BINARY


@pytest.mark.parametrize(
    ("content", "line"),
    [("é\na\n".encode() + b"\xff\n", 3), (b"caf\xe9\n\x81\n", 2), ("é\n".encode() + b"\xc3", 2)],
)
def test_invalid_bytes_are_reported_with_their_line(content: bytes, line: int) -> None:
    with pytest.raises(UndecodableText) as caught:
        find_encoding(io.BytesIO(content))
    assert caught.value.line == line


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_cells_are_split_at_the_delimiter(tmp_path: Path, delimiter: str) -> None:
    line = delimiter.join(["a", "", "c d"])
    assert [*records_of(tmp_path, line, delimiter)[0].cells] == ["a", "", "c d"]


def test_a_quoted_cell_may_hold_the_delimiter_a_quote_and_line_breaks(tmp_path: Path) -> None:
    records = records_of(tmp_path, '"a, b","say ""hi""","two\nlines"\nnext,,\n')
    assert [(each.line, [*each.cells]) for each in records] == [
        (1, ["a, b", 'say "hi"', "two\nlines"]),
        (3, ["next", "", ""]),
    ]


def test_an_unclosed_quote_makes_only_its_own_line_unreadable(tmp_path: Path) -> None:
    text = 'a\n"b\n' + "".join(f"c{number}\n" for number in range(100))
    records = records_of(tmp_path, text)
    assert records[1] == CsvRecord(2, (), RejectionReason.UNREADABLE)
    assert [each.cells[0] for each in records[2:]] == [f"c{number}" for number in range(100)]


def test_a_quote_in_the_middle_is_an_ordinary_character(tmp_path: Path) -> None:
    assert [*records_of(tmp_path, 'Jo "the" x,b\n')[0].cells] == ['Jo "the" x', "b"]


def test_a_gigantic_cell_makes_only_its_own_line_unreadable(tmp_path: Path) -> None:
    records = records_of(tmp_path, f"a\n{'x' * 3 * LONGEST_LINE}\nb\n")
    assert [(each.line, each.flaw) for each in records] == [
        (1, None),
        (2, RejectionReason.TOO_LONG),
        (3, None),
    ]


def test_empty_lines_are_skipped_and_counted(tmp_path: Path) -> None:
    assert [each.line for each in records_of(tmp_path, "\na\n,,\n  \nb")] == [2, 5]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text('ab,"\nz', max_size=12), max_size=8), st.integers(min_value=1, max_value=5))
def test_reading_in_pieces_gives_the_same_records(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], at_once: int
) -> None:
    path = tmp_path_factory.mktemp("records") / "list.csv"
    path.write_text("\n".join(lines), encoding="utf-8", newline="")
    with CsvRecords(path.open("rb"), ",", Position()) as whole:
        expected = whole.take(1000)
    pieces, position = [], Position()
    while True:
        with CsvRecords(path.open("rb"), ",", position) as records:
            taken = records.take(at_once)
            position = records.position
        if not taken:
            break
        pieces += taken
    assert pieces == expected
