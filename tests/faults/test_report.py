"""The table of docs/faults.txt keeps the rows of faults that were not tried again."""

from pathlib import Path

import pytest

from tests.faults.report import BEGIN, END, put_into_page, write_table

OLD = ["9 server dies", "SQLite", "5000", "20", "0", "0", "40", "0", "0", "70.7"]
AGAIN = ["22 signups", "SQLite", "400", "6", "1", "0", "2", "0", "0", "9.0"]
NEW = ["22 signups", "SQLite", "20000", "60", "0", "0", "3", "0", "0", "812.5"]


@pytest.mark.parametrize(("is_part", "rows"), [(True, [NEW, OLD]), (False, [NEW])])
def test_a_part_of_the_faults_replaces_its_own_rows_only(
    tmp_path: Path, is_part: bool, rows: list[list[str]]
) -> None:
    page = tmp_path / "faults.txt"
    page.write_text(f"Before\n{BEGIN}\n{write_table([OLD, AGAIN])}\n{END}\nAfter\n")
    put_into_page(page, [NEW], is_part=is_part)
    assert page.read_text() == f"Before\n{BEGIN}\n{write_table(rows)}\n{END}\nAfter\n"
