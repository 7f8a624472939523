"""People who sign up at planned moments, and send the form again if its answer doesn't come."""

import time
from contextlib import closing
from dataclasses import dataclass, field
from itertools import takewhile

from tests.faults.evening.evening_visitors import (
    ASKED_TO_WAIT,
    NO_ANSWER,
    EveningVisitors,
    ask_once,
)
from tests.servers.reused_connection import ReusedConnection

AT_ONCE = 48
TRIES = 20
RELOADS_AFTER = 0.5  # seconds: a person presses "reload", or the browser does it alone
WAITING_PAGE_SENDS_AFTER = 2.0


@dataclass
class HurriedVisitors(EveningVisitors):
    """So many `rate` a second, from the moment `begins_at` of the clock that never jumps.

    `seconds`: from each planned moment to the answer that ended it. `cut` and `asked_to_wait`: the
    tries whose connection broke, and that got the waiting page; one entry each.
    """

    at_once: int = AT_ONCE
    rate: float = 0.0
    begins_at: float = 0.0
    seconds: list[float] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    asked_to_wait: list[str] = field(default_factory=list)

    def have_answers(self) -> bool:
        """Tell whether each of them got an answer, or gave up."""
        return len(self.answers) == self.people

    def _sign_up(self) -> None:
        with closing(ReusedConnection(self.port)) as connection:
            for number in takewhile(lambda number: number < self.people, self._numbers):
                planned = self.begins_at + number / self.rate
                time.sleep(max(0.0, planned - time.monotonic()))
                address = f"hurried{number}@example.org"
                self.answers[address] = self._insist(connection, address)
                self.seconds.append(time.monotonic() - planned)

    def _insist(self, connection: ReusedConnection, address: str) -> int:
        """Send the form until it gets an answer; return its status."""
        for _ in range(TRIES):
            reply = ask_once(connection, self.form.fill_in(address))
            if reply is None:
                self.cut.append(address)
                time.sleep(RELOADS_AFTER)
            elif reply.status == ASKED_TO_WAIT:
                self.asked_to_wait.append(address)
                time.sleep(WAITING_PAGE_SENDS_AFTER)
            else:
                return reply.status
        return NO_ANSWER
