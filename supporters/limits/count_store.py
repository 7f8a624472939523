"""The shared counts of requests in the database: added by one statement for many rows."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import cast

import structlog
from flask import Flask, current_app
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from supporters.crypto.encryption import keyed_hash
from supporters.database import db, delete_where, use_case
from supporters.fast_path.prepared_statements import RowsInsert
from supporters.fast_path.round_trips import write
from supporters.limits.models import RequestCount
from supporters.limits.request_limits import CountedWindow, RequestLimit
from supporters.limits.shared_counts import Counts, SharedCounts
from supporters.people.address_hashes import ADDRESSES, data_key

log = structlog.get_logger(__name__)
MOST_ROWS = 256  # of a statement; with powers of two, few statements are compiled
RETAINED_AFTER_END = timedelta(hours=1)  # clocks differ, and jobs read the last windows
_ORDER = insert(RequestCount)
_ADD = RowsInsert(
    _ORDER.on_conflict_do_update(
        index_elements=[RequestCount.key_mac],
        set_={"requests": RequestCount.requests + _ORDER.excluded.requests},
    ).returning(RequestCount.key_mac, RequestCount.requests),
    ("key_mac", "requests", "ends_at"),
)
_ADD_ONE = RowsInsert(
    insert(RequestCount).on_conflict_do_nothing().returning(RequestCount.key_mac),
    ("key_mac", "requests", "ends_at"),
)


def init_app(app: Flask) -> None:
    """Give the application its counts, which it exchanges with all other processes."""
    app.extensions["shared_counts"] = SharedCounts(add_counts)


def current_counts() -> SharedCounts:
    """Return the counts of the running application."""
    return cast(SharedCounts, current_app.extensions["shared_counts"])


def add_counts(counts: Counts) -> Counts | None:
    """Add counts to the shared ones; return the sums, or None if the database is out of reach.

    All processes add their rows in the same order, so none waits for another in a circle.
    """
    windows = {key_of(window): window for window in counts}
    rows = [_row(key, windows[key], counts[windows[key]]) for key in sorted(windows)]
    try:
        answers = write(*(_ADD(chunk) for chunk in _chunks(rows)))
    except DBAPIError as error:
        log.warning("limits.not_exchanged", error=type(error).__name__)
        return None
    return {windows[key]: total for answer in answers for key, total in answer}


def take_once(kind: str, subject: str, *, until: datetime) -> bool:
    """Tell whether this is the first use of something, over all processes; remember the use."""
    key = keyed_hash(data_key(ADDRESSES), f"used {kind}", subject)[:16]
    row = {"key_mac": key, "requests": 1, "ends_at": until}
    return bool(write(_ADD_ONE([row]))[0])


def read_total(limit: RequestLimit, now: datetime) -> int:
    """Return what all processes have counted in the window of a moment, from the database."""
    row = db.session.get(RequestCount, key_of(limit.window_at(now)), populate_existing=True)
    return row.requests if row else 0


@use_case
def purge_counts(now: datetime) -> int:
    """Delete the counts of past windows; return how many."""
    return delete_where(RequestCount, RequestCount.ends_at <= now - RETAINED_AFTER_END)


def key_of(window: CountedWindow) -> bytes:
    """Return the key of the row of a window: 16 bytes."""
    return keyed_hash(data_key(ADDRESSES), "requests", window.name)[:16]


def _row(key: bytes, window: CountedWindow, number: int) -> dict[str, object]:
    return {"key_mac": key, "requests": number, "ends_at": window.ends_at}


def _chunks(rows: Sequence[dict[str, object]]) -> Iterator[Sequence[dict[str, object]]]:
    """Yield the rows in parts of 256, 128, 64 and so on: each size is compiled once."""
    size, begin = MOST_ROWS, 0
    while begin < len(rows):
        while size > len(rows) - begin:
            size //= 2
        yield rows[begin : begin + size]
        begin += size
