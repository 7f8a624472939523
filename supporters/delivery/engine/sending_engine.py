"""The threads of a worker process that send campaigns, with their send gate and the recovery."""

import time
from collections.abc import Callable
from threading import Event

from flask import Flask

from supporters.delivery.database_clock import database_time
from supporters.delivery.engine.batch_sender import StepResult, send_next_batch
from supporters.delivery.engine.dispatch import Sender
from supporters.delivery.engine.leased_connections import RENEW_EVERY_SECONDS, LeasedConnections
from supporters.delivery.engine.send_gate import LOOK_EVERY_SECONDS, SendGate
from supporters.delivery.send_journal.claim_recovery import recover_dead_workers
from supporters.delivery.send_journal.worker_registry import sender_name, worker_folder
from supporters.smtp_relay.send_journal import SendJournal
from supporters.smtp_relay.sending_threads import SendingThreads
from supporters.smtp_relay.transport import SmtpTransport, Transport

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0
ONE_MORE_AFTER_SECONDS = 30.0
IDLE_SECONDS = 0.05
NO_LEASE_SECONDS = 0.5
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
    sender = _open_sender(0, gate, Event())
    sender.transport = transport or sender.transport
    gate.refresh()
    try:
        for campaign_id in gate.list_due():
            while send_next_batch(campaign_id, sender) is StepResult.SENT and not sender.problem:
                gate.refresh()
    finally:
        sender.transport.close()
    sender.journal.remove()


def _open_sender(number: int, gate: SendGate, ending: Event) -> Sender:
    name = sender_name(number)
    return Sender(
        name=name,
        number=number,
        transport=SmtpTransport(),
        journal=SendJournal(worker_folder(), name),
        gate=gate,
        ending=ending,
    )


class SendingEngine(SendingThreads[Sender]):
    """Sends the campaigns that are due until `ending` is set."""

    def __init__(self, app: Flask, ending: Event, *, senders: int) -> None:
        self._throttle = Throttle(senders)
        self._gate = SendGate(database_time)
        self._leases = LeasedConnections(self._gate.now)
        with app.app_context():
            ours = [_open_sender(number, self._gate, ending) for number in range(senders)]
        super().__init__(app, ending, ours, name="delivery")
        self.repeat("watch", self._gate.refresh, every=LOOK_EVERY_SECONDS)
        self.repeat("recovery", _recover, every=RECOVER_EVERY_SECONDS)
        self.repeat("leases", self._leases.renew, every=RENEW_EVERY_SECONDS)

    def join(self, seconds: float) -> bool:
        """Wait for the threads to end, then give back what other machines may use."""
        has_all = super().join(seconds)
        self._try_once(self._leases.give_back)
        return has_all

    def _take_turn(self, sender: Sender) -> float:
        """Send a batch of each campaign that is due."""
        sender.settle()
        if not self._throttle.may_connect(sender.number):
            sender.transport.close()
        due = self._gate.list_due() if self._throttle.may_work(sender.number) else []
        if self._gate.has_connection_limit and not self._may_hold(sender, bool(due)):
            return NO_LEASE_SECONDS
        for campaign_id in due:
            if self._ending.is_set():
                break
            turn = send_next_batch(campaign_id, sender)
            if turn is StepResult.SENT or sender.problem:
                is_closing = sender.trouble is not None and sender.trouble.is_closing
                self._throttle.report(sender.problem, is_closing=is_closing)
            if sender.problem:
                break
        if due:
            return 0.0
        sender.transport.end_idle()
        return IDLE_SECONDS

    def _may_hold(self, sender: Sender, is_needed: bool) -> bool:
        """Tell whether a sender may have a connection within the common limit; else close it."""
        if is_needed and self._leases.may_connect(sender.name):
            return True
        sender.transport.close()
        self._leases.give_back(sender.name)
        return False


def _recover() -> None:
    """Recover the claims of this machine's dead workers; this may take a while."""
    recover_dead_workers(database_time())
