"""A limit of requests in a window of time, and the windows themselves: plain values."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

MINUTE = timedelta(minutes=1)
PARTS = 10  # a process counts a tenth of a limit by itself, before it asks the database


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
