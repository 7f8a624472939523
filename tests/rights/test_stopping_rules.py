"""When contests stop a campaign."""

import pytest

from supporters.rights.rules import must_stop


@pytest.mark.parametrize(
    ("contests", "known", "accepted", "expected"),
    [
        (4, 0, 0, False),
        (5, 0, 0, True),
        (5, 0, 1_666, True),
        (5, 0, 1_667, False),
        (300, 0, 100_000, True),
        (299, 0, 100_000, False),
        (5, 5, 0, False),
        (9, 5, 0, False),
        (10, 5, 0, True),
        (600, 300, 100_000, True),
        (599, 300, 100_000, False),
    ],
)
def test_three_in_a_thousand_and_at_least_five_people(
    contests: int, known: int, accepted: int, expected: bool
) -> None:
    assert must_stop(contests, known, accepted) is expected
