"""Sends messages to the relay over a long-lived connection, opened with Flask-Mail's settings."""

import smtplib
from collections.abc import Iterator
from typing import Protocol

from supporters.config import Settings
from supporters.extensions import mailer
from supporters.smtp import PATIENT, Timeouts
from supporters.smtp_relay.dialogue import DeliveryListener, Dialogue, OutgoingMessage
from supporters.smtp_relay.outcomes import RelayReply
from supporters.smtp_relay.wire import ConnectionClosed, ConnectionUnusable, Wire, failure_of

IDLE_SECONDS = 20.0  # firewalls forget connections sooner or later, and tell nobody
MOST_FRUITLESS = 3  # connections in a row that took no message

__all__ = ["DeliveryListener", "OutgoingMessage", "RelayReply", "SmtpTransport", "Transport"]


class Transport(Protocol):
    """The interface of a connection to the relay."""

    problem: RelayReply | None
    """Why nothing more can be sent now; None if all is well."""

    def deliver(self, messages: Iterator[OutgoingMessage], listener: DeliveryListener) -> None:
        """Send messages until none is left, or the connection can't be used any more."""

    def end_idle(self) -> None:
        """Close the connection if it was not used lately."""

    def close(self) -> None:
        """Close the connection."""


class SmtpTransport:
    """A connection to the relay, through Flask-Mail, that stays open between two deliveries.

    A message is taken from the iterator only after the relay has accepted our session. While the
    iterator makes the next one, the relay waits for the body of the one before, so it must be fast.
    """

    def __init__(
        self,
        timeouts: Timeouts = PATIENT,
        settings: Settings | None = None,
        *,
        most_fruitless: int = MOST_FRUITLESS,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self.problem: RelayReply | None = None
        self._timeouts = timeouts
        self._most_fruitless = most_fruitless
        self._idle_seconds = idle_seconds
        self._connection = mailer.connect(timeouts, settings)
        self._wire: Wire | None = None

    def deliver(self, messages: Iterator[OutgoingMessage], listener: DeliveryListener) -> None:
        """Send messages until none is left, or the connection can't be used any more."""
        self.end_idle()
        is_reused = self._wire is not None and self._wire.is_quiet()
        wire = self._wire if is_reused else self._open()
        if wire is None:
            return
        dialogue = Dialogue(messages, listener)
        is_in_step = False
        try:
            self._talk(dialogue, wire, is_reused=is_reused)
            is_in_step = True
        except ConnectionUnusable as error:
            self.problem = error.problem
        finally:
            if not is_in_step:
                self._hang_up()
            dialogue.settle_rest(self.problem)

    def end_idle(self) -> None:
        """Close the connection if it was not used lately: a firewall may forget it.

        Commands over a forgotten connection have no answer, and a living relay may take ten
        minutes for one.
        """
        if self._wire is not None and self._wire.was_idle_for(self._idle_seconds):
            self.close()

    def close(self) -> None:
        """Close the connection, with QUIT if the relay still answers."""
        if self._wire is not None:
            self._wire.say_goodbye()
            self._wire = None

    def _talk(self, dialogue: Dialogue, wire: Wire, *, is_reused: bool) -> None:
        """Run the dialogue; a dead idle connection is replaced once.

        After a 421 that settled one message, the next message goes over a fresh connection.
        """
        current: Wire | None = wire
        fruitless = 0
        while current is not None:
            try:
                dialogue.hold(current)
            except ConnectionClosed as closed:
                fruitless = 0 if dialogue.has_taken_some else fruitless + 1
                is_stale = is_reused and not dialogue.was_answered
                if not is_stale and not self._may_go_on(dialogue, closed, fruitless):
                    raise
                is_reused = False
                current = self._open()
            else:
                return

    def _may_go_on(self, dialogue: Dialogue, closed: ConnectionClosed, fruitless: int) -> bool:
        return (
            closed.problem is not None
            and closed.problem.settles_a_message_and_closes
            and fruitless <= self._most_fruitless
            and dialogue.has_next()
        )

    def _open(self) -> Wire | None:
        """Connect and sign in; on failure keep the problem."""
        self._hang_up()
        try:
            session = self._connection.configure_host()
            self._wire = Wire(session, self._timeouts)
            self.problem = None
        except (OSError, smtplib.SMTPException, ValueError) as error:
            self.problem = failure_of(error)
        return self._wire

    def _hang_up(self) -> None:
        if self._wire is not None:
            self._wire.close()
            self._wire = None
