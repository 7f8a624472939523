"""The counts of requests: exact, forgotten after a minute, and without threads of their own."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from flask import Flask

from supporters import clock
from supporters.extensions import current_limits
from supporters.request_counts import MINUTE, RequestCounts

NOW = clock.now()
SECOND = timedelta(seconds=1)


def test_the_first_requests_of_a_key_are_taken_and_no_more() -> None:
    counts = RequestCounts()
    assert [counts.take(2, "network", "a", now=NOW) for _ in range(4)] == [True, True, False, False]


def test_keys_are_counted_apart() -> None:
    counts = RequestCounts()
    counts.take(1, "network", "a", now=NOW)
    assert counts.take(1, "network", "b", now=NOW)
    assert counts.take(1, "domain", "a", now=NOW)


def test_counts_end_with_their_minute() -> None:
    counts = RequestCounts()
    counts.take(1, "network", now=NOW)
    assert not counts.take(1, "network", now=NOW + MINUTE - SECOND)
    assert counts.take(1, "network", now=NOW + MINUTE)


def test_a_clock_that_goes_back_begins_a_new_minute() -> None:
    counts = RequestCounts()
    counts.take(1, "network", now=NOW)
    assert counts.take(1, "network", now=NOW - SECOND)


def test_too_many_keys_begin_a_new_minute() -> None:
    counts = RequestCounts(most_keys=2)
    for network in "aabb":
        counts.take(1, network, now=NOW)
    assert not counts.take(1, "a", now=NOW)
    assert counts.take(1, "c", now=NOW)
    assert counts.take(1, "a", now=NOW)


def test_requests_at_the_same_moment_are_counted_exactly() -> None:
    counts = RequestCounts()
    with ThreadPoolExecutor(8) as pool:
        taken = [*pool.map(lambda _: counts.take(500, "network", now=NOW), range(4000))]
    assert sum(taken) == 500


def test_counting_starts_no_thread(app: Flask) -> None:
    before = threading.active_count()
    current_limits().take(3, "network", now=NOW)
    assert threading.active_count() == before
