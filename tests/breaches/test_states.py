"""Each move of a breach, and of the notice to its people, refused moves included."""

from enum import Enum
from typing import Any

import pytest

from supporters.breaches.models import BreachNoticeStatus, BreachStatus
from supporters.breaches.states import (
    BREACH_NOTICE_STATES,
    BREACH_STATES,
    BreachMove,
    BreachNoticeMove,
)
from supporters.transitions import StateMachine

ALLOWED = {
    (BreachStatus.OPEN, BreachMove.NOTIFY): BreachStatus.NOTIFIED,
    (BreachStatus.NOT_NOTIFIABLE, BreachMove.NOTIFY): BreachStatus.NOTIFIED,
    (BreachStatus.OPEN, BreachMove.DISMISS): BreachStatus.NOT_NOTIFIABLE,
    (BreachStatus.NOTIFIED, BreachMove.CLOSE): BreachStatus.CLOSED,
    (BreachStatus.NOT_NOTIFIABLE, BreachMove.CLOSE): BreachStatus.CLOSED,
    (BreachStatus.CLOSED, BreachMove.REOPEN): BreachStatus.OPEN,
}
AWAITING, SENDING, SENT = BreachNoticeStatus
ALLOWED_NOTICES = {
    (AWAITING, BreachNoticeMove.CHANGE): AWAITING,
    (SENT, BreachNoticeMove.CHANGE): AWAITING,
    (AWAITING, BreachNoticeMove.APPROVE): SENDING,
    (SENDING, BreachNoticeMove.VOID): AWAITING,
    (SENDING, BreachNoticeMove.FINISH): SENT,
}


@pytest.mark.parametrize(
    ("machine", "statuses", "moves", "allowed"),
    [
        (BREACH_STATES, BreachStatus, BreachMove, ALLOWED),
        (BREACH_NOTICE_STATES, BreachNoticeStatus, BreachNoticeMove, ALLOWED_NOTICES),
    ],
    ids=["breach", "notice"],
)
def test_each_move_is_allowed_where_the_table_says(
    machine: StateMachine[Any, Any],
    statuses: type[Enum],
    moves: type[Enum],
    allowed: dict[tuple[Enum, Enum], Enum],
) -> None:
    found = {
        (status, move): machine.target(move)
        for status in statuses
        for move in moves
        if machine.allows(status, move)
    }
    assert found == allowed
