"""The only reader of the time: everything else gets its time from here or as an argument."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present moment in UTC, timezone-aware."""
    return datetime.now(UTC)
