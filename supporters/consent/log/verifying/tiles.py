"""Computes the rows of the tree above the leaves anew, and compares them with those stored."""

from sqlalchemy import and_, not_, or_, select

from supporters.consent.log.models import LogTile
from supporters.consent.log.tree import WIDTH, WIDTH_BITS, fold
from supporters.consent.log.verifying.findings import Report
from supporters.consent.log.verifying.reading import TileReader
from supporters.database import db


class UpperLevels:
    """The levels of the tree above the leaves, as they grow out of the lowest one."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._readers: list[TileReader] = []
        self._open: list[list[bytes]] = []
        self._numbers: list[int] = []

    def root_of(self, number: int) -> bytes | None:
        """Return what the stored level above has as the root of a tile of leaves."""
        return self._stored_root(0, number)

    def add(self, root: bytes) -> None:
        """Put the root of the next full tile of leaves into the level above it."""
        self._add(0, root)

    def finish(self) -> None:
        """Compare the last tile of each level, which isn't full."""
        for place, hashes in enumerate(self._open):
            if hashes:
                self._compare(place, hashes)

    def _add(self, place: int, root: bytes) -> None:
        self._make(place)
        hashes = self._open[place]
        hashes.append(root)
        if len(hashes) == WIDTH:
            signed = self._compare(place, hashes)
            self._open[place] = []
            self._numbers[place] += 1
            self._add(place + 1, fold(signed))

    def _make(self, place: int) -> None:
        while len(self._open) <= place:
            self._readers.append(TileReader(len(self._readers) + 1))
            self._open.append([])
            self._numbers.append(0)

    def _stored_root(self, place: int, number: int) -> bytes | None:
        self._make(place)
        above, index = divmod(number, WIDTH)
        stored = self._readers[place].read(above) or []
        return stored[index] if index < len(stored) else None

    def _compare(self, place: int, computed: list[bytes]) -> list[bytes]:
        """Report a tile that isn't what was computed; return the hashes that were signed."""
        number = self._numbers[place]
        stored = self._readers[place].read(number)
        if stored == computed:
            return computed
        what = "it is missing" if stored is None else "it isn't what the tiles below come to"
        self._report.fault("log_tile", f"{place + 1}/{number}", what)
        is_stored_signed = (
            stored is not None
            and len(stored) == len(computed) == WIDTH
            and fold(stored) == self._stored_root(place + 1, number)
        )
        return stored if stored is not None and is_stored_signed else computed


def find_extra_tiles(report: Report, size: int) -> None:
    """Report tiles that the tree of this size has no place for."""
    fitting, level = [], 0
    while count := size >> WIDTH_BITS * level:
        tiles = -(-count // WIDTH)
        fitting.append(and_(LogTile.level == level, LogTile.number.between(0, tiles - 1)))
        level += 1
    extra = select(LogTile.level, LogTile.number)
    if fitting:
        extra = extra.where(not_(or_(*fitting)))
    for found_level, number in db.session.execute(extra.limit(100)):
        what = "the signed tree has no place for it"
        report.fault("log_tile", f"{found_level}/{number}", what)
