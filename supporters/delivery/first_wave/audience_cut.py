"""Cuts an audience into batches: those of the first wave, then those of everybody else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, case, func, literal, select

from supporters.delivery.rules import batch_size

MIXED_BATCHES = 4  # whose people are neighbours by their ids, in random order


@dataclass(frozen=True)
class AudienceCut:
    """How an audience is cut: exactly `wave` people are in the first batches.

    The sizes of the others suit `expected` people, or somewhat fewer.
    """

    expected: int
    wave: int = 0

    @property
    def wave_batches(self) -> int:
        """How many batches the wave has."""
        return -(-self.wave // self.size_in_wave)

    @property
    def size_in_wave(self) -> int:
        """The size of a batch of the wave, so that every connection can help."""
        return batch_size(self.wave)

    @property
    def size(self) -> int:
        """The size of any other batch."""
        return batch_size(max(self.expected - self.wave, 0))

    def list_sizes(self, audience: int) -> Sequence[int]:
        """Return the sizes of all batches in order; the last one of each part has the rest."""
        first = [*_cut(min(self.wave, audience), self.size_in_wave)]
        return [*first, *_cut(max(audience - self.wave, 0), self.size)]


def _cut(people: int, size: int) -> Iterator[int]:
    for start in range(0, people, size):
        yield min(size, people - start)


def put_into_batches(audience: Select[Any], cut: AudienceCut) -> Select[Any]:
    """Return the rows of an audience with their batches.

    The people of a wave are random ones of all. The others are mixed with neighbours: in the order
    of their ids, those who joined first would be written to first, and a few opponents among them
    could have any campaign paused at its start. Only neighbours are mixed, because rows in an order
    of their own would be slow to insert; the batches are sent in random order.
    """
    names = [column.name for column in audience.selected_columns]
    rest = _divide(audience, cut)
    person = rest.selected_columns.subscriber_id
    is_rest = rest.selected_columns.is_rest
    place = func.row_number().over(partition_by=is_rest, order_by=person)
    placed = rest.add_columns(place.label("place")).subquery()
    size = case((placed.c.is_rest == 1, cut.size), else_=cut.size_in_wave)
    before = case((placed.c.is_rest == 1, cut.wave_batches), else_=0)
    group = (placed.c.place - 1) // (size * MIXED_BATCHES)
    mixed = func.row_number().over(partition_by=[placed.c.is_rest, group], order_by=func.random())
    batch = before + group * MIXED_BATCHES + (mixed - 1) // size + 1
    columns: list[ColumnElement[Any]] = [placed.c[name] for name in names]
    return select(*columns, batch.label("batch")).order_by("batch", placed.c.subscriber_id)


def _divide(audience: Select[Any], cut: AudienceCut) -> Select[Any]:
    """Return the rows of an audience, each with 0 in the wave and 1 in the rest."""
    if not cut.wave:
        everybody = audience.subquery()
        return select(*everybody.c, literal(1, Integer).label("is_rest"))
    draw = func.row_number().over(order_by=func.random()).label("draw")
    drawn = audience.add_columns(draw).subquery()
    columns: list[ColumnElement[Any]] = [each for each in drawn.c if each.name != "draw"]
    return select(*columns, case((drawn.c.draw > cut.wave, 1), else_=0).label("is_rest"))
