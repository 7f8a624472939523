"""Statements that are compiled once in a process, for trips to the database without a session.

They are written with SQLAlchemy's expressions, so one text serves both databases, and its types
convert the values. Compiling and rows cost SQLAlchemy most of an execution (ADR 061).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import Any, NamedTuple

from psycopg.adapt import PyFormat
from sqlalchemy import ClauseElement, Dialect, Insert, LargeBinary, String, bindparam
from sqlalchemy.dialects.postgresql.asyncpg import dialect as numbered_parameters
from sqlalchemy.dialects.sqlite import dialect as named_parameters
from sqlalchemy.types import TypeEngine

Row = tuple[Any, ...]
Convert = Callable[[Any], Any]
Names = Mapping[str, str]
OF_MANY_VALUES = "__[POSTCOMPILE_"
PLACE = re.compile(r"\$(\d+)")
# PostgreSQL has parameters with numbers, and SQLite has names. The driver is not asyncpg.
DIALECTS: Mapping[str, Callable[[], Dialect]] = {
    "postgresql": numbered_parameters,
    "sqlite": lambda: named_parameters(paramstyle="named"),
}
_numbers = count(1)


class Parameter(NamedTuple):
    """A parameter: its name, its value if the statement has one, its conversion and its format."""

    name: str
    default: Any
    convert: Convert | None
    format: PyFormat


@dataclass(frozen=True, eq=False)
class Compiled:
    """A statement for one of the databases. `name` identifies it to PostgreSQL."""

    name: bytes
    text: str
    parameters: Sequence[Parameter]
    converts: Sequence[Convert | None]

    def encode(self, values: Mapping[str, Any]) -> list[Any]:
        """Return the values of the parameters as the driver takes them. Raises KeyError."""
        encoded = []
        for name, default, convert, _ in self.parameters:
            value = values[name] if default is None else values.get(name, default)
            encoded.append(value if convert is None else convert(value))
        return encoded

    def encode_by_name(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the same by the names of the parameters. Raises KeyError."""
        return dict(zip((each.name for each in self.parameters), self.encode(values), strict=True))

    @cached_property
    def formats(self) -> list[PyFormat]:
        """The formats of the parameters."""
        return [each.format for each in self.parameters]

    def decode(self, row: Sequence[Any]) -> Row:
        """Return the values of a row, from those of the driver."""
        return tuple(
            [
                value if convert is None else convert(value)
                for convert, value in zip(self.converts, row, strict=True)
            ]
        )


@dataclass(eq=False)
class Statement:
    """A statement whose parameters are `bindparam`s; calling it gives it their values."""

    clause: ClauseElement
    _compiled: dict[str, Compiled] = field(default_factory=dict)

    def __call__(self, **values: Any) -> "Call":
        """Return the statement with its values."""
        return Call((self,), values)

    def compiled_for(self, database: str) -> Compiled:
        """Return the statement for a database, compiled at its first use."""
        if database not in self._compiled:
            self._compiled[database] = _compile(self.clause, database)
        return self._compiled[database]


class Call(NamedTuple):
    """Statements with the values of all their parameters.

    More than one are parts of one statement on PostgreSQL, and run one after the other on SQLite.
    """

    statements: tuple[Statement, ...]
    values: Mapping[str, Any]


class RowsInsert:
    """An INSERT of some columns, for trips to the database."""

    def __init__(self, order: Insert, columns: Sequence[str]) -> None:
        self._order = order
        self._columns = columns
        self._statements: dict[int, tuple[Statement, Sequence[Names]]] = {}

    def __call__(self, rows: Sequence[Mapping[str, Any]]) -> Call:
        """Return the call that inserts rows. Each has a value for every column."""
        if len(rows) not in self._statements:
            self._statements[len(rows)] = self._prepare(len(rows))
        statement, names_of_rows = self._statements[len(rows)]
        values = {
            name: row[column]
            for row, names in zip(rows, names_of_rows, strict=True)
            for column, name in names.items()
        }
        return Call((statement,), values)

    def _prepare(self, count: int) -> tuple[Statement, Sequence[Names]]:
        """Return the statement for so many rows, and the names of the values of each."""
        table = self._order.table
        names_of_rows = [
            {column: f"{table.name}_{column}_{number}" for column in self._columns}
            for number in range(count)
        ]
        rows = [
            {column: bindparam(name, type_=table.c[column].type) for column, name in names.items()}
            for names in names_of_rows
        ]
        return Statement(self._order.values(rows)), names_of_rows


def together(*calls: Call) -> Call:
    """Return calls that add or change different rows as one; the last one's rows are returned.

    On PostgreSQL the parts don't see what the others write. Raises ValueError if two parts have a
    parameter of the same name with different values.
    """
    values: dict[str, Any] = {}
    for call in calls:
        values.update(call.values)
    if len(values) < sum(len(call.values) for call in calls):
        _check_shared(calls, values)
    return Call(tuple(part for call in calls for part in call.statements), values)


def _check_shared(calls: Sequence[Call], values: Mapping[str, Any]) -> None:
    for call in calls:
        for name, value in call.values.items():
            if values[name] != value:
                raise ValueError(f"Two parts of a statement have different values of {name!r}.")


_chains: dict[tuple[Statement, ...], Compiled] = {}


def compile_chain(parts: tuple[Statement, ...]) -> Compiled:
    """Return several statements as one for PostgreSQL: all but the last are in its WITH clause."""
    if parts not in _chains:
        _chains[parts] = _chain([each.compiled_for("postgresql") for each in parts])
    return _chains[parts]


def _chain(parts: Sequence[Compiled]) -> Compiled:
    texts, names = [], dict[str, Parameter]()
    for part in parts:
        for parameter in part.parameters:
            names.setdefault(parameter.name, parameter)
        places = [*names]
        numbers = [places.index(each.name) + 1 for each in part.parameters]
        texts.append(_renumber(part.text, numbers))
    *before, last = texts
    clauses = ", ".join(f"part_{number} AS ({text})" for number, text in enumerate(before))
    return Compiled(_name(), f"WITH {clauses} {last}", [*names.values()], parts[-1].converts)


def _renumber(text: str, numbers: Sequence[int]) -> str:
    return PLACE.sub(lambda place: f"${numbers[int(place[1]) - 1]}", text)


def _name() -> bytes:
    return b"s%d" % next(_numbers)


def _compile(clause: ClauseElement, database: str) -> Compiled:
    dialect = DIALECTS[database]()
    compiled: Any = clause.compile(dialect=dialect)
    if OF_MANY_VALUES in str(compiled):
        message = "A statement can't be prepared with an IN of many values: use OR, or an array."
        raise ValueError(message)
    names = compiled.positiontup if database == "postgresql" else compiled.params
    kinds = {name: compiled.binds[name].type.dialect_impl(dialect) for name in names}
    columns = getattr(clause, "exported_columns", ())
    return Compiled(
        name=_name(),
        text=str(compiled),
        parameters=[
            Parameter(name, compiled.params[name], kind.bind_processor(dialect), _format_of(kind))
            for name, kind in kinds.items()
        ],
        converts=[
            each.type.dialect_impl(dialect).result_processor(dialect, None) for each in columns
        ],
    )


def _format_of(kind: TypeEngine[Any]) -> PyFormat:
    """Return how PostgreSQL gets a value. A text is sent as bytes: as text it ends at a NUL."""
    return PyFormat.BINARY if isinstance(kind, String | LargeBinary) else PyFormat.TEXT
