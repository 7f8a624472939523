"""Tests a table of states: each allowed move changes the status, every other one is refused."""

from collections.abc import Mapping
from enum import Enum, StrEnum
from itertools import product
from typing import TypeVar

import pytest

from supporters.transitions import HasStatus, StateMachine, TransitionRefused

S = TypeVar("S", bound=StrEnum)
M = TypeVar("M", bound=Enum)


def check_move(
    states: StateMachine[S, M], allowed: Mapping[tuple[S, M], S], row: HasStatus[S], move: M
) -> None:
    """Make a move. It leads to the status in the table, or is refused and changes nothing."""
    before = row.status
    if after := allowed.get((before, move)):
        states.transition(row, move)
        assert row.status is after
    else:
        with pytest.raises(TransitionRefused):
            states.transition(row, move)
        assert row.status is before


def every_move(statuses: type[S], moves: type[M]) -> pytest.MarkDecorator:
    """Run a test for each move in each status."""
    return pytest.mark.parametrize(("status", "move"), [*product(statuses, moves)])
