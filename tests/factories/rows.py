"""Counts the rows of tables."""

from sqlalchemy import FromClause, func, select

from supporters.database import Model, db


def count_rows(table: type[Model] | FromClause) -> int:
    """Return how many rows a table has."""
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def count_anew(table: type[Model] | FromClause) -> int:
    """Return how many rows a table has by now, whoever wrote them."""
    db.session.rollback()
    return count_rows(table)
