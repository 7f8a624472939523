"""The email that a signup request gets."""

from datetime import UTC, datetime, timedelta

import pytest

from supporters.signup.rules import (
    SEND_AGAIN_INTERVALS,
    AskAgain,
    SignupEmails,
    SignupMail,
    choose_again,
    choose_signup_mail,
    is_expired,
    is_guessing,
    may_send_confirmation,
    may_try_code,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def choose(
    *emails: datetime, is_subscribed_already: bool = False, is_blocked: bool = False
) -> SignupMail:
    """Choose the email for a mailbox that got emails at these times."""
    return choose_signup_mail(
        is_subscribed_already=is_subscribed_already,
        is_blocked=is_blocked,
        emails=SignupEmails(confirmations=emails, all=emails),
        now=NOW,
    )


def test_a_new_address_is_asked_to_confirm() -> None:
    assert choose() is SignupMail.CONFIRM


def test_a_subscribed_address_is_told_how_to_manage() -> None:
    assert choose(is_subscribed_already=True) is SignupMail.ALREADY_SUBSCRIBED


def test_an_address_after_not_me_gets_nothing() -> None:
    assert choose(is_blocked=True) is SignupMail.NOTHING
    assert choose(is_blocked=True, is_subscribed_already=True) is SignupMail.NOTHING


@pytest.mark.parametrize(
    ("ages", "expected"),
    [
        ([59 * MINUTE], SignupMail.NOTHING),
        ([HOUR], SignupMail.CONFIRM),
        ([23 * HOUR, 24 * HOUR], SignupMail.NOTHING),
        ([24 * HOUR, 25 * HOUR], SignupMail.CONFIRM),
        ([47 * HOUR, 9 * DAY, 29 * DAY], SignupMail.NOTHING),
        ([48 * HOUR, 9 * DAY, 29 * DAY], SignupMail.CONFIRM),
        ([71 * HOUR, 6 * DAY, 9 * DAY, 29 * DAY], SignupMail.NOTHING),
        ([72 * HOUR, 6 * DAY, 9 * DAY, 29 * DAY], SignupMail.CONFIRM),
        ([71 * HOUR, *[9 * DAY] * 20], SignupMail.NOTHING),
        ([72 * HOUR, *[9 * DAY] * 20], SignupMail.CONFIRM),
    ],
)
def test_the_intervals_of_confirmation_emails_grow(
    ages: list[timedelta], expected: SignupMail
) -> None:
    assert choose(*(NOW - age for age in ages)) is expected


@pytest.mark.parametrize(
    ("ages", "may_send"),
    [
        ([], True),
        ([119 * SECOND], False),
        ([120 * SECOND], True),
        ([5 * MINUTE, 7 * MINUTE], False),
        ([24 * HOUR - SECOND, 25 * HOUR], False),
        ([24 * HOUR, 25 * HOUR], True),
        ([2 * DAY, 9 * DAY, 29 * DAY], False),
        ([29 * DAY, 29 * DAY, 29 * DAY], False),
        ([2 * DAY, 9 * DAY, 30 * DAY], True),
    ],
)
def test_an_email_is_sent_again_after_two_minutes_twice_a_day_and_three_times_a_month(
    ages: list[timedelta], may_send: bool
) -> None:
    sent = [NOW - age for age in ages]
    emails = SignupEmails(confirmations=sent, all=sent, intervals=SEND_AGAIN_INTERVALS)
    assert may_send_confirmation(emails, NOW) is may_send


@pytest.mark.parametrize(
    ("ages", "expected"),
    [
        ([23 * HOUR], SignupMail.NOTHING),
        ([24 * HOUR], SignupMail.ALREADY_SUBSCRIBED),
        ([2 * DAY, 9 * DAY, 29 * DAY], SignupMail.NOTHING),
        ([2 * DAY, 9 * DAY, 30 * DAY], SignupMail.ALREADY_SUBSCRIBED),
    ],
)
def test_a_subscriber_is_told_once_a_day_and_three_times_a_month(
    ages: list[timedelta], expected: SignupMail
) -> None:
    sent = [NOW - age for age in ages]
    assert choose(*sent, is_subscribed_already=True) is expected


@pytest.mark.parametrize(
    ("ages", "answer"),
    [
        ([119 * SECOND], AskAgain.EARLY),
        ([120 * SECOND], AskAgain.NOW),
        ([3 * MINUTE, 23 * HOUR], AskAgain.ENOUGH),
        ([MINUTE, 24 * HOUR], AskAgain.EARLY),
        ([3 * MINUTE, 24 * HOUR], AskAgain.NOW),
    ],
)
def test_a_browser_is_told_by_its_own_presses_whether_it_may_ask_again(
    ages: list[timedelta], answer: AskAgain
) -> None:
    assert choose_again([NOW - age for age in ages], NOW) is answer


def test_a_request_expires_at_its_time() -> None:
    assert not is_expired(NOW + timedelta(seconds=1), NOW)
    assert is_expired(NOW, NOW)


def test_a_code_may_be_tried_three_times() -> None:
    assert may_try_code(2)
    assert not may_try_code(3)


@pytest.mark.parametrize(
    ("wrong", "right", "expected"),
    [(99, 0, False), (100, 0, True), (100, 99, True), (100, 100, False), (1_000, 9_000, False)],
)
def test_codes_are_guessed_if_many_and_most_of_an_hour_are_wrong(
    wrong: int, right: int, expected: bool
) -> None:
    assert is_guessing(wrong=wrong, right=right) is expected
