"""Turns rows of a table into exported rows."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import BigInteger, Select, inspect

from supporters.database import Model, db
from supporters.personal_data.data_subjects import ExportedRow, ExportedValue

R = TypeVar("R", bound=Model)


def export_rows(rows: Select[R], *columns: str) -> Sequence[ExportedRow]:
    """Return the given columns of each row of a statement."""
    return [export_columns(row, *columns) for row in db.session.scalars(rows)]


def export_columns(row: Model, *columns: str) -> dict[str, ExportedValue]:
    """Return columns of a row. A number of 64 bits becomes text: JavaScript would round it."""
    types = inspect(type(row)).columns
    values = {name: getattr(row, name) for name in columns}
    return {
        name: str(value)
        if value is not None and isinstance(types[name].type, BigInteger)
        else value
        for name, value in values.items()
    }
