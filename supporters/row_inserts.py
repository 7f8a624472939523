"""Inserts several rows of a table by one statement, compiled once for each number of rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Insert, bindparam

from supporters.prepared_statements import Call, Statement


class RowsInsert:
    """An INSERT of some columns, for trips to the database."""

    def __init__(self, order: Insert, columns: Sequence[str]) -> None:
        self._order = order
        self._columns = columns
        self._statements: dict[int, Statement] = {}

    def __call__(self, rows: Sequence[Mapping[str, Any]]) -> Call:
        """Return the call that inserts rows. Each has a value for every column."""
        values = {
            self._name(column, number): row[column]
            for number, row in enumerate(rows)
            for column in self._columns
        }
        return Call((self._statement_for(len(rows)),), values)

    def _statement_for(self, count: int) -> Statement:
        if count not in self._statements:
            types = {each.name: each.type for each in self._order.table.c}
            rows = [
                {
                    column: bindparam(self._name(column, number), type_=types[column])
                    for column in self._columns
                }
                for number in range(count)
            ]
            self._statements[count] = Statement(self._order.values(rows))
        return self._statements[count]

    def _name(self, column: str, number: int) -> str:
        return f"{self._order.table.name}_{column}_{number}"
