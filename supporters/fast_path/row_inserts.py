"""Inserts several rows of a table by one statement, compiled once for each number of rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Insert, bindparam

from supporters.fast_path.prepared_statements import Call, Statement

Names = Mapping[str, str]


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
