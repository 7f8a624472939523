"""Adds the log entries of synthetic events, and signs people up with and without the log.

The events come from benchmarks.parts.records.people; the code of signups makes their entries.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, islice

from benchmarks.parts.records.people import add_entries
from supporters.audit.sealed_rows import list_sealed_rows
from supporters.consent import consent_events
from supporters.lists.queries import find_list_by_slug
from tests.factories.signups import make_subscriber

SIGNUPS_AT_ONCE = 400  # some seconds of work, so that sealing runs as often as in service


def add_missing_entries() -> int:
    """Add an entry for every record without one; return how many."""
    missing = (each for each in list_sealed_rows() if each.commitment is None)
    return add_entries((each.record for each in missing if each.record), is_outside=False)


class SignupTimer:
    """Signs people up for a list with the use cases, some hundreds at a time."""

    def __init__(self, slug: str) -> None:
        found = find_list_by_slug(slug)
        assert found is not None
        self._mailing_list = found
        self._numbers = count()

    def with_log(self) -> float:
        """Return the signups per second, requested and confirmed."""
        started = time.perf_counter()
        for number in islice(self._numbers, SIGNUPS_AT_ONCE):
            make_subscriber(f"signup{number}@example.org", self._mailing_list)
        return SIGNUPS_AT_ONCE / (time.perf_counter() - started)

    def without_log(self) -> float:
        """Return the signups per second without any work for the log."""
        with _without_log():
            return self.with_log()


@contextmanager
def _without_log() -> Iterator[None]:
    """Replace the function that writes entries."""
    kept = vars(consent_events)["log_events"]
    vars(consent_events)["log_events"] = lambda *_, **__: None
    try:
        yield
    finally:
        vars(consent_events)["log_events"] = kept
