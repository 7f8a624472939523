"""Row ids that are known before the insert (ADR 014).

A subscriber and the consent event that created them reference each other, so both ids must exist
before either row does. The ids are ordered in time, which keeps indexes compact.
"""

import secrets
from datetime import UTC, datetime
from threading import Lock

RANDOM_BITS = 21


class _Maker:
    """Makes ids, and never the same one twice in this process.

    A batch of 500 rows has one moment. With 21 random bits alone, one such batch in seventeen would
    have two equal ids, and the database would refuse all of it.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._first = 0
        self._taken: set[int] = set()

    def make(self, first: int) -> int:
        """Return an id that begins with these milliseconds."""
        with self._lock:
            if first != self._first:
                self._first, self._taken = first, set()
            bits = secrets.randbits(RANDOM_BITS)
            while bits in self._taken:
                bits = secrets.randbits(RANDOM_BITS)
            self._taken.add(bits)
        return first | bits


_maker = _Maker()


def new_id(moment: datetime) -> int:
    """Return a positive 63-bit integer: milliseconds since 1970, then 21 random bits."""
    return _maker.make(first_id_of(moment))


def first_id_of(moment: datetime) -> int:
    """Return the lowest id that may have been made at a moment, to the millisecond."""
    return int(moment.timestamp() * 1000) << RANDOM_BITS


def moment_of(row_id: int) -> datetime:
    """Return when an id was made, to the millisecond."""
    return datetime.fromtimestamp((row_id >> RANDOM_BITS) / 1000, UTC)
