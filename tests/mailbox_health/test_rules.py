"""A mailbox is dead by evidence only; soft failures need several days; ours never count."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from supporters.bounce_classes.classes import WEIGHTS, BounceClass, Weight
from supporters.mailbox_health.rules import PastFailure, is_worse, judge_mailbox

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
FULL, NO_MAILBOX, POLICY = BounceClass.FULL, BounceClass.NO_MAILBOX, BounceClass.POLICY


def failures(*days_ago: float, bounce_class: BounceClass = FULL) -> list[PastFailure]:
    """Return failures of so many days ago."""
    return [
        PastFailure(bounce_class=bounce_class, occurred_at=NOW - timedelta(days=each))
        for each in days_ago
    ]


def judge(known: Sequence[PastFailure], *, since: datetime | None = None) -> BounceClass | None:
    return judge_mailbox(known, NOW, zone=PARIS, since=since)


@pytest.mark.parametrize("each", [*BounceClass])
def test_only_evidence_of_a_missing_mailbox_or_domain_counts_at_once(each: BounceClass) -> None:
    is_dead = judge(failures(0, bounce_class=each)) is each
    assert is_dead is (WEIGHTS[each] is Weight.DEAD)


def test_five_soft_failures_on_three_days_are_enough() -> None:
    assert judge(failures(0, 1, 1, 2, 2)) is FULL


@pytest.mark.parametrize("days_ago", [(0, 1, 2, 3), (0, 0, 0, 1, 1, 1), (0, 0.1) * 5])
def test_fewer_failures_or_days_are_not_enough(days_ago: Sequence[float]) -> None:
    assert judge(failures(*days_ago)) is None


def test_days_are_those_of_the_party() -> None:
    late = datetime(2026, 11, 30, 22, 59, tzinfo=UTC)  # 23:59 in Paris
    moments = [late, late + timedelta(minutes=2), late - timedelta(days=1)]
    known = [PastFailure(bounce_class=FULL, occurred_at=each) for each in moments]
    assert judge(known + known[:2]) is FULL


def test_failures_of_more_than_thirty_days_ago_are_over() -> None:
    assert judge(failures(31, 32, 0, 1, 2)) is None


def test_a_delivery_since_ends_a_soft_failure() -> None:
    ended = [
        PastFailure(bounce_class=FULL, occurred_at=each.occurred_at, was_delivered_since=True)
        for each in failures(3, 4, 5)
    ]
    assert judge([*ended, *failures(0, 1, 2)]) is None


def test_what_speaks_against_us_never_counts() -> None:
    ours = [each for each in BounceClass if WEIGHTS[each] is Weight.NOT_THEIRS]
    known = [one for each in ours for one in failures(0, 1, 2, 3, 4, bounce_class=each)]
    assert judge(known) is None


def test_nothing_before_the_last_confirmation_counts() -> None:
    known = [*failures(2, bounce_class=NO_MAILBOX), *failures(0, 1, 2, 2, 3)]
    assert judge(known, since=NOW - timedelta(days=1.5)) is None


def test_a_later_answer_is_worse_only_as_evidence() -> None:
    pairs = ((NO_MAILBOX, FULL), (FULL, NO_MAILBOX), (NO_MAILBOX, NO_MAILBOX), (POLICY, FULL))
    assert [is_worse(*each) for each in pairs] == [True, False, False, False]
