"""The edition of what all visitors share, and the values that a process keeps under it (ADR 061).

Lists, wordings, purposes, controllers, retention times and page snapshots change a few times a
year, and every visitor reads them. Triggers give the edition a new random value at each change.
So a process keeps what it has read, and compares one value instead. The value is random, because
a number would come again after a restore.
"""

from collections.abc import Callable, Hashable, Iterator
from typing import Any, TypeVar, cast

from flask import Flask, current_app
from sqlalchemy import CheckConstraint, String, select
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model
from supporters.fast_path.prepared_statements import Statement
from supporters.fast_path.round_trips import is_deciding, read_one

T = TypeVar("T")
MOST_TRIES = 5
MOST_VALUES = 5_000  # of one edition, in a process


class SiteEdition(Model):
    """The one row with the edition."""

    __tablename__ = "site_edition"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[str] = mapped_column(String(40))


READ_EDITION = Statement(select(SiteEdition.value))


class EditionChanged(Exception):
    """Something that all visitors share has changed since this process read it."""


class NotKept(Exception):
    """A decision between two trips needs a value that this process has not yet read."""


class KeptValues:
    """The values that a process keeps, all of one edition."""

    def __init__(self) -> None:
        self._current: tuple[str, dict[Hashable, Any]] = ("", {})

    @property
    def edition(self) -> str:
        """The edition of the values: the last one that was read; empty before the first."""
        return self._current[0]

    def find(self, edition: str, key: Hashable, make: Callable[[], T]) -> T:
        """Return a value of an edition; `make` reads it the first time.

        It must read the database after the edition was read. Then a value can be newer than its
        edition, and never older: a change that comes later is noticed by its edition. Raises
        NotKept if it can't read now.
        """
        values = self._values_of(edition)
        if key not in values:
            if is_deciding():
                raise NotKept
            values[key] = make()
        return cast(T, values[key])

    def _values_of(self, edition: str) -> dict[Hashable, Any]:
        current, values = self._current
        if edition != current or len(values) > MOST_VALUES:
            values = {}
            self._current = edition, values
        return values


def init_app(app: Flask) -> None:
    """Let the application keep values."""
    app.extensions["kept_values"] = KeptValues()


def kept_values() -> KeptValues:
    """Return the values that the running application keeps."""
    return cast(KeptValues, current_app.extensions["kept_values"])


def read_edition() -> str:
    """Return the present edition, in one trip."""
    return str(read_one(READ_EDITION())[0][0])


def keep(edition: str, key: Hashable, make: Callable[[], T]) -> T:
    """Return a value of an edition, as `KeptValues.find`."""
    return kept_values().find(edition, key, make)


def keep_rows(edition: str | None, key: Hashable, find: Callable[[], T]) -> T:
    """Return rows that all visitors share, read in a session of their own. They never change.

    Without an edition they are read in the open session: its transaction may see rows that nobody
    else sees yet.
    """
    if edition is None:
        return find()

    def read_apart() -> T:
        with current_app.app_context():
            return find()

    return keep(edition, key, read_apart)


def editions_to_try() -> Iterator[str]:
    """Yield the last edition that this process read; then the present one, as long as it differs.

    The caller ends the loop once it has an answer that the database has compared with its edition.
    A few changes in turn are normal: the first signup on a page adds the page and the controller.
    """
    tried = kept_values().edition
    if tried:
        yield tried
    for _ in range(MOST_TRIES):
        present = read_edition()
        if present == tried:
            return
        tried = present
        yield present
