"""The counts of a process: exact together with all others but for a tenth of the limit each."""

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from supporters import clock
from supporters.limits.count_store import CountedWindow, Counts, RequestLimit, SharedCounts

NOW = clock.now()
SECOND = timedelta(seconds=1)
NETWORK = RequestLimit("network", "192.0.2.0/24", 30)


class Database:
    """Adds counts as the database does, unless it is out of reach."""

    def __init__(self) -> None:
        self.sums: Counter[CountedWindow] = Counter()
        self.trips = 0
        self.is_reachable = True

    def add(self, counts: Counts) -> Mapping[CountedWindow, int] | None:
        """Add counts and return the sums."""
        self.trips += 1
        if not self.is_reachable:
            return None
        self.sums.update(counts)
        return {window: self.sums[window] for window in counts}


def accept(counts: SharedCounts, limit: RequestLimit, times: int) -> int:
    return sum(counts.take([limit], NOW) is None for _ in range(times))


def test_one_process_accepts_exactly_the_limit() -> None:
    assert accept(SharedCounts(Database().add), NETWORK, 100) == 30


def test_an_ordinary_request_makes_no_trip() -> None:
    database = Database()
    counts = SharedCounts(database.add)
    assert accept(counts, NETWORK, 3) == 3
    assert database.trips == 0


def test_all_processes_together_exceed_a_limit_by_a_tenth_each_at_most() -> None:
    database = Database()
    processes = [SharedCounts(database.add) for _ in range(5)]
    accepted = sum(accept(each, NETWORK, 1) for _ in range(100) for each in processes)
    assert 30 <= accepted <= 30 + 5 * NETWORK.share


def test_a_process_that_starts_again_knows_what_the_former_one_counted() -> None:
    database = Database()
    before = SharedCounts(database.add)
    accept(before, NETWORK, 30)
    before.exchange(NOW)
    assert accept(SharedCounts(database.add), NETWORK, 30) <= NETWORK.share


def test_counts_are_exchanged_once_a_second_at_most_and_only_if_there_are_any() -> None:
    counts = SharedCounts(Database().add)
    assert not counts.is_due(NOW)
    accept(counts, NETWORK, 1)
    assert counts.is_due(NOW)
    counts.exchange(NOW)
    accept(counts, NETWORK, 1)
    assert not counts.is_due(NOW + SECOND / 2)
    assert counts.is_due(NOW + SECOND)


def test_a_reached_limit_is_refused_without_a_trip() -> None:
    database = Database()
    counts = SharedCounts(database.add)
    accept(counts, NETWORK, 40)
    before = database.trips
    assert accept(counts, NETWORK, 1_000) == 0
    assert database.trips - before <= 1


def test_a_request_counts_in_all_its_limits_or_in_none() -> None:
    counts = SharedCounts(Database().add)
    domain = RequestLimit("domain", "example.org", 2)
    assert [counts.take([NETWORK, domain], NOW) for _ in range(3)] == [None, None, domain]
    assert counts.total(NETWORK, NOW) == 2


def test_a_window_ends_for_all_at_the_same_moment() -> None:
    counts = SharedCounts(Database().add)
    accept(counts, NETWORK, 30)
    assert counts.take([NETWORK], NETWORK.window_at(NOW).ends_at) is None


def test_without_the_database_a_process_goes_on_by_itself_and_sends_its_counts_later() -> None:
    database = Database()
    database.is_reachable = False
    counts = SharedCounts(database.add)
    assert accept(counts, NETWORK, 100) == 30
    database.is_reachable = True
    counts.exchange(NOW)
    assert database.sums[NETWORK.window_at(NOW)] == 30


def test_threads_lose_and_double_nothing() -> None:
    database = Database()
    counts = SharedCounts(database.add)
    large = RequestLimit("everybody", "", 1_000)
    with ThreadPoolExecutor(8) as pool:
        accepted = sum(pool.map(lambda _: accept(counts, large, 200), range(8)))
    counts.exchange(NOW)
    assert (accepted, database.sums[large.window_at(NOW)]) == (1_000, 1_000)


def test_an_attacker_with_many_networks_fills_no_memory() -> None:
    counts = SharedCounts(Database().add, most_windows=10)
    for number in range(100):
        counts.take([RequestLimit("network", str(number), 30)], NOW)
        counts.exchange(NOW)
    assert len(counts._counts) <= 12
