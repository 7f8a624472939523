"""Which commands go together, which ones wait, and what the listener gets and when."""

from collections.abc import Iterator, Sequence

import pytest
from flask import Flask

from supporters.smtp_relay.outcomes import AttemptOutcome
from supporters.smtp_relay.transport import OutgoingMessage, RelayReply
from tests.servers.recording_listener import (
    BOTH_WAYS,
    PIPELINING,
    SENDER,
    Listener,
    deliver,
    mails,
    outgoing,
    server,
    transport_of,
)
from tests.servers.rude_server import Odd, RudeServer, Script

both_ways = pytest.mark.parametrize("can", BOTH_WAYS, ids=["plain", "pipelining"])
NO, YES = RelayReply(AttemptOutcome.REFUSED, "550"), RelayReply(AttemptOutcome.ACCEPTED, "250")
SECOND_REFUSED = ["250 fine", "550 nobody"]


def envelope(number: int) -> bytes:
    """Return the commands before a message."""
    return f"MAIL FROM:<{SENDER}>\r\nRCPT TO:<r{number}@example.org>\r\nDATA\r\n".encode()


def body(number: int) -> bytes:
    """Return a message and its final dot."""
    return outgoing(number).content + b".\r\n"


def after_ehlo(rude: RudeServer) -> list[bytes]:
    """Return the bytes of each read, from the first message to the last."""
    return rude.reads[1:-1]


def test_an_envelope_goes_with_the_end_of_the_email_before(app: Flask) -> None:
    with server(app, {}, can=[PIPELINING]) as rude:
        deliver(mails(3))
    assert after_ehlo(rude) == [envelope(0), body(0) + envelope(1), body(1) + envelope(2), body(2)]


def test_without_pipelining_each_command_waits_for_the_reply_before(app: Flask) -> None:
    with server(app, {}) as rude:
        deliver(mails(2))
    commands = [line for n in (0, 1) for line in [*envelope(n).splitlines(True), body(n)]]
    assert after_ehlo(rude) == commands


@both_ways
@pytest.mark.parametrize(
    "script",
    [
        {},
        {"RCPT": SECOND_REFUSED},
        {"RCPT": SECOND_REFUSED, "DATA": [Odd("354 go on"), "503 no recipient"]},
        {"BODY": ["250 taken", "554 no"]},
    ],
)
def test_nothing_follows_data_before_the_server_says_go_on(
    app: Flask, can: Sequence[str], script: Script
) -> None:
    held = [Odd("354 go on", seconds_before=0.05)] * 4
    with server(app, {"DATA": held, **script}, can=can) as rude:
        deliver(mails(4))
    assert set(rude.came_before_354) == {b""}


@pytest.mark.parametrize("data", ["354 go on", "503 no recipient", "554 no recipient"])
@pytest.mark.parametrize("at_the_dot", ["250 thanks for nothing", "554 no recipient"])
def test_a_refused_recipient_never_puts_the_pipeline_out_of_step(
    app: Flask, data: str, at_the_dot: str
) -> None:
    script = {
        "RCPT": SECOND_REFUSED,
        "DATA": ["354 go on", data],
        "BODY": ["250 taken", *([at_the_dot] if data.startswith("354") else [])],
    }
    with server(app, script, can=[PIPELINING]) as rude:
        assert deliver(mails(4)) == ([YES, NO, YES, YES], "")
    dot = b".\r\n" if data.startswith("354") else b""
    assert after_ehlo(rude)[2] == dot + b"RSET\r\n" + envelope(2)
    assert rude.accepted == [(f"r{n}@example.org", outgoing(n).content) for n in (0, 2, 3)]


@both_ways
def test_data_refused_is_followed_by_a_fresh_start(app: Flask, can: Sequence[str]) -> None:
    script = {"DATA": ["354 go on", "554 no"]}
    with server(app, script, can=can) as rude:
        replies, _ = deliver(mails(3))
    assert replies == [YES, RelayReply(AttemptOutcome.REFUSED, "554"), YES]
    assert rude.commands[rude.commands.index("RSET") + 1] == "MAIL"
    assert [recipient for recipient, _ in rude.accepted] == ["r0@example.org", "r2@example.org"]


@both_ways
def test_a_refusal_at_the_end_is_followed_by_a_fresh_start_too(
    app: Flask, can: Sequence[str]
) -> None:
    with server(app, {"RCPT": SECOND_REFUSED}, can=can) as rude:
        assert deliver(mails(2)) == ([YES, NO], "")
    assert rude.commands[-2:] == ["RSET", "QUIT"]


def test_a_dialogue_lost_in_the_empty_message_loses_nothing_else(app: Flask) -> None:
    script = {"RCPT": SECOND_REFUSED, "BODY": ["250 taken", "421 bye"]}
    with server(app, script, can=[PIPELINING]):
        replies, problem = deliver(mails(4))
    assert (replies, problem) == ([YES, NO, RelayReply(AttemptOutcome.NOT_TRIED, "421")], "421")


