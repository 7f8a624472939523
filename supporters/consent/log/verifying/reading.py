"""Reads rows by the thousand, so that a log of any size is verified in the same memory."""

from collections.abc import Iterator
from typing import TypeVarTuple

from sqlalchemy import Row, Select, select

from supporters.consent.log.models import LogTile
from supporters.consent.log.tree import cut
from supporters.database import db

AT_ONCE = 5000
TILES_AT_ONCE = 64

Columns = TypeVarTuple("Columns")


def stream(rows: Select[*Columns]) -> Iterator[Row[*Columns]]:
    """Yield the rows of a query as they come."""
    with db.session.execute(rows, execution_options={"yield_per": AT_ONCE}) as found:
        yield from found


class TileReader:
    """Reads the tiles of one level in their order, some at a time."""

    def __init__(self, level: int) -> None:
        self._level = level
        self._window = -1
        self._kept: dict[int, bytes] = {}

    def read(self, number: int) -> list[bytes] | None:
        """Return the hashes of a tile; None if it is missing."""
        window = number // TILES_AT_ONCE
        if window != self._window:
            first = window * TILES_AT_ONCE
            found = db.session.execute(
                select(LogTile.number, LogTile.hashes).where(
                    LogTile.level == self._level,
                    LogTile.number.between(first, first + TILES_AT_ONCE - 1),
                )
            )
            self._window = window
            self._kept = {row.number: row.hashes for row in found}
        hashes = self._kept.get(number)
        return None if hashes is None else cut(hashes)
