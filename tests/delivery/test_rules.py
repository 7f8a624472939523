"""What the answer of a mail server leads to, and when a mail is tried again."""

from datetime import UTC, datetime, timedelta

import pytest

from supporters.delivery.rules import (
    RETRIES,
    DeliveryStatus,
    Outcome,
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
