"""Reads what comes back until it is asked to stop, in a worker or alone."""

import asyncio
import time
from collections.abc import Callable
from threading import Event

import structlog
from flask import Flask

from supporters.database import DatabaseUnavailable, PoolExhausted
from supporters.feedback.intake.apply_report import Source
from supporters.feedback.readers.bounded_parser import BoundedParser
from supporters.feedback.readers.imap_mailbox import IMAP_FAULTS, MailboxReadOnly, opened_mailbox
from supporters.feedback.readers.maildir import Maildir, MaildirUnusable
from supporters.feedback.readers.reading_state import record_look, record_problem
from supporters.feedback.readers.reading_turn import ReadingTurn
from supporters.feedback.readers.returned_emails import EmailIntake, NotStored
from supporters.logs import log_failure
from supporters.repeating_threads import RepeatingThreads
from supporters.settings.feedback_settings import FeedbackSettings

SOURCES = {
    "imaps": Source.IMAP,
    "imap": Source.IMAP,
    "maildir": Source.MAILDIR,
    "lmtp": Source.LMTP,
}
LOOK_EVERY_SECONDS = 0.1
MAILDIR_EVERY_SECONDS = 1.0
RECORD_EVERY_SECONDS = 30.0
SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 300.0
TURN_EVERY_SECONDS = 15.0
ENDS_WITHIN_SECONDS = 8.0
OF_THE_DATABASE = (DatabaseUnavailable, PoolExhausted, NotStored)
FAULTS = (*IMAP_FAULTS, MailboxReadOnly, MaildirUnusable, *OF_THE_DATABASE)

log = structlog.get_logger(__name__)


class FeedbackListener(RepeatingThreads):
    """Reads in a thread. A fault is tried again, later each time."""

    def __init__(
        self, app: Flask, place: FeedbackSettings, intake: EmailIntake, *, ending: Event
    ) -> None:
        super().__init__(app, ending, failure="feedback.not_read")
        self._place, self._intake = place, intake
        self._pause = SHORTEST_PAUSE_SECONDS
        self._next_record = 0.0
        self.repeat("feedback", self._read_until_a_fault, every=SHORTEST_PAUSE_SECONDS)

    def _read_until_a_fault(self) -> None:
        try:
            if self._place.scheme == "lmtp":
                from supporters.feedback.readers.lmtp_server import serve_lmtp  # noqa: PLC0415 - few need it

                serving = serve_lmtp(self._place, self._intake, self._ending, looked=self._record)
                asyncio.run(serving)
            else:
                self._read_in_turn()
        except FAULTS as error:
            log_failure("feedback.unreachable", error, again_in=round(self._pause))
            record_problem(error)
            self._ending.wait(self._pause)
            self._pause = min(2 * self._pause, LONGEST_PAUSE_SECONDS)

    def _read_in_turn(self) -> None:
        """Read while this process has the turn; without it, look again soon."""
        with ReadingTurn() as turn:
            if not turn.take():
                self._ending.wait(TURN_EVERY_SECONDS)
                return
            log.info("feedback.reading", place=self._place.scheme)
            if self._place.scheme == "maildir":
                self._read_maildir(turn)
            else:
                self._read_mailbox(turn)

    def _read_maildir(self, turn: ReadingTurn) -> None:
        maildir = Maildir(self._place.path)
        while not self._ending.is_set() and turn.take():
            maildir.take_all(self._intake, self._ending)
            self._record()
            self._ending.wait(MAILDIR_EVERY_SECONDS)

    def _read_mailbox(self, turn: ReadingTurn) -> None:
        with opened_mailbox(self._place) as mailbox:
            while not self._ending.is_set() and turn.take():
                mailbox.take_all(self._intake, self._ending)
                self._record()
                mailbox.wait(self._ending)

    def _record(self) -> None:
        """Record from time to time that all is read."""
        self._pause = SHORTEST_PAUSE_SECONDS
        if time.monotonic() >= self._next_record:
            self._next_record = time.monotonic() + RECORD_EVERY_SECONDS
            record_look()


def listen(app: Flask, place: FeedbackSettings, is_stopping: Callable[[], bool]) -> bool:
    """Read until the process is asked to stop; tell whether it was. It has no connection yet."""
    parser, ending = BoundedParser(), Event()
    intake = EmailIntake(app, parser, SOURCES[place.scheme])
    threads = FeedbackListener(app, place, intake, ending=ending)
    threads.start()
    while not is_stopping() and not parser.is_gone:
        time.sleep(LOOK_EVERY_SECONDS)
    ending.set()
    threads.join(ENDS_WITHIN_SECONDS)
    parser.close()
    return not parser.is_gone
