"""The sending threads of a worker process: a send gate, and a sender for each connection.

They run beside the threads of the jobs, so a transactional email never waits for a campaign. A
sender claims whatever is due; no dispatcher hands out work that could get lost (ADR 015).
"""

import threading
import time
from collections.abc import Callable

from flask import Flask

from supporters.database import DatabaseUnavailable
from supporters.delivery.database_clock import database_time
from supporters.delivery.engine.batch_sender import StepResult, send_next_batch, settle_unrecorded
from supporters.delivery.engine.dispatch import Sender
from supporters.delivery.engine.send_gate import LOOK_EVERY_SECONDS, SendGate
from supporters.delivery.send_journal.claim_recovery import recover_dead_workers
from supporters.delivery.send_journal.worker_registry import sender_name, worker_folder
from supporters.logs import log_failure
from supporters.smtp_relay.send_journal import SendJournal
from supporters.smtp_relay.transport import SmtpTransport, Transport

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0
ONE_MORE_AFTER_SECONDS = 30.0
IDLE_SECONDS = 0.05
AFTER_FAILURE_SECONDS = 1.0
RECOVER_EVERY_SECONDS = 5.0


class Throttle:
    """How many senders may work, and from when on. `read_time` returns monotonic seconds."""

    def __init__(self, senders: int, read_time: Callable[[], float] = time.monotonic) -> None:
        self._read_time = read_time
        self._senders = senders
        self._allowed = senders
        self._pause = 0.0
        self._not_before = 0.0
        self._changed_at = 0.0

    def may_connect(self, sender: int) -> bool:
        """Tell whether the sender of this number, counted from 0, may have a connection."""
        return sender < self._allowed

    def may_work(self, sender: int) -> bool:
        """Tell whether a sender may claim a batch now."""
        return self.may_connect(sender) and self._read_time() >= self._not_before

    def report(self, problem: str, *, is_closing: bool = False) -> None:
        """Record how a batch went: its problem or an empty text, and whether the relay said 421."""
        now = self._read_time()
        if not problem:
            self._recover(now)
        elif now >= self._not_before:  # problems of senders that began together count once
            self._pause = min(max(FIRST_PAUSE_SECONDS, 2 * self._pause), LONGEST_PAUSE_SECONDS)
            self._not_before = now + self._pause
            if is_closing:
                self._allowed = max(1, self._allowed - 1)
                self._changed_at = now

    def _recover(self, now: float) -> None:
        self._pause = 0.0
        if self._allowed < self._senders and now - self._changed_at > ONE_MORE_AFTER_SECONDS:
            self._allowed += 1
            self._changed_at = now


def send_here(transport: Transport | None = None) -> None:
    """Send in this thread what is due at present: for tests and commands without a worker."""
    gate = SendGate()
    sender = _open_sender(0, gate, threading.Event())
    sender.transport = transport or sender.transport
    gate.refresh()
    try:
        for campaign_id in gate.list_due():
            while send_next_batch(campaign_id, sender) is StepResult.SENT and not sender.problem:
                gate.refresh()
    finally:
        sender.transport.close()
    sender.journal.remove()


def _open_sender(number: int, gate: SendGate, ending: threading.Event) -> Sender:
    name = sender_name(number)
    return Sender(
        name=name,
        transport=SmtpTransport(),
        journal=SendJournal(worker_folder(), name),
        gate=gate,
        ending=ending,
    )


class SendingEngine:
    """Sends the campaigns that are due until `ending` is set."""

    def __init__(self, app: Flask, ending: threading.Event, *, senders: int) -> None:
        self._app = app
        self._ending = ending
        self._throttle = Throttle(senders)
        self._gate = SendGate(database_time)
        with app.app_context():
            self._senders = [_open_sender(number, self._gate, ending) for number in range(senders)]
        self._threads = [
            threading.Thread(target=self._watch_on, name="watch", daemon=True),
            threading.Thread(target=self._recover_on, name="recovery", daemon=True),
            *(
                threading.Thread(target=self._send_on, args=[number], name=sender.name, daemon=True)
                for number, sender in enumerate(self._senders)
            ),
        ]

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    def join(self, seconds: float) -> bool:
        """Wait for the senders to end; tell whether the ledger has everything that they sent."""
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        is_over = not any(thread.is_alive() for thread in self._threads)
        is_over = is_over and not any(
            sender.unrecorded or sender.is_unsure for sender in self._senders
        )
        if is_over:
            for sender in self._senders:
                sender.journal.remove()
        return is_over

    def _watch_on(self) -> None:
        while not self._ending.is_set():
            self._attempt(self._gate.refresh)
            self._ending.wait(LOOK_EVERY_SECONDS)

    def _recover_on(self) -> None:
        """Recover the claims of this machine's dead workers; this may take a while."""
        while not self._ending.is_set():
            self._attempt(lambda: recover_dead_workers(database_time()))
            self._ending.wait(RECOVER_EVERY_SECONDS)

    def _send_on(self, number: int) -> None:
        sender = self._senders[number]
        while not self._ending.is_set():
            if not self._attempt(lambda: self._take_turns(number), sender):
                self._ending.wait(AFTER_FAILURE_SECONDS)
        self._attempt(lambda: settle_unrecorded(sender))
        self._attempt(sender.transport.close)

    def _attempt(self, step: Callable[[], object], sender: Sender | None = None) -> bool:
        """Run a step in an application context; log a failure, and go on.

        A sender tries again each second, and logs the same failure once a minute.
        """
        try:
            with self._app.app_context():
                step()
        except DatabaseUnavailable as error:
            if sender is None or sender.may_log(type(error).__name__):
                log_failure("delivery.database_unavailable", error)
        except Exception as error:  # a thread's outermost loop
            log_failure("delivery.failed", error)
        else:
            return True
        return False

    def _take_turns(self, number: int) -> None:
        """Send a batch of each campaign that is due, or wait for a moment."""
        sender = self._senders[number]
        settle_unrecorded(sender)
        if not self._throttle.may_connect(number):
            sender.transport.close()
        due = self._gate.list_due() if self._throttle.may_work(number) else []
        for campaign_id in due:
            if self._ending.is_set():
                return
            turn = send_next_batch(campaign_id, sender)
            if turn is StepResult.SENT or sender.problem:
                is_closing = sender.trouble is not None and sender.trouble.is_closing
                self._throttle.report(sender.problem, is_closing=is_closing)
            if sender.problem:
                return
        if not due:
            sender.transport.end_idle()
            self._ending.wait(IDLE_SECONDS)
