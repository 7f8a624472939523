"""Cells that a spreadsheet would run are marked, and the mark can be removed."""

import pytest
from hypothesis import given, strategies as st

from supporters.text.spreadsheets import neutralise, restore


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "\0"])
def test_a_cell_that_would_be_run_is_marked(first: str) -> None:
    assert neutralise(f"{first}1+1") == f"'{first}1+1"


@pytest.mark.parametrize("first", ["\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_full_width_signs_are_marked_since_east_asian_spreadsheets_run_them(first: str) -> None:
    assert neutralise(f"{first}1") == f"'{first}1"
    assert neutralise(f"a;{first}1") == f"a;'{first}1"


@pytest.mark.parametrize("hidden", ["\u200b", "\ufeff", "\u2060\u200b"])
def test_a_sign_behind_characters_without_width_is_marked(hidden: str) -> None:
    assert neutralise(f"{hidden}=1") == f"'{hidden}=1"


def test_text_after_a_semicolon_is_marked_too_since_french_spreadsheets_end_a_cell_there() -> None:
    assert neutralise("d’Arc;=1+1;-2;Jeanne") == "d’Arc;'=1+1;'-2;Jeanne"


@pytest.mark.parametrize(
    "cell", ["a; =1", "a;b", "", "Anne", "a@example.org", "'t Hooft", "1=1", " =1"]
)
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert (neutralise(cell), restore(cell)) == (cell, cell)


@given(st.text("';=+-@\t\r\n\0\uff1d\uff0baé \u200b", max_size=6))
def test_every_cell_comes_back_as_it_was(cell: str) -> None:
    assert restore(neutralise(cell)) == cell


@given(st.text("';=+-@\t\r\0a", max_size=6))
def test_no_marked_cell_begins_with_what_would_be_run(cell: str) -> None:
    for part in neutralise(cell).split(";"):
        assert not part.startswith(("=", "+", "-", "@", "\t", "\r", "\0"))
