"""A row gives a person to invite or a reason; its other cells are ignored."""

import pytest

from supporters.imports.csv_records import CsvRecord
from supporters.imports.file_formats import Columns
from supporters.imports.models import RejectionReason
from supporters.imports.row_reader import (
    ImportRow,
    RowReader,
    is_role,
    read_given_name,
    read_language,
)
from supporters.people.profile import MAX_GIVEN_NAME
from supporters.text.spreadsheets import neutralise

READER = RowReader(
    width=3,
    columns=Columns(address=0, given_name=1, language=2),
    language="fr",
    had_left=lambda cells: "left" in cells,
)


def read(*cells: str) -> ImportRow | RejectionReason:
    """Return the result of reading a row."""
    return READER.read(CsvRecord(7, cells))


def test_a_row_gives_an_address_a_first_name_and_a_language() -> None:
    taken = read(" Anne@Example.org ", "Zoé", "en")
    assert isinstance(taken, ImportRow)
    assert (taken.line, taken.address.text, taken.given_name, taken.language) == (
        7,
        "Anne@example.org",
        "Zoé",
        "en",
    )


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (["", "Anne"], RejectionReason.NO_ADDRESS),
        ([], RejectionReason.NO_ADDRESS),
        (["anne at example"], RejectionReason.MALFORMED),
        (["an\0ne@example.org"], RejectionReason.MALFORMED),
        (["a@x.fr, b@x.fr"], RejectionReason.MALFORMED),
        (["noreply@example.org"], RejectionReason.ROLE),
        (["anne@example.org", "left", "fr"], RejectionReason.HAD_LEFT),
        (["anne@example.org", "", "", "more"], RejectionReason.TOO_MANY_COLUMNS),
    ],
)
def test_a_row_is_rejected_for_one_reason(cells: list[str], reason: RejectionReason) -> None:
    assert read(*cells) is reason


def test_extra_empty_cells_are_no_fault() -> None:
    assert isinstance(read("anne@example.org", "", "", "", " "), ImportRow)


@pytest.mark.parametrize("name", ["=Anne", "-Anne", "'=x", "+33"])
def test_cells_marked_by_our_own_export_are_restored(name: str) -> None:
    taken = read(neutralise("anne@example.org"), neutralise(name), "fr")
    assert isinstance(taken, ImportRow)
    assert taken.given_name == name


@pytest.mark.parametrize(
    "key", ["postmaster@x.fr", "abuse@x.fr", "info+a@x.fr", "no-reply@x.fr", "news-request@x.fr"]
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
        ("Deutsch", "de"),
        ("es_ES", "es"),
        ("italien", "it"),
        ("pt", "fr"),
        ("", "fr"),
    ],
)
def test_a_language_is_read_from_codes_and_names(cell: str, language: str) -> None:
    assert read_language(cell, "fr") == language


def test_a_language_that_the_party_does_not_offer_becomes_the_one_of_the_import() -> None:
    reader = READER._replace(offered=("fr", "en"))
    found = [reader.read(CsvRecord(7, ["ada@example.org", "", cell])) for cell in ("en", "de")]
    assert [row.language for row in found if isinstance(row, ImportRow)] == ["en", "fr"]


def test_a_name_before_the_address_is_read_as_a_first_name() -> None:
    taken = READER.read(CsvRecord(1, ["Anne Person <anne@example.org>"]))
    assert isinstance(taken, ImportRow)
    assert (taken.address.text, taken.given_name) == ("anne@example.org", "Anne Person")
