"""A relay with problems gets a pause, and fewer connections if it asks for that."""

import pytest

from supporters.delivery.engine.sending_engine import (
    FIRST_PAUSE_SECONDS,
    LONGEST_PAUSE_SECONDS,
    ONE_MORE_AFTER_SECONDS,
    Throttle,
)


class Clock:
    """A clock that moves only when a test moves it."""

    seconds = 100.0

    def __call__(self) -> float:
        """Return the time."""
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    """Return a clock that doesn't move."""
    return Clock()


@pytest.fixture
def throttle(clock: Clock) -> Throttle:
    """Return the throttle of three senders."""
    return Throttle(3, clock)


def senders_at_work(throttle: Throttle) -> int:
    """Return how many of ten senders may work now."""
    return sum(throttle.may_work(sender) for sender in range(10))


def pause_after(
    throttle: Throttle, clock: Clock, problem: str, *, is_closing: bool = False
) -> float:
    """Report a problem; return how many seconds all senders then pause."""
    throttle.report(problem, is_closing=is_closing)
    began = clock.seconds
    while not throttle.may_work(0):
        clock.seconds += 0.5
    return clock.seconds - began


def test_all_senders_work_while_all_is_well(throttle: Throttle) -> None:
    throttle.report("")
    assert senders_at_work(throttle) == 3


def test_after_a_problem_all_senders_pause(throttle: Throttle, clock: Clock) -> None:
    throttle.report("ConnectionRefusedError")
    assert senders_at_work(throttle) == 0
    clock.seconds += FIRST_PAUSE_SECONDS
    assert senders_at_work(throttle) == 3


def test_pauses_double_up_to_a_limit(throttle: Throttle, clock: Clock) -> None:
    pauses = [pause_after(throttle, clock, "ConnectionRefusedError") for _ in range(9)]
    assert pauses[:3] == [FIRST_PAUSE_SECONDS, 2 * FIRST_PAUSE_SECONDS, 4 * FIRST_PAUSE_SECONDS]
    assert pauses[-2:] == [LONGEST_PAUSE_SECONDS] * 2


def test_after_a_success_pauses_start_anew(throttle: Throttle, clock: Clock) -> None:
    pause_after(throttle, clock, "ConnectionRefusedError")
    throttle.report("")
    assert pause_after(throttle, clock, "ConnectionRefusedError") == FIRST_PAUSE_SECONDS


def test_too_many_connections_leave_one_fewer_but_never_none(
    throttle: Throttle, clock: Clock
) -> None:
    counts = []
    for _ in range(4):
        pause_after(throttle, clock, "421", is_closing=True)
        counts.append(senders_at_work(throttle))
    assert counts == [2, 1, 1, 1]


def test_senders_come_back_one_by_one_while_all_is_well(throttle: Throttle, clock: Clock) -> None:
    for _ in range(2):
        pause_after(throttle, clock, "421", is_closing=True)
    counts = []
    for _ in range(3):
        throttle.report("")
        counts.append(senders_at_work(throttle))
        clock.seconds += ONE_MORE_AFTER_SECONDS + 1
    assert counts == [1, 2, 3]


def test_problems_that_senders_report_together_count_once(throttle: Throttle, clock: Clock) -> None:
    for _ in range(2):
        throttle.report("421", is_closing=True)
    assert pause_after(throttle, clock, "421", is_closing=True) == FIRST_PAUSE_SECONDS
    assert senders_at_work(throttle) == 2
