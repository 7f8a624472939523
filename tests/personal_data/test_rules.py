"""An export needs a meaningful reason, at least one person, and few exports before it."""

from datetime import UTC, datetime, timedelta

import pytest

from supporters.personal_data.rules import (
    EXPORTS_A_DAY,
    LONGEST_REASON,
    ExportError,
    count_exports_left,
    find_export_error,
)

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
A_DAY_AGO = NOW - timedelta(hours=24)
REASON = "For the congress"


@pytest.mark.parametrize(
    ("reason", "fault"),
    [
        ("", ExportError.REASON_TOO_SHORT),
        ("a b c d e f", ExportError.REASON_TOO_SHORT),
        (" \n" * 20, ExportError.REASON_TOO_SHORT),
        ("0123456789", None),
        (REASON, None),
        ("x" * LONGEST_REASON, None),
        ("x" * (LONGEST_REASON + 1), ExportError.REASON_TOO_LONG),
    ],
)
def test_a_reason_says_something(reason: str, fault: ExportError | None) -> None:
    assert find_export_error(reason, earlier=[], people=1, now=NOW) is fault


@pytest.mark.parametrize(
    ("earlier", "left"),
    [
        ([], 3),
        ([NOW], 2),
        ([NOW - timedelta(hours=23)] * 3, 0),
        ([NOW] * 5, 0),
        ([A_DAY_AGO] * 3, 3),
        ([A_DAY_AGO, NOW, NOW], 1),
    ],
)
def test_an_account_makes_so_many_a_day(earlier: list[datetime], left: int) -> None:
    assert count_exports_left(earlier, NOW) == left


def test_one_too_many_is_refused() -> None:
    earlier = [NOW] * EXPORTS_A_DAY
    assert find_export_error(REASON, earlier=earlier, people=1, now=NOW) is ExportError.TOO_MANY
    assert find_export_error(REASON, earlier=earlier[1:], people=1, now=NOW) is None


def test_nobody_is_no_export() -> None:
    assert find_export_error(REASON, earlier=[], people=0, now=NOW) is ExportError.NOBODY
