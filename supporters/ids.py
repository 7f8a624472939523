"""Row ids that are known before the insert (ADR 014).

A subscriber and the consent event that created them reference each other, so both ids must exist
before either row does. The ids are ordered in time, which keeps indexes compact.
"""

import secrets
from datetime import UTC, datetime

RANDOM_BITS = 21


def new_id(moment: datetime) -> int:
    """Return a positive 63-bit integer: milliseconds since 1970, then 21 random bits."""
    milliseconds = int(moment.timestamp() * 1000)
    return milliseconds << RANDOM_BITS | secrets.randbits(RANDOM_BITS)


def first_id_of(moment: datetime) -> int:
    """Return the lowest id that may have been made at a moment, to the millisecond."""
    return int(moment.timestamp() * 1000) << RANDOM_BITS


def moment_of(row_id: int) -> datetime:
    """Return when an id was made, to the millisecond."""
    return datetime.fromtimestamp((row_id >> RANDOM_BITS) / 1000, UTC)
