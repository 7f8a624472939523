"""Tries a table of states: each allowed move changes the status, every other one is refused."""

from collections.abc import Callable, Mapping
from enum import Enum, StrEnum
from itertools import product
from typing import TypeVar

from supporters.transitions import HasStatus, StateMachine, TransitionRefused

S = TypeVar("S", bound=StrEnum)
M = TypeVar("M", bound=Enum)


def wrong_moves(
    states: StateMachine[S, M],
    allowed: Mapping[tuple[S, M], S],
    row_in: Callable[[S], HasStatus[S]],
) -> list[str]:
    """Make each move in each status; return those that lead elsewhere than the table says."""
    status_of_table, move_of_table = next(iter(allowed))
    faults = []
    for status, move in product(type(status_of_table), type(move_of_table)):
        row, expected = row_in(status), allowed.get((status, move))
        try:
            states.transition(row, move)
            is_refused = False
        except TransitionRefused:
            is_refused = True
        if is_refused != (expected is None) or row.status is not (expected or status):
            faults.append(f"{status.name}, {move.name}: {row.status.name}, not {expected}")
    return faults
