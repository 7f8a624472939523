"""The reasons of refusals, the times when people left, and the usual of a list."""

from datetime import UTC, datetime, timedelta

from supporters.bounce_classes.classes import BounceClass
from supporters.campaign_totals.rules import (
    DepartureStep,
    add_up_reasons,
    add_up_steps,
    share_of,
    usual_of,
)

LAUNCHED = datetime(2026, 11, 30, 9, 40, tzinfo=UTC)


def test_the_reasons_are_added_up_with_the_most_first() -> None:
    replies = [("552", 1), ("550 5.1.1", 2), ("550 5.1.1", 3)]
    assert add_up_reasons(replies) == {BounceClass.NO_MAILBOX: 5, BounceClass.FULL: 1}
    assert next(iter(add_up_reasons(replies))) is BounceClass.NO_MAILBOX


def test_hours_become_steps_after_the_launch() -> None:
    first = LAUNCHED.replace(minute=0)
    hours = {0: 1, 1: 2, 2: 3, 23: 4, 24: 5, 47: 6, 48: 7, 167: 8, 168: 9}
    steps = add_up_steps(
        [(first + timedelta(hours=hour), people) for hour, people in hours.items()], LAUNCHED
    )
    assert list(steps.values()) == [3, 7, 11, 15, 9]
    assert [*steps] == [*DepartureStep]


def test_few_campaigns_have_no_usual_and_nobody_has_no_share() -> None:
    assert share_of(3, 0) is None
    assert share_of(1, 4) == 0.25
    assert usual_of([0.1, 0.2, None]) is None
    assert usual_of([0.1, 0.9, 0.2, None]) == 0.2
