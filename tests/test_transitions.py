"""The shape of a state machine: a move leads from its statuses to one status, or is refused."""

from dataclasses import dataclass
from enum import Enum, StrEnum, auto

import pytest

from supporters.transitions import StateMachine, Transition, TransitionRefused


class Light(StrEnum):
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class Turn(Enum):
    STOP = auto()
    GO = auto()


@dataclass
class Lamp:
    status: Light


LIGHTS = StateMachine(
    {
        Turn.STOP: Transition({Light.GREEN, Light.AMBER}, Light.RED),
        Turn.GO: Transition({Light.RED}, Light.GREEN),
    }
)


@pytest.mark.parametrize("status", [Light.GREEN, Light.AMBER])
def test_a_move_leads_from_each_of_its_statuses_to_one(status: Light) -> None:
    lamp = Lamp(status)
    LIGHTS.transition(lamp, Turn.STOP)
    assert lamp.status is Light.RED


def test_a_refused_move_changes_nothing_and_names_the_move_and_the_status() -> None:
    lamp = Lamp(Light.GREEN)
    with pytest.raises(TransitionRefused, match=r"Lamp: GO is not allowed in green\."):
        LIGHTS.transition(lamp, Turn.GO)
    assert lamp.status is Light.GREEN


def test_a_bulk_statement_reads_sources_and_target_from_the_same_table() -> None:
    assert LIGHTS.sources(Turn.STOP) == {Light.GREEN, Light.AMBER}
    assert LIGHTS.target(Turn.STOP) is Light.RED
