"""One row for each tested fault, and the table of docs/faults.txt."""

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.faults.findings import Findings, examine
from tests.faults.installation import Installation
from tests.faults.receiver.mail_server import Receiving

PROPERTY = "fault"
HEADS = ("Fault", "Database", "People", "Cuts", "D", "L", "X", "U", "M", "Seconds")
BEGIN, END = "<!-- table: written by make faults -->", "<!-- end of the table -->"


@dataclass(frozen=True)
class Row:
    """A row of the table."""

    fault: str
    database: str
    people: int
    cuts: int
    findings: Findings
    seconds: float

    def cells(self) -> list[str]:
        """Return the texts of the columns."""
        figures = asdict(self.findings).values()
        counts = [str(each) for each in (self.people, self.cuts, *figures)]
        return [self.fault, self.database, *counts, f"{self.seconds:.1f}"]


class Report:
    """Prints the row of a test at once, and stores it with the result of the test."""

    def __init__(self, keep: Callable[[str, object], None]) -> None:
        self._keep = keep
        self._started = time.monotonic()

    def judge(
        self,
        fault: str,
        site: Installation,
        receiving: Receiving,
        *campaigns: int,
        cuts: int = 0,
        left: Mapping[str, float] | None = None,
    ) -> Findings:
        """Examine campaigns after a fault and report the findings; `cuts`: kills and cuts."""
        findings = examine(site, receiving, *campaigns, left=left)
        people = sum(map(site.ledger.count_people, campaigns))
        self.add_row(fault, site, people, cuts, findings)
        return findings

    def add_row(
        self, fault: str, site: Installation, people: int, cuts: int, findings: Findings
    ) -> None:
        """Report findings that a test made itself."""
        database = "SQLite" if site.ledger.is_sqlite else "PostgreSQL"
        now = time.monotonic()
        row = Row(fault, database, people, cuts, findings, now - self._started)
        self._started = now  # a test may report another fault
        sys.stdout.write(" | ".join(row.cells()) + "\n")
        self._keep(PROPERTY, json.dumps(row.cells()))


def write_table(rows: Sequence[Sequence[str]]) -> str:
    """Return the rows as a table in Markdown, sorted by their faults and databases."""
    return align_cells(HEADS, sorted(rows, key=lambda row: (row[0], row[1])), texts=2)


def align_cells(heads: Sequence[str], rows: Sequence[Sequence[str]], *, texts: int) -> str:
    """Return a table in Markdown. The first `texts` columns have words, the others numbers."""
    widths = [max(3, *(len(row[column]) for row in (heads, *rows))) for column in range(len(heads))]
    numbers = range(texts, len(heads))
    rule = [
        "-" * (width - 1) + ":" if column in numbers else "-" * width
        for column, width in enumerate(widths)
    ]
    lines = [
        [
            cell.rjust(width) if column in numbers else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        for row in (heads, *rows)
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in (lines[0], rule, *lines[1:]))


def put_into_page(page: Path, rows: Sequence[Sequence[str]], *, is_part: bool) -> None:
    """Replace the table in a page; with a part of the tests, the rows of these faults only."""
    present = page.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    kept = {tuple(row[:2]): row for row in (_read_rows(present) if is_part else [])}
    table = write_table([*(kept | {tuple(row[:2]): row for row in rows}).values()])
    put_between(page, BEGIN, END, table)


def put_between(page: Path, begin: str, end: str, table: str) -> None:
    """Replace what stands between two marks of a page."""
    before, _, rest = page.read_text(encoding="utf-8").partition(begin)
    after = rest.partition(end)[2]
    page.write_text(f"{before}{begin}\n{table}\n{end}{after}", encoding="utf-8")


def _read_rows(table: str) -> list[list[str]]:
    """Return the rows of a table in Markdown, without its heads."""
    lines = [line for line in table.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
