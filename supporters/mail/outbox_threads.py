"""The threads of a worker process that send transactional emails: a sender for each connection.

They run beside the jobs and the senders of campaigns, so no email waits for either. A sender looks
three times a second for emails that are due; no job and no dispatcher hands them out (ADR 062).
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog
from flask import Flask

from supporters import clock
from supporters.database import DatabaseUnavailable, db, transaction
from supporters.extensions import current_settings
from supporters.logs import log_failure
from supporters.mail.outbox_results import UNTRIED, record_results
from supporters.mail.outbox_sender import OutboxSender
from supporters.mail.queries import has_due_emails
from supporters.smtp_relay.send_journal import OF_EMAILS, SendJournal

log = structlog.get_logger(__name__)
PAUSE_SECONDS = 0.3  # a batch costs as much as its first twenty emails, so more come together
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 15.0
LONGEST_PAUSE_IF_REFUSED_SECONDS = 60.0
AFTER_FAILURE_SECONDS = 1.0
WATCH_EVERY_SECONDS = 1.0
HOLD_SECONDS = 3.0  # after that, another sender gets what a slow relay holds up
LOG_AGAIN_AFTER_SECONDS = 60.0


class OutboxThreads:
    """Sends the transactional emails that are due until `ending` is set."""

    def __init__(self, app: Flask, ending: threading.Event, *, worker: str, folder: Path) -> None:
        self._app = app
        self._ending = ending
        with app.app_context():
            self._senders = [
                OutboxSender(
                    worker=worker,
                    number=number,
                    journal=SendJournal(folder, f"{worker}-{number}", OF_EMAILS),
                    ending=ending,
                )
                for number in range(current_settings().outbox_connections)
            ]
        self._threads = [
            threading.Thread(target=self._watch_on, name="outbox-watch", daemon=True),
            *(
                threading.Thread(
                    target=self._send_on, args=[sender], name=f"outbox-{sender.number}", daemon=True
                )
                for sender in self._senders
            ),
        ]

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    def join(self, seconds: float) -> bool:
        """Wait for the senders to end; tell whether the outbox has everything that they sent."""
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        is_over = not any(thread.is_alive() for thread in self._threads)
        is_over = is_over and not any(each.results or each.is_unsure for each in self._senders)
        if is_over:
            for sender in self._senders:
                sender.journal.remove()
        return is_over

    def _send_on(self, sender: OutboxSender) -> None:
        turns = _Turns(sender)
        while not self._ending.is_set():
            if not self._attempt(turns.take):
                turns.wait = AFTER_FAILURE_SECONDS
            self._ending.wait(turns.wait)
        self._attempt(sender.settle)
        self._attempt(sender.transport.close)

    def _watch_on(self) -> None:
        """Put back what slow relays hold up."""
        while not self._ending.is_set():
            for sender in self._senders:
                self._attempt(lambda sender=sender: put_back_held_up(sender))  # type: ignore[misc]
            self._ending.wait(WATCH_EVERY_SECONDS)

    def _attempt(self, step: Callable[[], None]) -> bool:
        """Run a step in an application context; log a failure, and go on."""
        try:
            with self._app.app_context():
                step()
        except DatabaseUnavailable as error:
            log_failure("emails.database_unavailable", error)
        except Exception as error:  # a thread's outermost loop
            log_failure("emails.failed", error)
        else:
            return True
        return False


class _Turns:
    """The turns of a sender, and the pauses between them, in seconds."""

    def __init__(self, sender: OutboxSender) -> None:
        self.wait = 0.0
        self._sender = sender
        self._pause = 0.0
        self._said, self._said_at = "", 0.0

    def take(self) -> None:
        """Send a batch, or look whether there is one. Raises DatabaseUnavailable."""
        sender = self._sender
        if sender.is_unsure:
            sender.settle()
        if not sender.results and not _has_due_emails():
            sender.transport.end_idle()
            self.wait = PAUSE_SECONDS
            return
        limit = sender.limit
        claim = sender.send_next()
        if claim.seen < limit:
            sender.settle()
            self.wait = PAUSE_SECONDS
        else:
            self.wait = 0.0
        is_refused = sender.trouble is not None and sender.trouble.refuses_us
        longest = LONGEST_PAUSE_IF_REFUSED_SECONDS if is_refused else LONGEST_PAUSE_SECONDS
        self._pause_after(sender.problem, longest)

    def _pause_after(self, problem: str, longest: float) -> None:
        """Wait longer each time while the relay can't be used: the emails stay due meanwhile."""
        if not problem:
            self._pause = 0.0
            return
        self._sender.settle()
        self._pause = min(max(FIRST_PAUSE_SECONDS, 2 * self._pause), longest)
        self.wait = self._pause
        now = clock.uptime()
        if problem != self._said or now - self._said_at > LOG_AGAIN_AFTER_SECONDS:
            self._said, self._said_at = problem, now
            log.warning("emails.problem", problem=problem)


def _has_due_emails() -> bool:
    try:
        return has_due_emails(clock.now())
    finally:
        db.session.rollback()


def put_back_held_up(sender: OutboxSender) -> None:
    """Put back what a sender has not begun, if the relay has not answered it for long."""
    batch = sender.batch
    if batch is None or clock.uptime() - batch.began < HOLD_SECONDS:
        return
    if untried := batch.take_untried():
        ids = [each.email.id for each in untried]
        try:
            with transaction():
                record_results(dict.fromkeys(ids, UNTRIED), clock.now(), batch.hold)
        except DatabaseUnavailable:
            batch.give_back(untried)
            raise
