"""When a transactional email is tried again, and when that is of no more use."""

from datetime import UTC, datetime, timedelta

import pytest

from supporters.mail.rules import is_worth_retrying, next_attempt

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 30), (5, 30), (100, 30)]
)
def test_pauses_grow_to_half_an_hour(attempts: int, minutes: int) -> None:
    assert next_attempt(attempts, NOW) == NOW + timedelta(minutes=minutes)


def test_an_email_is_tried_again_while_it_is_of_use() -> None:
    assert is_worth_retrying(NOW, NOW + timedelta(seconds=1))
    assert not is_worth_retrying(NOW, NOW)
    assert not is_worth_retrying(NOW, NOW - timedelta(seconds=1))
