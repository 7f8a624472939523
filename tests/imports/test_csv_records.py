"""A file is split into records with line numbers, and can be read from any record on."""

from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from supporters.imports.csv_records import LONGEST_LINE, CsvRecord, CsvRecords, Position
from supporters.imports.models import RejectionReason


def records_of(tmp_path: Path, text: str, delimiter: str = ",") -> list[CsvRecord]:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8", newline="")
    with CsvRecords(path.open("rb"), delimiter, Position()) as records:
        return records.take(1000)


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
