"""The table of docs/operations-drill.md."""

import sys
from dataclasses import dataclass

from benchmarks.drill.tally import Tally
from benchmarks.drill.visitors import Asked
from tests.faults.report import align_cells, put_between
from tests.servers.processes import ROOT

PAGE = ROOT / "docs" / "operations-drill.md"
BEGIN, END = "<!-- table: written by make drill -->", "<!-- end of the table -->"
HEADS = (
    *("Step", "Reached", "Lost", "Twice", "Unknown", "Late"),
    *("Asked", "Refused", "Wait", "Seconds"),
)


@dataclass(frozen=True)
class Row:
    """A step and its figures."""

    name: str
    found: Tally
    asked: Asked
    seconds: float

    def cells(self) -> list[str]:
        """Return the texts of the columns."""
        found = self.found
        counts = (found.reached, found.lost, found.twice, found.unknown, found.after_leaving)
        visits = (self.asked.all, self.asked.refusals)
        times = (f"{self.asked.silence:.1f}", f"{self.seconds:.0f}")
        return [self.name, *map(str, (*counts, *visits)), *times]


def write_page(rows: list[Row], *, is_kept: bool) -> None:
    """Print the table; keep it in the page of a whole run."""
    table = align_cells(HEADS, [each.cells() for each in rows], texts=1)
    sys.stdout.write(table + "\n")
    if is_kept:
        put_between(PAGE, BEGIN, END, table)
