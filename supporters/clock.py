"""The only reader of the time: all other code gets its time from here or as an argument."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

_UPTIME = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

_pretended: ContextVar[datetime | None] = ContextVar("pretended", default=None)


def now() -> datetime:
    """Return the present moment in UTC, timezone-aware."""
    return _pretended.get() or datetime.now(UTC)


def uptime() -> float:
    """Return seconds that never go back or jump, and go on while the machine sleeps."""
    return time.clock_gettime(_UPTIME)


@cache
def this_boot() -> str:
    """Return the id of this machine's current boot."""
    return _BOOT_ID.read_text().strip() if _BOOT_ID.exists() else "unknown"


@contextmanager
def pretend(moment: datetime) -> Iterator[None]:
    """Replace the present moment within this block: by the sample party's past, or the ledger's."""
    token = _pretended.set(moment)
    try:
        yield
    finally:
        _pretended.reset(token)
