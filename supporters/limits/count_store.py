"""The shared counts of requests in the database: added by one statement for many rows.

A process counts a tenth of each limit by itself. For more it asks the database, which adds the
counts of all processes and answers with the sum. Its counts are exchanged once a second as well. So
all processes and machines have one count, an ordinary request makes no trip of its own, and no row
is locked while a signup is stored. All processes together exceed a limit by at most a tenth for
each of them (ADR 071).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import NamedTuple, cast

import structlog
from flask import Flask, current_app
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from supporters.crypto.encryption import keyed_hash
from supporters.database import db, delete_where, use_case
from supporters.fast_path.prepared_statements import RowsInsert
from supporters.fast_path.round_trips import write
from supporters.limits.models import RequestCount
from supporters.people.data_keys import ADDRESSES, data_key

log = structlog.get_logger(__name__)

MINUTE = timedelta(minutes=1)
PARTS = 10  # a process counts a tenth of a limit by itself, before it asks the database
BETWEEN_EXCHANGES = timedelta(seconds=1)
MOST_WINDOWS = 100_000  # about 40 MB; then those that wait for nothing are dropped
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


@dataclass(frozen=True)
class RequestLimit:
    """At most so many requests of a subject (a network, a domain) in each window of time."""

    kind: str
    subject: str
    most: int
    window: timedelta = MINUTE

    @property
    def share(self) -> int:
        """How many requests a process counts before it must know what the others counted."""
        return max(1, self.most // PARTS)

    def window_at(self, now: datetime) -> "CountedWindow":
        """Return the window of a moment. All machines have the same windows."""
        number = int(now.timestamp() // self.window.total_seconds())
        return CountedWindow(self.kind, self.subject, self.window, number)


class CountedWindow(NamedTuple):
    """A limit's window of time: the unit that is counted."""

    kind: str
    subject: str
    window: timedelta
    number: int

    @property
    def name(self) -> str:
        """The text whose keyed hash is the key of the row."""
        return f"{self.kind} {self.subject} {self.window.total_seconds():.0f} {self.number}"

    @property
    def ends_at(self) -> datetime:
        """The moment at which the next window begins."""
        return datetime.fromtimestamp((self.number + 1) * self.window.total_seconds(), UTC)


Counts = Mapping[CountedWindow, int]
Exchange = Callable[[Counts], Counts | None]


@dataclass
class _Count:
    """The count of all processes at the last exchange, and that of this one since then.

    `sending` is under way to the database. `is_asked` says that somebody wants to know the sum.
    """

    known: int = 0
    unsent: int = 0
    sending: int = 0
    is_asked: bool = False

    @property
    def total(self) -> int:
        return self.known + self.sending + self.unsent


class SharedCounts:
    """The counts of a process. `exchange` adds counts to the shared ones and returns the sums.

    It returns None if the database is out of reach: then the process goes on by itself.
    """

    def __init__(self, exchange: Exchange, *, most_windows: int = MOST_WINDOWS) -> None:
        self._exchange = exchange
        self._most_windows = most_windows
        self._lock = Lock()
        self._exchanging = Lock()
        self._counts: dict[CountedWindow, _Count] = {}
        self._exchanged_at: datetime | None = None
        self._is_waiting = False

    def take(self, limits: Sequence[RequestLimit], now: datetime) -> RequestLimit | None:
        """Count a request in every limit, or in none; return the first limit that is reached."""
        if self._must_ask(limits, now):
            self._ask(limits, now)
        with self._lock:
            counts = [self._find(each, now) for each in limits]
            for limit, count in zip(limits, counts, strict=True):
                if count.total >= limit.most:
                    return limit
            for count in counts:
                self._add(count)
        return None

    def count(self, limit: RequestLimit, now: datetime) -> None:
        """Count a request that was made, whatever the limit says."""
        with self._lock:
            self._add(self._find(limit, now))

    def total(self, limit: RequestLimit, now: datetime) -> int:
        """Return how many requests are counted, as far as this process knows."""
        with self._lock:
            count = self._find(limit, now)
            count.is_asked = self._is_waiting = True
            return count.total

    def is_due(self, now: datetime) -> bool:
        """Tell whether it is time for an exchange."""
        with self._lock:
            if self._exchanged_at and timedelta() <= now - self._exchanged_at < BETWEEN_EXCHANGES:
                return False
            return self._is_waiting

    def exchange(self, now: datetime) -> None:
        """Exchange the counts. Only one thread at a time does it."""
        with self._exchanging:
            sent = self._collect(now)
            sums = self._exchange(sent) if sent else {}
            self._learn(sent, sums)

    def _must_ask(self, limits: Sequence[RequestLimit], now: datetime) -> bool:
        with self._lock:
            for limit in limits:
                count = self._find(limit, now)
                if count.known >= limit.most:
                    return False
                if count.unsent + count.sending >= limit.share:
                    return True
        return False

    def _ask(self, limits: Sequence[RequestLimit], now: datetime) -> None:
        """Exchange the counts, unless another thread has done it meanwhile."""
        with self._exchanging:
            if self._must_ask(limits, now):
                sent = self._collect(now)
                self._learn(sent, self._exchange(sent))

    def _add(self, count: _Count) -> None:
        count.unsent += 1
        count.is_asked = self._is_waiting = True

    def _find(self, limit: RequestLimit, now: datetime) -> _Count:
        return self._counts.setdefault(limit.window_at(now), _Count())

    def _collect(self, now: datetime) -> Counts:
        """Return what is to be exchanged; forget the windows that are over."""
        with self._lock:
            self._exchanged_at, self._is_waiting = now, False
            is_full = len(self._counts) > self._most_windows
            self._counts = {
                window: count
                for window, count in self._counts.items()
                if window.ends_at > now and (count.is_asked or not is_full)
            }
            asked = {window: each for window, each in self._counts.items() if each.is_asked}
            for count in asked.values():
                count.sending, count.unsent, count.is_asked = count.unsent, 0, False
            return {window: count.sending for window, count in asked.items()}

    def _learn(self, sent: Counts, sums: Counts | None) -> None:
        """Keep the sums; without them, what was sent is sent again."""
        with self._lock:
            for window in sent:
                count = self._counts.get(window)
                if count is None:
                    continue
                if sums is None:
                    count.unsent += count.sending
                    count.is_asked = self._is_waiting = True
                else:
                    count.known = sums.get(window, count.known + count.sending)
                count.sending = 0


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
