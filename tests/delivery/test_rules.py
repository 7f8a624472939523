"""The effect of a mail server's answer, and the time of the next attempt."""

from datetime import UTC, datetime, timedelta

import pytest

from supporters.delivery.rules import (
    RETRIES,
    WINDOW,
    Answers,
    DeliveryStatus,
    Outcome,
    add_answers,
    count_answers,
    must_hold,
    next_attempt,
    outcome_of_code,
    status_after,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (250, Outcome.ACCEPTED),
        (251, Outcome.ACCEPTED),
        (299, Outcome.ACCEPTED),
        (421, Outcome.DEFERRED),
        (450, Outcome.DEFERRED),
        (451, Outcome.DEFERRED),
        (452, Outcome.DEFERRED),
        (499, Outcome.DEFERRED),
        (500, Outcome.REFUSED),
        (550, Outcome.REFUSED),
        (552, Outcome.REFUSED),
        (554, Outcome.REFUSED),
        (599, Outcome.REFUSED),
        (-1, Outcome.DEFERRED),
        (0, Outcome.DEFERRED),
        (99, Outcome.DEFERRED),
        (354, Outcome.DEFERRED),
        (600, Outcome.DEFERRED),
        (2500, Outcome.DEFERRED),
    ],
)
def test_a_reply_is_judged_by_its_first_digit(code: int, outcome: Outcome) -> None:
    assert outcome_of_code(code) is outcome


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (Outcome.ACCEPTED, DeliveryStatus.ACCEPTED),
        (Outcome.REFUSED, DeliveryStatus.REFUSED),
        (Outcome.DEFERRED, DeliveryStatus.DEFERRED),
        (Outcome.UNCERTAIN, DeliveryStatus.UNCERTAIN),
        (Outcome.NOT_TRIED, None),
    ],
)
def test_each_outcome_of_the_first_attempt_has_its_state(
    outcome: Outcome, status: DeliveryStatus
) -> None:
    assert status_after(outcome, 1) is status


def test_the_last_retry_is_the_last() -> None:
    assert status_after(Outcome.DEFERRED, len(RETRIES)) is DeliveryStatus.DEFERRED
    assert status_after(Outcome.DEFERRED, len(RETRIES) + 1) is DeliveryStatus.REFUSED


def test_retries_begin_within_minutes_and_go_on_for_four_to_five_days() -> None:
    assert RETRIES[0] == timedelta(minutes=5)
    assert [*RETRIES] == sorted(RETRIES)
    assert timedelta(days=4) <= sum(RETRIES, timedelta()) <= timedelta(days=5)


@pytest.mark.parametrize("attempts", range(1, len(RETRIES) + 3))
def test_the_next_attempt_is_always_later(attempts: int) -> None:
    assert next_attempt(attempts, NOW) > NOW


def test_the_pauses_are_those_of_the_schedule() -> None:
    assert next_attempt(1, NOW) == NOW + RETRIES[0]
    assert next_attempt(2, NOW) == NOW + RETRIES[1]


YES, OF_US, DEAD, LATER = "250", "550 5.7.1", "550 5.1.1", "451"


@pytest.mark.parametrize(
    ("replies", "answers"),
    [
        ([], Answers()),
        ([LATER, "interrupted", ""], Answers()),
        ([YES, DEAD, OF_US, LATER], Answers(total=3, refusals=2, refusals_of_us=1)),
        ([OF_US] * 20 + [YES] * WINDOW, Answers(total=WINDOW)),
        ([YES] * 500 + [OF_US], Answers(total=WINDOW, refusals=1, refusals_of_us=1)),
    ],
)
def test_the_last_answers_of_a_batch_count(replies: list[str], answers: Answers) -> None:
    assert count_answers(replies) == answers


def test_older_answers_are_dropped_in_proportion() -> None:
    earlier = Answers(total=50, refusals=20, refusals_of_us=10)
    latest = Answers(total=25, refusals=5, refusals_of_us=5)
    assert add_answers(earlier, latest) == Answers(total=50, refusals=15, refusals_of_us=10)
    assert add_answers(earlier, Answers(total=WINDOW)) == Answers(total=WINDOW)


@pytest.mark.parametrize(
    ("answers", "audience", "holds"),
    [
        (Answers(total=10, refusals=10, refusals_of_us=10), 5000, True),
        (Answers(total=50, refusals=10, refusals_of_us=10), 5000, True),
        (Answers(total=50, refusals=9, refusals_of_us=9), 5000, False),
        (Answers(total=50, refusals=30), 5000, False),
        (Answers(total=50, refusals=45), 5000, True),
        (Answers(total=4, refusals=4, refusals_of_us=4), 4, True),
        (Answers(total=4, refusals=3, refusals_of_us=3), 4, False),
        (Answers(total=3, refusals=3, refusals_of_us=3), 3, True),
        (Answers(total=1, refusals=1, refusals_of_us=1), 1, False),
    ],
)
def test_a_relay_that_refuses_us_again_and_again_holds_a_campaign(
    answers: Answers, audience: int, holds: bool
) -> None:
    assert must_hold(answers, audience) is holds


def test_a_share_of_refusals_of_us_is_seen_within_fifty_of_them() -> None:
    for refused_of_twenty in range(5, 21):
        batch = [OF_US] * refused_of_twenty + [YES] * (20 - refused_of_twenty)
        answers, refused = Answers(), 0
        while not must_hold(answers, 100_000):
            answers = add_answers(answers, count_answers(batch))
            refused += refused_of_twenty
        assert refused <= 50, refused_of_twenty
