"""The report of a verification, and the readers of rows that the checks share."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from operator import itemgetter
from typing import Any, TypeVarTuple

from sqlalchemy import Row, Select, select

from supporters.database import db
from supporters.transparency_log.merkle_tree import split_hashes
from supporters.transparency_log.models import LogTile

MOST_FINDINGS = 1000
BATCH_SIZE = 1000
TILE_BATCH_SIZE = 64
Columns = TypeVarTuple("Columns")


@dataclass(frozen=True, kw_only=True)
class VerificationFinding:
    """A finding about one row: its table, its key, its position in the tree if any, and a text."""

    table: str
    row: str
    what: str
    position: int | None = None

    def __str__(self) -> str:
        """Return the finding as one line."""
        place = "" if self.position is None else f", position {self.position}"
        return f"{self.table} {self.row}{place}: {self.what}"

    def as_figures(self) -> dict[str, str | int | None]:
        """Return the finding for JSON."""
        return asdict(self)


@dataclass
class VerificationReport:
    """The findings of a verification. It counts all faults, and keeps the first 1000."""

    entries: int = 0
    unsealed: int = 0
    checkpoints: int = 0
    records: int = 0
    people: int = 0
    held: int = 0
    outside: int = 0
    older: int = 0
    withdrawals: int = 0
    deliveries: int = 0
    suppressions: int = 0
    unsealed_suppressions: int = 0
    older_launches: int = 0
    fault_count: int = 0
    faults: list[VerificationFinding] = field(default_factory=list)
    notes: list[VerificationFinding] = field(default_factory=list)

    def fault(self, table: str, row: object, what: str, *, position: int | None = None) -> None:
        """Add a fault."""
        self.fault_count += 1
        if len(self.faults) < MOST_FINDINGS:
            self.faults.append(
                VerificationFinding(table=table, row=str(row), what=what, position=position)
            )

    def note(self, table: str, row: object, what: str) -> None:
        """Add a note: it is no fault, but worth knowing."""
        if len(self.notes) < MOST_FINDINGS:
            self.notes.append(VerificationFinding(table=table, row=str(row), what=what))


def stream(rows: Select[*Columns]) -> Iterator[Row[*Columns]]:
    """Yield the rows of a query as the database returns them: columns, and no objects of ours."""
    options = {"yield_per": BATCH_SIZE}
    with db.session.connection().execute(rows, execution_options=options) as found:
        for part in found.partitions():
            yield from part


def stream_named(rows: Select[*tuple[Any, ...]]) -> Iterator[Any]:
    """Yield the same as tuples whose values are read by name in a quarter of the time of rows."""
    names = rows.selected_columns.keys()
    places = {name: property(itemgetter(place)) for place, name in enumerate(names)}
    return map(type("NamedRow", (tuple,), places), stream(rows))


class TileReader:
    """Reads the tiles of one level in order, 64 at a time."""

    def __init__(self, level: int) -> None:
        self._level = level
        self._window = -1
        self._cached: dict[int, bytes] = {}

    def read(self, number: int) -> list[bytes] | None:
        """Return the hashes of a tile; None if it is missing."""
        window = number // TILE_BATCH_SIZE
        if window != self._window:
            first = window * TILE_BATCH_SIZE
            found = db.session.execute(
                select(LogTile.number, LogTile.hashes).where(
                    LogTile.level == self._level,
                    LogTile.number.between(first, first + TILE_BATCH_SIZE - 1),
                )
            )
            self._window = window
            self._cached = {row.number: row.hashes for row in found}
        hashes = self._cached.get(number)
        return None if hashes is None else split_hashes(hashes)
