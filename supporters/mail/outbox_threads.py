"""The threads of a worker process that send transactional emails, and the one that watches them.

A sender looks three times a second for emails that are due (ADR 095).
"""

from pathlib import Path
from threading import Event

from flask import Flask

from supporters import clock
from supporters.database import DatabaseUnavailable, db, transaction
from supporters.extensions import current_settings
from supporters.logs import log_problem
from supporters.mail.due_floor import DueFloor
from supporters.mail.outbox_results import UNTRIED, record_results
from supporters.mail.outbox_sender import OutboxSender, open_transport
from supporters.mail.queries import find_oldest_queued, has_due_emails
from supporters.mail.streams import list_streams
from supporters.smtp_relay.send_journal import OF_EMAILS, SendJournal
from supporters.smtp_relay.sending_threads import SendingThreads

PAUSE_SECONDS = 0.3  # a batch costs as much as its first twenty emails, so more come together
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 15.0
LONGEST_PAUSE_IF_REFUSED_SECONDS = 60.0
WATCH_EVERY_SECONDS = 1.0
HOLD_SECONDS = 3.0  # after that, another sender gets what a slow relay holds up


class OutboxThreads(SendingThreads[OutboxSender]):
    """Sends the transactional emails that are due until `ending` is set.

    Each stream has its own connections and pauses: a refused one doesn't slow the other.
    """

    def __init__(self, app: Flask, ending: Event, *, worker: str, folder: Path) -> None:
        with app.app_context():
            connections = current_settings().outbox_connections
            self._floor = DueFloor(find_oldest_queued)
            streams = [kinds for kinds in list_streams() for _ in range(connections)]
            senders = [
                OutboxSender(
                    worker=worker,
                    number=number,
                    kinds=kinds,
                    transport=open_transport(kinds),
                    journal=SendJournal(folder, f"{worker}-{number}", OF_EMAILS),
                    ending=ending,
                    floor=self._floor,
                )
                for number, kinds in enumerate(streams)
            ]
        super().__init__(app, ending, senders, name="emails")
        self.repeat("emails-watch", self._watch, every=WATCH_EVERY_SECONDS)

    def _take_turn(self, sender: OutboxSender) -> float:
        if sender.is_unsure:
            sender.settle()
        if not sender.results and not self._has_due_emails():
            sender.transport.end_idle()
            return PAUSE_SECONDS
        limit = sender.limit
        claim = sender.send_next()
        if sender.problem or claim.seen < limit:
            sender.settle()
        if sender.problem:
            log_problem("emails.problem", sender.problem)
            return _lengthen_pause(sender)
        sender.pause = 0.0
        return PAUSE_SECONDS if claim.seen < limit else 0.0

    def _has_due_emails(self) -> bool:
        try:
            return has_due_emails(clock.now(), self._floor.get())
        finally:
            db.session.rollback()

    def _watch(self) -> None:
        for sender in self._senders:
            put_back_held_up(sender)


def _lengthen_pause(sender: OutboxSender) -> float:
    """Pause longer each time while the relay can't be used: the emails stay due meanwhile."""
    is_refused = sender.trouble is not None and sender.trouble.refuses_us
    longest = LONGEST_PAUSE_IF_REFUSED_SECONDS if is_refused else LONGEST_PAUSE_SECONDS
    sender.pause = min(max(FIRST_PAUSE_SECONDS, 2 * sender.pause), longest)
    return sender.pause


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
