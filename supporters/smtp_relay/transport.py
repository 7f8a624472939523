"""Sends messages to the relay over a long-lived connection, opened with Flask-Mail's settings."""

import smtplib
from collections.abc import Iterator
from typing import Protocol

from supporters.extensions import mailer
from supporters.smtp import PATIENT, Timeouts
from supporters.smtp_relay.dialogue import (
    DeliveryListener,
    Dialogue,
    OutgoingMessage,
    RelayReply,
)
from supporters.smtp_relay.wire import ConnectionClosed, ConnectionUnusable, Wire, name_of

__all__ = ["DeliveryListener", "OutgoingMessage", "RelayReply", "SmtpTransport", "Transport"]


class Transport(Protocol):
    """The interface of a connection to the relay."""

    problem: str
    """Why nothing more can be sent now; empty if all is well."""

    def deliver(self, messages: Iterator[OutgoingMessage], listener: DeliveryListener) -> None:
        """Send messages until none is left, or the connection can't be used any more."""

    def close(self) -> None:
        """Close the connection."""


class SmtpTransport:
    """A connection to the relay, through Flask-Mail, that stays open between two deliveries.

    A message is taken from the iterator only after the relay has accepted our session. While the
    iterator makes the next one, the relay waits for the body of the one before, so it must be fast.
    """

    def __init__(self, timeouts: Timeouts = PATIENT) -> None:
        self.problem = ""
        self._timeouts = timeouts
        self._connection = mailer.connect(timeouts)
        self._wire: Wire | None = None

    def deliver(self, messages: Iterator[OutgoingMessage], listener: DeliveryListener) -> None:
        """Send messages until none is left, or the connection can't be used any more."""
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

    def close(self) -> None:
        """Close the connection, with QUIT if the relay still answers."""
        if self._wire is not None:
            self._wire.say_goodbye()
            self._wire = None

    def _talk(self, dialogue: Dialogue, wire: Wire, *, is_reused: bool) -> None:
        """Run the dialogue; a dead idle connection is replaced once."""
        try:
            dialogue.hold(wire)
        except ConnectionClosed:
            if not is_reused or dialogue.was_answered:
                raise
            fresh = self._open()
            if fresh is not None:
                dialogue.hold(fresh)

    def _open(self) -> Wire | None:
        """Connect and sign in; on failure keep the problem."""
        self._hang_up()
        try:
            session = self._connection.configure_host()
            self._wire = Wire(session, self._timeouts)
            self.problem = ""
        except (OSError, smtplib.SMTPException, ValueError) as error:
            self.problem = name_of(error)
        return self._wire

    def _hang_up(self) -> None:
        if self._wire is not None:
            self._wire.close()
            self._wire = None