@pytest.mark.parametrize(
    ("rcpt", "bodies"), [("550 no", [b""]), ("503 no", [b""]), ("250 fine", []), ("garbage", [])]
)
def test_the_empty_message_is_never_sent_to_anybody(
    app: Flask, rcpt: str, bodies: list[bytes]
) -> None:
    with server(app, {"MAIL": "530 sign in", "RCPT": rcpt}, can=[PIPELINING]) as rude:
        replies, problem = deliver(mails(2))
    assert (replies, problem) == ([RelayReply(AttemptOutcome.NOT_TRIED, "530")], "MAIL 530")
    assert (rude.bodies, rude.accepted, rude.connections) == (bodies, [], 1)


@both_ways
def test_a_server_that_refuses_us_is_left_politely(app: Flask, can: Sequence[str]) -> None:
    script = {"MAIL": "530 sign in", "RCPT": "503 no", "DATA": "503 no"}
    with server(app, script, can=can) as rude:
        deliver(mails(2))
    assert rude.commands[-1] == "QUIT"


def test_the_listener_gets_one_result_before_the_next_email_is_sent(app: Flask) -> None:
    listener = Listener()
    with server(app, {}, can=[PIPELINING]), transport_of() as transport:
        transport.deliver(listener.taken(mails(3)), listener)
    order = [(kind, address[:2]) for kind, address in listener.events]
    assert order == [
        *[("taken", "r0"), ("taken", "r1"), ("leaves", "r0"), ("reply", "r0")],
        *[("taken", "r2"), ("leaves", "r1"), ("reply", "r1")],
        *[("leaves", "r2"), ("reply", "r2")],
    ]


def test_without_pipelining_an_email_is_taken_when_the_one_before_is_settled(app: Flask) -> None:
    listener = Listener()
    with server(app, {}), transport_of() as transport:
        transport.deliver(listener.taken(mails(2)), listener)
    kinds = [kind for kind, _ in listener.events]
    assert kinds == ["taken", "leaves", "reply"] * 2


@both_ways
@pytest.mark.parametrize("lets", [0, 1, 2])
def test_an_email_that_may_not_be_sent_stops_everything_after_it(
    app: Flask, can: Sequence[str], lets: int
) -> None:
    listener = Listener(lets=lets)
    with server(app, {}, can=can) as rude, transport_of() as transport:
        transport.deliver(listener.taken(mails(4)), listener)
        assert transport.problem is None
    ahead = 2 if can else 1
    assert listener.replies == [YES] * lets + [RelayReply(AttemptOutcome.NOT_TRIED, "")] * ahead
    assert rude.bodies == [outgoing(number).content for number in range(lets)]
    assert b"QUIT" not in b"".join(rude.reads)


@both_ways
def test_after_being_held_back_the_transport_connects_again(app: Flask, can: Sequence[str]) -> None:
    held, listener = Listener(lets=0), Listener()
    with server(app, {}, can=can) as rude, transport_of() as transport:
        transport.deliver(iter(mails(1)), held)
        transport.deliver(iter(mails(2)), listener)
    assert (listener.replies, rude.connections) == ([YES, YES], 2)


class DiskFull(OSError):
    """The journal can't be written."""


class Stumbling(Listener):
    """A listener that fails at the nth message."""

    def __init__(self, *, at: str, on: str) -> None:
        super().__init__()
        self._at = (at, on)

    def _stumble(self, kind: str, message: OutgoingMessage) -> None:
        if (kind, message.recipient[:2]) == self._at:
            raise DiskFull

    def before_body(self, message: OutgoingMessage) -> bool:
        self._stumble("leaves", message)
        return super().before_body(message)

    def on_reply(self, message: OutgoingMessage, reply: RelayReply) -> None:
        super().on_reply(message, reply)
        self._stumble("reply", message)


@both_ways
@pytest.mark.parametrize(("at", "sent"), [("leaves", 1), ("reply", 2)])
def test_a_listener_that_fails_ends_the_delivery_and_every_email_is_settled_once(
    app: Flask, can: Sequence[str], at: str, sent: int
) -> None:
    listener = Stumbling(at=at, on="r1")
    with server(app, {}, can=can) as rude, transport_of() as transport, pytest.raises(DiskFull):
        transport.deliver(listener.taken(mails(4)), listener)
    settled = [address for kind, address in listener.events if kind == "reply"]
    assert settled == [address for kind, address in listener.events if kind == "taken"]
    rest = [RelayReply(AttemptOutcome.NOT_TRIED, "")] * (len(settled) - sent)
    assert listener.replies == [YES] * sent + rest
    assert len(rude.bodies) == sent


@both_ways
def test_an_iterator_that_fails_ends_the_delivery_and_every_email_is_settled_once(
    app: Flask, can: Sequence[str]
) -> None:
    def breaking() -> Iterator[OutgoingMessage]:
        yield from mails(2)
        raise DiskFull

    listener = Listener()
    with server(app, {}, can=can) as rude, transport_of() as transport, pytest.raises(DiskFull):
        transport.deliver(breaking(), listener)
    assert listener.replies == [YES, RelayReply(AttemptOutcome.NOT_TRIED, "") if can else YES]
    assert len(rude.accepted) == (1 if can else 2)
