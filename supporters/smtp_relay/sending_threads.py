"""The threads of a worker process that send: one for each connection to the relay.

They run beside the jobs, so no email waits for a job. A sender claims whatever is due; nobody
hands out work that could get lost (ADR 001).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import Event
from typing import Generic, TypeVar

from flask import Flask

from supporters.repeating_threads import RepeatingThreads
from supporters.smtp_relay.outcomes import RelayReply
from supporters.smtp_relay.send_journal import SendJournal
from supporters.smtp_relay.transport import Transport

AFTER_FAILURE_SECONDS = 1.0


@dataclass(kw_only=True)
class RelaySender:
    """Sends one batch after the other. `number` tells it from the others of its process.

    While `is_unsure`, the database may have given us a batch, and failed before it could say so.
    `problem` is why the last batch couldn't be sent whole; it is empty if all were sent, and
    `trouble` is the relay's part in it. `sign` signs a message as it leaves.
    """

    number: int = 0
    transport: Transport
    journal: SendJournal
    ending: Event = field(default_factory=Event)
    is_unsure: bool = False
    problem: str = ""
    trouble: RelayReply | None = None
    sign: Callable[[bytes], bytes] = bytes

    def has_unrecorded(self) -> bool:
        """Tell whether the database lacks a result of ours."""
        raise NotImplementedError

    def settle(self) -> None:
        """Record what was sent, and release what we may hold without knowing it.

        Raises DatabaseUnavailable.
        """
        raise NotImplementedError


S = TypeVar("S", bound=RelaySender)


class SendingThreads(RepeatingThreads, Generic[S]):
    """Let senders take turns until `ending` is set."""

    def __init__(self, app: Flask, ending: Event, senders: Sequence[S], *, name: str) -> None:
        super().__init__(app, ending, failure=f"{name}.failed")
        self._senders = senders
        for sender in senders:
            self._add(f"{name}-{sender.number}", partial(self._send, sender))

    def join(self, seconds: float) -> bool:
        """Wait for the threads to end; tell whether the database has everything that they sent."""
        has_all = super().join(seconds) and not any(
            sender.has_unrecorded() or sender.is_unsure for sender in self._senders
        )
        if has_all:
            for sender in self._senders:
                sender.journal.remove()
        return has_all

    def _send(self, sender: S) -> None:
        while not self._ending.is_set():
            pause = self._try_once(partial(self._take_turn, sender))
            self._ending.wait(AFTER_FAILURE_SECONDS if pause is None else pause)
        self._try_once(sender.settle)
        self._try_once(sender.transport.close)

    def _take_turn(self, sender: S) -> float:
        """Send what is due, or look whether there is anything; return for how long to pause.

        Raises DatabaseUnavailable.
        """
        raise NotImplementedError
