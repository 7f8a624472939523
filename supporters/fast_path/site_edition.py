"""The edition of what all visitors share, and the values that a process caches under it (ADR 061).

Lists, wordings, purposes, controllers, retention times and page snapshots change a few times a
year, and every visitor reads them. Triggers give the edition a new random value at each change.
So a process caches what it has read, and compares one value instead. The value is random, because
a number would come again after a restore.

A request has one edition: that which it read last, alone or along with other rows. Its values are
cached under it, so nobody passes it on.
"""

import time
from collections.abc import Callable, Hashable, Iterator
from typing import Any, TypeVar, cast

from flask import Flask, current_app, g, has_request_context, request
from sqlalchemy import CheckConstraint, String, select
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model, db, is_in_transaction
from supporters.fast_path.prepared_statements import Statement
from supporters.fast_path.round_trips import is_deciding, read_one

T = TypeVar("T")
M = TypeVar("M", bound=Model)
MOST_TRIES = 5
MOST_VALUES = 5_000  # of one edition, in a process
SECONDS_BETWEEN_LOOKS = 10
READING = {"GET", "HEAD"}


class SiteEdition(Model):
    """The one row with the edition."""

    __tablename__ = "site_edition"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[str] = mapped_column(String(40))


READ_EDITION = Statement(select(SiteEdition.value))


class EditionChanged(Exception):
    """Something that all visitors share has changed since this request read it."""


class NotCached(Exception):
    """A decision between two trips needs a value that this process has not yet read."""


class CachedValues:
    """The values that a process caches, all of one edition."""

    def __init__(self) -> None:
        self._current: tuple[str, dict[Hashable, Any]] = ("", {})
        self.looked_at = 0.0  # when a request without an edition read it, by `time.monotonic`

    @property
    def edition(self) -> str:
        """The edition of the values: the last one that was read; empty before the first."""
        return self._current[0]

    def find(self, edition: str, key: Hashable, make: Callable[[], T]) -> T:
        """Return a value of an edition; `make` reads it the first time.

        It must read the database after the edition was read. Then a value can be newer than its
        edition, and never older: a change that comes later is noticed by its edition. Raises
        NotCached if it can't read now.
        """
        values = self._values_of(edition)
        if key not in values:
            if is_deciding():
                raise NotCached
            values[key] = make()
        return cast(T, values[key])

    def _values_of(self, edition: str) -> dict[Hashable, Any]:
        current, values = self._current
        if edition != current or len(values) > MOST_VALUES:
            values = {}
            self._current = edition, values
        return values


def init_app(app: Flask) -> None:
    """Let the application cache values."""
    app.extensions["cached_values"] = CachedValues()


def cached_values() -> CachedValues:
    """Return the values that the running application caches."""
    return cast(CachedValues, current_app.extensions["cached_values"])


def read_edition() -> str:
    """Return the present edition, in one trip."""
    return str(read_one(READ_EDITION())[0][0])


def use_present_edition() -> None:
    """Let this request use the present edition, read in one trip."""
    g.is_tried, g.edition = False, read_edition()


def use_edition(present: str) -> None:
    """Let this request use the edition that came along with other rows.

    Within a transaction nothing is cached.

    Raises EditionChanged if this request tries another one (`try_editions`).
    """
    if is_in_transaction():
        return
    if g.get("is_tried", False) and g.edition != present:
        raise EditionChanged
    g.edition = present


def check_edition() -> None:
    """Raise EditionChanged unless that of this request is the present one."""
    if read_edition() != _find_edition():
        raise EditionChanged


def try_editions() -> Iterator[None]:
    """Let a request try the last edition of this process; then the present one, while it differs.

    The caller ends the loop once it has an answer that the database has compared with its edition.
    A few changes in turn are normal: the first signup on a page adds the page and the controller.
    """
    g.edition = cached_values().edition
    if g.edition:
        g.is_tried = True
        yield
    for _ in range(MOST_TRIES):
        present = read_edition()
        if present == g.edition:
            return
        g.edition, g.is_tried = present, True
        yield


def find_cached(key: Hashable, make: Callable[[], T]) -> T:
    """Return a value under the edition of this request, as `CachedValues.find`."""
    return cached_values().find(_find_edition(), key, make)


def find_cached_rows(key: Hashable, find: Callable[[], T]) -> T:
    """Return rows that all visitors share, read in a session of their own. They never change.

    Within a transaction they are read in its session: it may see rows that nobody else sees yet.
    """
    if is_in_transaction():
        return find()

    def read_apart() -> T:
        with current_app.app_context():
            return find()

    return find_cached(key, read_apart)


def get_shared_row(kind: type[M], row_id: int) -> M:
    """Return the row with this id, of a table whose rows never change."""
    return find_cached_rows((kind, row_id), lambda: db.session.get_one(kind, row_id))


def find_shared_row(kind: type[M], row_id: int | None) -> M | None:
    """Return the same; None without an id."""
    return None if row_id is None else get_shared_row(kind, row_id)


def _find_edition() -> str:
    """Return the edition of this request; without one, the last one of this process.

    A page that is read looks again now and then. Raises NotCached if it can't read now.
    """
    if edition := str(g.get("edition", "")):
        return edition
    known, now = cached_values(), time.monotonic()
    is_page = has_request_context() and request.method in READING
    is_old = is_page and "edition" not in g and now - known.looked_at >= SECONDS_BETWEEN_LOOKS
    if known.edition and not is_old:
        return known.edition
    if is_deciding() or is_in_transaction():
        raise NotCached
    known.looked_at = now
    use_present_edition()
    return str(g.edition)
