"""The faults of the receiving server: plain values that travel as JSON."""

import json
import zlib
from dataclasses import asdict, dataclass

OURS = "@parti.example"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault at one step of the dialogue.

    `at`: CONNECT, EHLO, MAIL, RCPT, DATA; NOBODY, which is DATA when no recipient was taken; BODY,
    which is the final dot. `reply`: the reply in place of the usual one; unchanged and without a
    line end if `is_raw`. `seconds`: how long it is held back. `drip`: the pause after each byte of
    it. `hangs_up`: the connection is cut afterwards. `takes`: whether the message counts as
    accepted; by default the reply decides.

    Which messages: a `share` of the recipients, always the same ones; or each `nth`; at most
    `times` in all; on each connection those `after` this many were taken.
    """

    at: str
    reply: str | None = None
    is_raw: bool = False
    seconds: float = 0
    drip: float = 0
    hangs_up: bool = False
    takes: bool | None = None
    share: float = 1
    nth: int = 1
    times: int | None = None
    after: int = 0

    def concerns(self, recipient: str) -> bool:
        """Tell whether a recipient belongs to the share. The party's own mailboxes never do."""
        if recipient.endswith(OURS):
            return False  # the head of the log leaves at any moment, and would take a fault
        return self.share >= 1 or zlib.crc32(recipient.encode()) % 1000 < 1000 * self.share


@dataclass(frozen=True, kw_only=True)
class Manners:
    """The behaviour of the server: its faults, and its capabilities."""

    faults: tuple[Fault, ...] = ()
    pipelining: bool = True
    certificate: str = ""

    def to_json(self) -> str:
        """Return it as one line."""
        return json.dumps(asdict(self))


def read_manners(line: str) -> Manners:
    """Return the behaviour from a line."""
    values = json.loads(line)
    faults = tuple(Fault(**each) for each in values.pop("faults"))
    return Manners(faults=faults, **values)
