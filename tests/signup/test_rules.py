"""The email that a signup request gets."""

from datetime import UTC, datetime, timedelta

import pytest

from supporters.signup.rules import Answer, choose_answer, is_expired, may_try_code

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def choose(
    *emails: datetime, is_subscribed_already: bool = False, is_blocked: bool = False
) -> Answer:
    """Choose the email for a mailbox that got emails at these times."""
    return choose_answer(
        is_subscribed_already=is_subscribed_already,
        is_blocked=is_blocked,
        confirmations=emails,
        signup_emails=emails,
        now=NOW,
    )


def test_a_new_address_is_asked_to_confirm() -> None:
    assert choose() is Answer.CONFIRM


def test_a_subscribed_address_is_told_how_to_manage() -> None:
    assert choose(is_subscribed_already=True) is Answer.ALREADY_SUBSCRIBED


def test_an_address_after_not_me_gets_nothing() -> None:
    assert choose(is_blocked=True) is Answer.NOTHING
    assert choose(is_blocked=True, is_subscribed_already=True) is Answer.NOTHING


@pytest.mark.parametrize(
    ("ages", "expected"),
    [
        ([59 * MINUTE], Answer.NOTHING),
        ([HOUR], Answer.CONFIRM),
        ([23 * HOUR, 24 * HOUR], Answer.NOTHING),
        ([24 * HOUR, 25 * HOUR], Answer.CONFIRM),
        ([47 * HOUR, 9 * DAY, 29 * DAY], Answer.NOTHING),
        ([48 * HOUR, 9 * DAY, 29 * DAY], Answer.CONFIRM),
        ([71 * HOUR, 6 * DAY, 9 * DAY, 29 * DAY], Answer.NOTHING),
        ([72 * HOUR, 6 * DAY, 9 * DAY, 29 * DAY], Answer.CONFIRM),
        ([71 * HOUR, *[9 * DAY] * 20], Answer.NOTHING),
        ([72 * HOUR, *[9 * DAY] * 20], Answer.CONFIRM),
    ],
)
def test_the_intervals_of_confirmation_emails_grow(ages: list[timedelta], expected: Answer) -> None:
    assert choose(*(NOW - age for age in ages)) is expected


@pytest.mark.parametrize(
    ("ages", "expected"),
    [
        ([23 * HOUR], Answer.NOTHING),
        ([24 * HOUR], Answer.ALREADY_SUBSCRIBED),
        ([2 * DAY, 9 * DAY, 29 * DAY], Answer.NOTHING),
        ([2 * DAY, 9 * DAY, 30 * DAY], Answer.ALREADY_SUBSCRIBED),
    ],
)
def test_a_subscriber_is_told_once_a_day_and_three_times_a_month(
    ages: list[timedelta], expected: Answer
) -> None:
    sent = [NOW - age for age in ages]
    assert choose(*sent, is_subscribed_already=True) is expected


def test_a_request_expires_at_its_time() -> None:
    assert not is_expired(NOW + timedelta(seconds=1), NOW)
    assert is_expired(NOW, NOW)


def test_a_code_may_be_tried_five_times() -> None:
    assert may_try_code(4)
    assert not may_try_code(5)
