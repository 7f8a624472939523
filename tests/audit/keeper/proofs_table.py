"""The table of docs/proofs.txt: a row for each attack, a column for each tool that may find it."""

from collections.abc import Sequence
from pathlib import Path

from tests.faults.report import align_cells, put_between

PROPERTY = "attack"
BEGIN, END = "<!-- table: written by make proofs -->", "<!-- end of the table -->"
NOBODY = "nobody"


def write_table(rows: Sequence[Sequence[str]]) -> str:
    """Return the rows as a table."""
    return align_cells(("#", "Attack", "Needs", "Found by"), rows, texts=4)


def put_into_page(page: Path, found: Sequence[tuple[int, Sequence[str]]]) -> None:
    """Replace the table by the rows that were found, by the places of their attacks.

    An attack on which the databases don't agree has a row for each.
    """
    rows = sorted({(place, tuple(row)) for place, row in found})
    put_between(page, BEGIN, END, write_table([row for _, row in rows]))
