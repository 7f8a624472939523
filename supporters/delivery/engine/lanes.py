"""A lane: one connection to the relay, one journal, and the batch in hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Event

from supporters.delivery.claiming import Claim
from supporters.delivery.engine.watching import Watch
from supporters.delivery.journal.writing import Journal
from supporters.delivery.recording import Result
from supporters.delivery.relay.transport import Transport


@dataclass(kw_only=True)
class Lane:
    """What sends one batch after the other.

    `unrecorded` is what was sent and the ledger doesn't know yet. `is_unsure`: the database may
    have given us a batch, and failed before it could say so. `trouble` is why the last batch
    couldn't be sent whole, empty if it could.
    """

    name: str
    transport: Transport
    journal: Journal
    watch: Watch
    ending: Event = field(default_factory=Event)
    unrecorded: tuple[Claim, Sequence[Result]] | None = None
    is_unsure: bool = False
    trouble: str = ""
