"""Reads rows of several kinds by one statement: one wait, and one moment for all of them.

The kinds are parts of a UNION ALL. A row has the number of its part, and a column for each place.
The edition of the site comes along: what all visitors share is cached under it.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Enum,
    Integer,
    LargeBinary,
    Select,
    Text,
    cast,
    literal_column,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.types import TypeEngine

from supporters.database import UtcDateTime
from supporters.fast_path.prepared_statements import Row, Statement
from supporters.fast_path.site_edition import SiteEdition, use_edition

Convert = Callable[[Any], Any]
PLACES: Sequence[type[TypeEngine[Any]]] = (BigInteger, Text, LargeBinary, UtcDateTime)


class UnionRead:
    """Selects whose rows are read together. `statement` reads them, and `sort` tells them apart."""

    def __init__(self, *selects: Any) -> None:
        selects = (select(SiteEdition.value), *selects)
        columns = [[*each.selected_columns] for each in selects]
        places = [[_place_of(each.type) for each in part] for part in columns]
        counts = {kind: max(part.count(kind) for part in places) for kind in PLACES}
        self._takes = [_number(part, counts) for part in places]
        self._converts = [[_converter(each.type) for each in part] for part in columns]
        self.statement = Statement(
            union_all(*(self._widen(number, each, counts) for number, each in enumerate(selects)))
        )

    def sort(self, rows: Sequence[Row]) -> list[list[Row]]:
        """Return the rows of each select. Raises EditionChanged, as `use_edition`."""
        sorted_rows: list[list[Row]] = [[] for _ in self._takes]
        for row in rows:
            part = row[0]
            sorted_rows[part].append(
                tuple(
                    [
                        None if row[place] is None else convert(row[place])
                        for place, convert in zip(
                            self._takes[part], self._converts[part], strict=True
                        )
                    ]
                )
            )
        [[edition]], *found = sorted_rows
        use_edition(edition)
        return found

    def _widen(self, number: int, read: Select[Any], counts: dict[Any, int]) -> Select[Any]:
        """Return a select with a column for each place: NULL for those that it doesn't need."""
        columns = dict(zip(self._takes[number], read.subquery().c, strict=True))
        kinds = [kind for kind in PLACES for _ in range(counts[kind])]
        values = [
            (
                type_coerce(columns[place], kind()) if place in columns else cast(null(), kind())
            ).label(f"place_{place}")
            for place, kind in enumerate(kinds, 1)
        ]
        part = literal_column(str(number), BigInteger()).label("part")
        return Select(part, *values)


def _place_of(kind: TypeEngine[Any]) -> type[TypeEngine[Any]]:
    if isinstance(kind, Integer | Boolean):
        return BigInteger
    if isinstance(kind, LargeBinary):
        return LargeBinary
    return UtcDateTime if isinstance(kind, UtcDateTime) else Text


def _number(part: Sequence[Any], counts: dict[Any, int]) -> list[int]:
    """Return the place of each column of a part, beside others of its kind."""
    first, begin = {}, 1
    for kind in PLACES:
        first[kind] = begin
        begin += counts[kind]
    return [first[kind] + part[:index].count(kind) for index, kind in enumerate(part)]


def _converter(kind: TypeEngine[Any]) -> Convert:
    if isinstance(kind, Boolean):
        return bool
    if isinstance(kind, Enum) and kind.enum_class is not None:
        members: Any = kind.enum_class
        return members  # type: ignore[no-any-return]
    return lambda value: value
