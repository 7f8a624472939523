"""The database session, its column types, and the transaction of a use case (ADR 036)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from functools import wraps
from typing import Any, ClassVar, ParamSpec, TypeVar, cast

from flask import Flask, g, has_request_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ColumnExpressionArgument,
    CursorResult,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    Index,
    MetaData,
    TextClause,
    delete,
    event,
    update,
)
from sqlalchemy.exc import OperationalError, TimeoutError as NoFreeConnection
from sqlalchemy.orm import (
    DeclarativeBase,
    MappedColumn,
    Session,
    configure_mappers,
    mapped_column,
    registry,
)
from sqlalchemy.types import TypeDecorator

IS_OPEN = "is_open"
HAS_FAILED = "has_failed"
AFTER_COMMIT = "after_commit"

P = ParamSpec("P")
R = TypeVar("R")

DatabaseUnavailable = OperationalError  # locked, gone, full or out of reach
PoolExhausted = NoFreeConnection  # all connections of this process are in use

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC, timezone-aware on both databases; refuses a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment as the database stores it. Raises ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment must be timezone-aware: take it from clock.now().")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored moment, aware, in UTC."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


class Model(DeclarativeBase):
    """The base of every table.

    Of a table with `has_few_rows`, a request reads each row once: a session alone forgets those
    that nothing refers to, and the same list was read 81 times for the dashboard.
    """

    has_few_rows: ClassVar = False
    registry = registry(
        metadata=MetaData(naming_convention=NAMING), type_annotation_map={datetime: UtcDateTime}
    )


def enum_column(values: type[StrEnum], name: str) -> Enum:
    """Return a text column whose check constraint allows only the values of the enum."""
    return Enum(
        values,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


def foreign_key(target: str, *, on_delete: str | None = None, **options: Any) -> MappedColumn[Any]:
    """Return a column with the id, of 64 bits, of a row of another table."""
    return mapped_column(BigInteger, ForeignKey(target, ondelete=on_delete), **options)


def part_of(target: str, **options: Any) -> MappedColumn[Any]:
    """Return a part of a primary key: the row of another table that this row is deleted with."""
    return mapped_column(ForeignKey(target, ondelete="CASCADE"), primary_key=True, **options)


def partial_index(name: str, *columns: str, where: TextClause, unique: bool = False) -> Index:
    """Return an index of the rows that fulfil a condition, on both databases."""
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


db = SQLAlchemy(
    model_class=Model,
    engine_options={"hide_parameters": True},
    session_options={"expire_on_commit": False},
)


@event.listens_for(Session, "loaded_as_persistent")
def _refer_to(_session: Session, row: Model) -> None:
    if row.has_few_rows and has_request_context():
        g.setdefault("rows", []).append(row)


def init_app(app: Flask) -> None:
    """Give the application its session, which ends with each request."""
    db.init_app(app)
    app.teardown_appcontext(_end_session)  # it runs before that of the extension


def load_tables() -> None:
    """Let SQLAlchemy find out all about the tables, as the first query would."""
    configure_mappers()


def _end_session(_error: BaseException | None) -> None:
    """Close the session; forget a connection that the database has dropped.

    The answer is ready by then: it must leave, and not become an error.
    """
    if not db.session.registry.has():
        return
    try:
        db.session.close()
    except DatabaseUnavailable:
        db.session().invalidate()


@contextmanager
def transaction() -> Iterator[None]:
    """Run a step as a transaction of its own: all of it is stored, or nothing.

    It never joins another one. It is for a use case that does something after its commit (it
    announces an email, or deletes a file) and for a job that commits many times. Rows that were
    read before are expired, so that the step decides on the present state.
    """
    session = db.session()
    if is_in_transaction():
        message = "A step with a transaction of its own was called within another transaction."
        raise RuntimeError(message)
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("A use case was called with unsaved changes of another one.")
    session.rollback()
    session.expire_all()  # a rollback expires nothing when no transaction was begun
    session.info.update({IS_OPEN: True, HAS_FAILED: False, AFTER_COMMIT: []})
    try:
        session.connection(execution_options={"is_writing": True})
        yield
        _commit(session)
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info[IS_OPEN] = False
    for step in session.info[AFTER_COMMIT]:
        step()


def _commit(session: Session) -> None:
    if session.info[HAS_FAILED]:
        raise RuntimeError("A use case went on after another one within it failed.")
    session.commit()


def is_in_transaction() -> bool:
    """Tell whether a use case has its transaction open. It opens no session for that."""
    return db.session.registry.has() and bool(db.session().info.get(IS_OPEN))


def use_case(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function one transaction: it joins the open one, or opens its own.

    If it joins one, it commits nothing. If it fails, the transaction that it joined can't be
    committed any more, even if the caller catches the exception. A commit before the function
    returns needs `transaction()`, which refuses to run within another transaction.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if not is_in_transaction():
            with transaction():
                return function(*args, **kwargs)
        try:
            return function(*args, **kwargs)
        except BaseException:
            db.session().info[HAS_FAILED] = True
            raise

    return run


def in_transaction(function: Callable[P, R]) -> Callable[P, R]:
    """Refuse to run a function outside of a transaction: it is a step of a use case."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if not is_in_transaction():
            raise RuntimeError(f"{function.__qualname__} was called outside of a transaction.")
        return function(*args, **kwargs)

    return run


@in_transaction
def run_after_commit(step: Callable[[], object]) -> None:
    """Run a step once the open transaction is committed, and never if it fails.

    It is for what another process must not see before the commit: an announced email.
    """
    db.session().info[AFTER_COMMIT].append(step)


@contextmanager
def snapshot() -> Iterator[None]:
    """Read everything as it is at one moment, however long it takes; writers don't wait.

    It ends the reads before it, and so is refused within a transaction.
    """
    if is_in_transaction():
        raise RuntimeError("A snapshot can't be taken within a transaction.")
    session = db.session()
    session.rollback()
    if db.engine.dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        yield
    finally:
        session.rollback()


@in_transaction
def delete_where(model: type[Model], *conditions: ColumnElement[bool]) -> int:
    """Delete the rows for which all conditions hold; return how many. Loaded rows aren't told."""
    order = delete(model).where(*conditions).execution_options(synchronize_session=False)
    return cast(CursorResult[Any], db.session.execute(order)).rowcount


@in_transaction
def update_where(
    model: type[Model], *conditions: ColumnExpressionArgument[bool], **values: Any
) -> int:
    """Change columns of the rows for which all conditions hold, as `delete_where` deletes them."""
    order = update(model).where(*conditions).values(**values)
    done = db.session.execute(order.execution_options(synchronize_session=False))
    return cast(CursorResult[Any], done).rowcount
