"""How each attempt to hand over a mail ends, whatever the server answers and wherever it ends."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from supporters.delivery.rules import Outcome
from supporters.delivery.transport import Reply, SmtpTransport
from tests.rude_server import HANG_UP, RudeServer

MESSAGE = b"Subject: x\r\n\r\nbody\r\n"


@contextmanager
def server(app: Flask, script: dict[str, str], *, then_leave: str = "") -> Iterator[RudeServer]:
    """Run a server that the application sends through."""
    settings = app.extensions["settings"]
    with RudeServer(script, then_leave=then_leave) as rude:
        app.extensions["settings"] = dataclasses.replace(settings, mail_port=rude.port)
        yield rude


def send_two() -> list[Reply]:
    """Try to hand over two mails on one connection."""
    with SmtpTransport() as transport:
        return [
            transport.send("lettre@parti.example", recipient, MESSAGE)
            for recipient in ("a@example.org", "b@example.org")
        ]


@pytest.mark.parametrize(
    ("script", "outcome", "code"),
    [
        ({}, Outcome.ACCEPTED, "250"),
        ({"RCPT": "251 will forward"}, Outcome.ACCEPTED, "250"),
        ({"BODY": "250-first\r\n250 second"}, Outcome.ACCEPTED, "250"),
        ({"RCPT": "450 later"}, Outcome.DEFERRED, "450"),
        ({"RCPT": "452 4.5.3 too many"}, Outcome.DEFERRED, "452"),
        ({"RCPT": "499 550 in the text"}, Outcome.DEFERRED, "499"),
        ({"RCPT": "garbage"}, Outcome.DEFERRED, "-1"),
        ({"RCPT": "550-no\r\n550 nobody"}, Outcome.REFUSED, "550"),
        ({"RCPT": "599 no"}, Outcome.REFUSED, "599"),
        ({"DATA": "451 later"}, Outcome.DEFERRED, "451"),
        ({"DATA": "554 no"}, Outcome.REFUSED, "554"),
        ({"DATA": "250 what?"}, Outcome.DEFERRED, "250"),
        ({"BODY": "451 later"}, Outcome.DEFERRED, "451"),
        ({"BODY": "552 too big"}, Outcome.REFUSED, "552"),
        ({"BODY": "554 250 in the text"}, Outcome.REFUSED, "554"),
    ],
)
def test_a_reply_is_about_one_mail_and_the_next_is_tried(
    app: Flask, script: dict[str, str], outcome: Outcome, code: str
) -> None:
    with server(app, script):
        assert send_two() == [Reply(outcome, code)] * 2


@pytest.mark.parametrize("step", ["RCPT", "DATA", "BODY"])
def test_a_server_that_closes_defers_this_mail_and_leaves_the_rest(app: Flask, step: str) -> None:
    with server(app, {step: "421 closing"}, then_leave=step) as rude:
        replies = send_two()
    assert replies == [Reply(Outcome.DEFERRED, "421"), Reply(Outcome.NOT_TRIED, "421")]
    assert rude.commands.count("MAIL") == 1


@pytest.mark.parametrize(
    ("step", "reply", "code"),
    [
        ("CONNECT", "421 busy", "421"),
        ("CONNECT", "554 not you", "554"),
        ("CONNECT", HANG_UP, "SMTPServerDisconnected"),
        ("MAIL", "421 busy", "MAIL 421"),
        ("MAIL", "550 not from you", "MAIL 550"),
        ("MAIL", HANG_UP, "SMTPServerDisconnected"),
        ("RCPT", HANG_UP, "SMTPServerDisconnected"),
        ("DATA", HANG_UP, "SMTPServerDisconnected"),
    ],
)
def test_a_server_that_refuses_us_or_is_gone_has_taken_nothing(
    app: Flask, step: str, reply: str, code: str
) -> None:
    with server(app, {step: reply}):
        assert send_two() == [Reply(Outcome.NOT_TRIED, code)] * 2


def test_a_connection_lost_after_the_dot_leaves_us_uncertain(app: Flask) -> None:
    with server(app, {"BODY": HANG_UP}) as rude:
        first, second = send_two()
    assert (first.outcome, second.outcome) == (Outcome.UNCERTAIN, Outcome.NOT_TRIED)
    assert len(rude.bodies) == 1


@pytest.mark.parametrize("reply", ["garbage", "354 go on", "150 wait", "650 what"])
def test_an_answer_to_the_body_that_says_nothing_leaves_us_uncertain(
    app: Flask, reply: str
) -> None:
    with server(app, {"BODY": reply}):
        first, second = send_two()
    assert (first.outcome, second.outcome) == (Outcome.UNCERTAIN, Outcome.NOT_TRIED)


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
def test_a_refusal_counts_even_if_the_server_then_hangs_up(app: Flask, step: str) -> None:
    with server(app, {step: "550 no", "RSET": HANG_UP}):
        first, second = send_two()
    assert first == Reply(Outcome.REFUSED, "550")
    assert second.outcome is Outcome.NOT_TRIED


def test_a_server_that_hangs_up_after_taking_a_mail_has_taken_it(app: Flask) -> None:
    with server(app, {}, then_leave="BODY"):
        first, second = send_two()
    assert first == Reply(Outcome.ACCEPTED, "250")
    assert second.outcome is Outcome.NOT_TRIED


@pytest.mark.parametrize("body", [b".\r\n", b"a\r\n.\r\nb\r\n", b"..\r\n.a\r\n"])
def test_a_line_that_begins_with_a_dot_does_not_end_the_mail(app: Flask, body: bytes) -> None:
    with server(app, {}) as rude, SmtpTransport() as transport:
        reply = transport.send("lettre@parti.example", "a@example.org", b"A: b\r\n\r\n" + body)
    stuffed = b"".join(b"." + line if line[:1] == b"." else line for line in body.splitlines(True))
    assert (reply.outcome, rude.bodies) == (Outcome.ACCEPTED, [b"A: b\r\n\r\n" + stuffed])


def test_nobody_listening_is_the_relays_trouble(app: Flask) -> None:
    with server(app, {}):
        pass
    assert send_two() == [Reply(Outcome.NOT_TRIED, "ConnectionRefusedError")] * 2
