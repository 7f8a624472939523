"""A row gives a person to invite or a reason; its other cells are ignored."""

import pytest

from supporters.imports.csv_records import Record
from supporters.imports.file_formats import Columns
from supporters.imports.models import Reason
from supporters.imports.row_reader import (
    Candidate,
    RowReader,
    is_role,
    read_given_name,
    read_language,
)
from supporters.people.models import MAX_GIVEN_NAME
from supporters.spreadsheets import neutralise

READER = RowReader(
    width=3,
    columns=Columns(address=0, given_name=1, language=2),
    language="fr",
    had_left=lambda cells: "left" in cells,
)


def read(*cells: str) -> Candidate | Reason:
    """Return the result of reading a row."""
    return READER.read(Record(7, cells))


def test_a_row_gives_an_address_a_first_name_and_a_language() -> None:
    taken = read(" Anne@Example.org ", "Zoé", "en")
    assert isinstance(taken, Candidate)
    assert (taken.line, taken.address.text, taken.given_name, taken.language) == (
        7,
        "Anne@example.org",
        "Zoé",
        "en",
    )


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (["", "Anne"], Reason.NO_ADDRESS),
        ([], Reason.NO_ADDRESS),
        (["anne at example"], Reason.MALFORMED),
        (["an\0ne@example.org"], Reason.MALFORMED),
        (["a@x.fr, b@x.fr"], Reason.MALFORMED),
        (["noreply@example.org"], Reason.ROLE),
        (["anne@example.org", "left", "fr"], Reason.HAD_LEFT),
        (["anne@example.org", "", "", "more"], Reason.TOO_MANY_COLUMNS),
    ],
)
def test_a_row_is_rejected_for_one_reason(cells: list[str], reason: Reason) -> None:
    assert read(*cells) is reason


def test_extra_empty_cells_are_no_fault() -> None:
    assert isinstance(read("anne@example.org", "", "", "", " "), Candidate)


@pytest.mark.parametrize("name", ["=Anne", "-Anne", "'=x", "+33"])
def test_cells_marked_by_our_own_export_are_restored(name: str) -> None:
    taken = read(neutralise("anne@example.org"), neutralise(name), "fr")
    assert isinstance(taken, Candidate)
    assert taken.given_name == name


@pytest.mark.parametrize(
    "key",
    ["postmaster@x.fr", "abuse@x.fr", "info+a@x.fr", "no-reply@x.fr", "news-request@x.fr"],
)
def test_addresses_of_offices_are_detected(key: str) -> None:
    assert is_role(key)


@pytest.mark.parametrize("key", ["anne.info@x.fr", "inform@x.fr", "supporter@x.fr"])
def test_addresses_of_people_are_no_offices(key: str) -> None:
    assert not is_role(key)


@pytest.mark.parametrize(
    "cell", ["", "  ", "a@b.fr", "www.x.fr", "http://x.fr", "A\0", "x" * (MAX_GIVEN_NAME + 1)]
)
def test_other_texts_are_no_first_name(cell: str) -> None:
    assert read_given_name(cell) is None


@pytest.mark.parametrize(
    ("cell", "language"),
    [
        ("EN", "en"),
        ("en_GB", "en"),
        ("Français", "fr"),
        ("anglais", "en"),
        ("de", "fr"),
        ("", "fr"),
    ],
)
def test_a_language_is_read_from_codes_and_names(cell: str, language: str) -> None:
    assert read_language(cell, "fr") == language


def test_a_name_before_the_address_is_read_as_a_first_name() -> None:
    taken = READER.read(Record(1, ["Anne Person <anne@example.org>"]))
    assert isinstance(taken, Candidate)
    assert (taken.address.text, taken.given_name) == ("anne@example.org", "Anne Person")
