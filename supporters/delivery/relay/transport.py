"""Hands messages to the relay over a long-lived connection, opened as Flask-Mail is told to."""

import smtplib
from collections.abc import Iterator
from typing import Protocol

from supporters.delivery.relay.dialogue import Dialogue, Outgoing, Reply, Witness
from supporters.delivery.relay.wire import Closed, OfNoUse, Wire, name_of
from supporters.extensions import mailer
from supporters.smtp import PATIENT, Timeouts

__all__ = ["Outgoing", "Reply", "SmtpTransport", "Transport", "Witness"]


class Transport(Protocol):
    """What the sender needs of a way to the relay."""

    trouble: str
    """Why nothing more can be sent now; empty while all is well."""

    def deliver(self, messages: Iterator[Outgoing], witness: Witness) -> None:
        """Send messages until there are no more, or the connection is of no use any more."""

    def close(self) -> None:
        """Leave the relay."""


class SmtpTransport:
    """A connection to the relay, through Flask-Mail, that stays open between two deliveries.

    A message is taken from the iterator only once the relay has let us in. While the iterator
    makes the next one, the relay waits for the body of the one before: it mustn't take long.
    """

    def __init__(self, timeouts: Timeouts = PATIENT) -> None:
        self.trouble = ""
        self._timeouts = timeouts
        self._connection = mailer.connect(timeouts)
        self._wire: Wire | None = None

    def deliver(self, messages: Iterator[Outgoing], witness: Witness) -> None:
        """Send messages until there are no more, or the connection is of no use any more."""
        is_reused = self._wire is not None and self._wire.is_quiet()
        wire = self._wire if is_reused else self._open()
        if wire is None:
            return
        dialogue = Dialogue(messages, witness)
        is_in_step = False
        try:
            self._talk(dialogue, wire, is_reused=is_reused)
            is_in_step = True
        except OfNoUse as error:
            self.trouble = error.trouble
        finally:
            if not is_in_step:
                self._hang_up()
            dialogue.settle_rest(self.trouble)

    def close(self) -> None:
        """Leave the relay, politely if it still listens."""
        if self._wire is not None:
            self._wire.say_goodbye()
            self._wire = None

    def _talk(self, dialogue: Dialogue, wire: Wire, *, is_reused: bool) -> None:
        """Hold the dialogue; an idle connection that turns out dead is replaced once."""
        try:
            dialogue.hold(wire)
        except Closed:
            if not is_reused or dialogue.was_answered:
                raise
            fresh = self._open()
            if fresh is not None:
                dialogue.hold(fresh)

    def _open(self) -> Wire | None:
        """Connect and sign in; on failure note the trouble."""
        self._hang_up()
        try:
            session = self._connection.configure_host()
            self._wire = Wire(session, self._timeouts)
            self.trouble = ""
        except (OSError, smtplib.SMTPException, ValueError) as error:
            self.trouble = name_of(error)
        return self._wire

    def _hang_up(self) -> None:
        if self._wire is not None:
            self._wire.close()
            self._wire = None
