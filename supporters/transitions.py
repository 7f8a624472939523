"""The shape of every state machine: which move leads from which statuses to which one.

Each feature with a status keeps its table of moves in `states.py`. A status is written only by
`transition`, or by a bulk statement that takes `sources` and `target` from the same table.
"""

from collections.abc import Mapping, Set
from enum import Enum, StrEnum
from typing import Generic, NamedTuple, Protocol, TypeVar

S = TypeVar("S", bound=StrEnum)
M = TypeVar("M", bound=Enum)


class HasStatus(Protocol[S]):
    """A row with a status."""

    status: S


class TransitionRefused(Exception):
    """A row's status doesn't allow the move: an error of the program."""


class Transition(NamedTuple, Generic[S]):
    """The statuses that allow a move, and the status that it leads to."""

    sources: Set[S]
    target: S


class StateMachine(Generic[S, M]):
    """The moves between the statuses of one table. Every move leads to one status."""

    def __init__(self, transitions: Mapping[M, Transition[S]]) -> None:
        self._transitions = transitions

    def allows(self, status: S, move: M) -> bool:
        """Tell whether a status allows a move."""
        return status in self.sources(move)

    def sources(self, move: M) -> frozenset[S]:
        """Return the statuses that allow a move."""
        return frozenset(self._transitions[move].sources)

    def target(self, move: M) -> S:
        """Return the status that a move leads to."""
        return self._transitions[move].target

    def transition(self, row: HasStatus[S], move: M) -> None:
        """Give a row the status that a move leads to. Raises TransitionRefused."""
        if not self.allows(row.status, move):
            message = f"{type(row).__name__}: {move.name} is not allowed in {row.status.value}."
            raise TransitionRefused(message)
        row.status = self.target(move)
