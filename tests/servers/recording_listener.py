"""For tests of the transport: messages, a listener that keeps their results, and a server."""

import dataclasses
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flask import Flask

from supporters.smtp import Timeouts
from supporters.smtp_relay.transport import OutgoingMessage, RelayReply, SmtpTransport
from tests.servers.rude_server import RudeServer, Script, Tls

SENDER = "lettre@parti.example"
PIPELINING = "PIPELINING"
BOTH_WAYS = [(), (PIPELINING,)]
ENOUGH = Timeouts(greeting=30, mail=30, rcpt=30, data=30, block=30, dot=30)
IMPATIENT = Timeouts(mail=0.2, rcpt=0.2, data=0.2, block=0.2, dot=0.2)


def outgoing(
    number: int = 0, *, recipient: str | None = None, body: bytes | None = None
) -> OutgoingMessage:
    """Return a message; its body identifies it."""
    content = b"Subject: x\r\n\r\nbody %d\r\n" % number if body is None else body
    return OutgoingMessage(SENDER, recipient or f"r{number}@example.org", content)


def mails(count: int) -> list[OutgoingMessage]:
    """Return this many messages."""
    return [outgoing(number) for number in range(count)]


class Listener:
    """A listener that keeps everything, and lets some messages be sent."""

    def __init__(self, *, lets: int = 1000) -> None:
        self._lets = lets
        self.events: list[tuple[str, str]] = []
        self.learnt: list[tuple[OutgoingMessage, RelayReply]] = []

    def before_body(self, message: OutgoingMessage) -> bool:
        """Allow the first messages."""
        self.events.append(("leaves", message.recipient))
        self._lets -= 1
        return self._lets >= 0

    def on_reply(self, message: OutgoingMessage, reply: RelayReply) -> None:
        """Keep the result."""
        self.events.append(("reply", message.recipient))
        self.learnt.append((message, reply))

    @property
    def replies(self) -> list[RelayReply]:
        """The results of the attempts."""
        return [reply for _, reply in self.learnt]

    def taken(self, messages: Sequence[OutgoingMessage]) -> Iterator[OutgoingMessage]:
        """Yield the messages one by one, and record when each was taken."""
        for message in messages:
            self.events.append(("taken", message.recipient))
            yield message


@contextmanager
def server(
    app: Flask,
    script: Script,
    *,
    then_leave: str = "",
    can: Sequence[str] = (),
    tls: Tls | None = None,
) -> Iterator[RudeServer]:
    """Run a server for the application's messages."""
    settings = app.extensions["settings"]
    with RudeServer(script, then_leave=then_leave, can=can, tls=tls) as rude:
        app.extensions["settings"] = dataclasses.replace(
            app.extensions["settings"], mail_port=rude.port
        )
        yield rude
    app.extensions["settings"] = settings


@contextmanager
def transport_of(timeouts: Timeouts = ENOUGH) -> Iterator[SmtpTransport]:
    """Return a transport, and close it in the end."""
    transport = SmtpTransport(timeouts)
    try:
        yield transport
    finally:
        transport.close()


def deliver(
    messages: Sequence[OutgoingMessage], timeouts: Timeouts = ENOUGH
) -> tuple[list[RelayReply], str]:
    """Deliver messages over a connection of their own; return the replies and the problem."""
    listener = Listener()
    with transport_of(timeouts) as transport:
        transport.deliver(listener.taken(messages), listener)
        assert [message for message, _ in listener.learnt] == messages[: len(listener.learnt)]
        assert sum(kind == "taken" for kind, _ in listener.events) == len(listener.learnt)
        return listener.replies, str(transport.problem or "")
