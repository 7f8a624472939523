"""A lane: one connection to the relay, one journal, and the batch in hand."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Event

from supporters import clock
from supporters.delivery.claiming import Claim
from supporters.delivery.engine.watching import Watch
from supporters.delivery.journal.writing import Journal
from supporters.delivery.recording import Result
from supporters.delivery.relay.transport import Transport

LOG_AGAIN_AFTER_SECONDS = 60.0


@dataclass(kw_only=True)
class Lane:
    """What sends one batch after the other.

    `unrecorded` is what was sent and the ledger doesn't know yet. `is_unsure`: the database may
    have given us a batch, and failed before it could say so. `trouble` is why the last batch
    couldn't be sent whole, empty if it could. `said` is the trouble that was logged last, and when.
    """

    name: str
    transport: Transport
    journal: Journal
    watch: Watch
    ending: Event = field(default_factory=Event)
    unrecorded: tuple[Claim, Sequence[Result]] | None = None
    is_unsure: bool = False
    trouble: str = ""
    said: str = ""
    said_at: float = -math.inf

    def may_log(self, trouble: str) -> bool:
        """Tell whether to log a trouble: a new one, or the same once a minute.

        A disk that is full would else be filled again by what is logged of it.
        """
        if trouble == self.said and clock.uptime() - self.said_at < LOG_AGAIN_AFTER_SECONDS:
            return False
        self.said, self.said_at = trouble, clock.uptime()
        return True
