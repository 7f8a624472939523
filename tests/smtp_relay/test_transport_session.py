"""The connection: the server's capabilities, its lifetime, and the server's identity."""

import dataclasses
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest
from flask import Flask

from supporters.smtp_relay.outcomes import AttemptOutcome
from supporters.smtp_relay.transport import RelayReply, SmtpTransport
from tests.servers.recording_listener import (
    BOTH_WAYS,
    IMPATIENT,
    Listener,
    deliver,
    mails,
    outgoing,
    server,
    transport_of,
)
from tests.servers.rude_server import HANG_UP, Odd, Said, Tls, last, make_certificate

both_ways = pytest.mark.parametrize("can", BOTH_WAYS, ids=["plain", "pipelining"])
YES = RelayReply(AttemptOutcome.ACCEPTED, "250")
EIGHT_BIT = "Subject: x\r\n\r\né\r\n".encode()
CAPABILITY_SETS = [
    [
        word
        for words, is_there in zip(words_of_set, there, strict=True)
        if is_there
        for word in words
    ]
    for words_of_set in [(("PIPELINING",), ("8BITMIME", "SMTPUTF8"), ("SIZE 100",))]
    for there in product([False, True], repeat=3)
]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a self-signed certificate for 127.0.0.1."""
    return make_certificate(tmp_path_factory.mktemp("tls"))


def send(transport: SmtpTransport, count: int = 1) -> list[RelayReply]:
    """Deliver some messages; return the replies."""
    listener = Listener()
    transport.deliver(iter(mails(count)), listener)
    return listener.replies


def secure(app: Flask, *, how: str) -> None:
    """Let the application use TLS, and sign in."""
    app.extensions["settings"] = dataclasses.replace(
        app.extensions["settings"], mail_tls=how, mail_username="parti", mail_password="secret"
    )


@pytest.mark.parametrize("can", CAPABILITY_SETS, ids=" ".join)
def test_an_email_asks_for_nothing_that_the_server_cannot_do(app: Flask, can: list[str]) -> None:
    wide, sized = "8BITMIME" in can, "SIZE 100" in can  # the server itself announces its limit
    messages = [
        outgoing(0),
        outgoing(1, body=EIGHT_BIT),
        outgoing(2, body=b"x" * 101 + b"\r\n"),
        outgoing(3, recipient="zoé@example.org"),
        outgoing(4),
    ]
    with server(app, {}, can=can) as rude:
        replies, problem = deliver(messages)
    codes = ["250", "250" if wide else "554 5.6.3", "250", "250" if wide else "553 5.6.7", "250"]
    assert ([reply.code for reply in replies], problem) == (codes, "")
    assert all(
        (reply.outcome is AttemptOutcome.REFUSED) == (reply.code > "500") for reply in replies
    )
    accepted = [m for m, code in zip(messages, codes, strict=True) if code == "250"]
    assert rude.accepted == [(m.recipient, m.content) for m in accepted]
    lines = [line for line in rude.lines if line.startswith("MAIL")]
    options = [line.partition("> ")[2].split() for line in lines]
    assert options == [
        [f"SIZE={len(m.content)}"] * sized
        + ["BODY=8BITMIME"] * (not m.content.isascii())
        + ["SMTPUTF8"] * (not m.recipient.isascii())
        for m in accepted
    ]


@pytest.mark.parametrize("said", ["SIZE", "SIZE 0", "SIZE plenty"])
def test_a_server_without_a_limit_is_told_the_size(app: Flask, said: str) -> None:
    with server(app, {}, can=[said]) as rude:
        assert deliver([outgoing(body=b"x" * 5000 + b"\r\n")]) == ([YES], "")
    assert "MAIL FROM:<lettre@parti.example> SIZE=5002" in rude.lines


@both_ways
@pytest.mark.parametrize("address", ["a@b.example>\r\nRCPT TO:<c@d.example", "a\x00@b.example"])
def test_an_address_that_would_be_a_command_never_reaches_the_server(
    app: Flask, can: Sequence[str], address: str
) -> None:
    with server(app, {}, can=can) as rude:
        replies, _ = deliver([outgoing(0), outgoing(1, recipient=address), outgoing(2)])
    assert replies == [YES, RelayReply(AttemptOutcome.REFUSED, "553 5.1.3"), YES]
    assert [recipient for recipient, _ in rude.accepted] == ["r0@example.org", "r2@example.org"]


@both_ways
def test_a_large_email_arrives_whole(app: Flask, can: Sequence[str]) -> None:
    large = b"".join(b"line %d\r\n" % number for number in range(30_000))
    with server(app, {}, can=can) as rude:
        deliver([outgoing(0, body=large), outgoing(1)])
    assert rude.bodies == [large, outgoing(1).content]


@both_ways
def test_one_connection_serves_many_deliveries(app: Flask, can: Sequence[str]) -> None:
    with server(app, {}, can=can) as rude, transport_of() as transport:
        assert [send(transport, 2) for _ in range(3)] == [[YES, YES]] * 3
        transport.close()
    assert (rude.connections, rude.commands[-1]) == (1, "QUIT")


@both_ways
@pytest.mark.parametrize("bye", ["", "421 idle for too long\r\n", "250 unasked\r\n"])
def test_a_connection_that_died_while_idle_is_replaced_silently(
    app: Flask, can: Sequence[str], bye: str
) -> None:
    script = {"BODY": [Odd(f"250 taken\r\n{bye}", end="", is_last=True)]}
    with server(app, script, can=can) as rude, transport_of() as transport:
        assert (send(transport), send(transport, 2)) == ([YES], [YES, YES])
        assert transport.problem is None
    assert (rude.connections, len(rude.accepted)) == (2, 3)


@both_ways
@pytest.mark.parametrize(
    "said", [HANG_UP, last("421 idle"), "421 idle", Odd("250 late", seconds_before=1.4)]
)
def test_a_connection_that_dies_at_the_first_envelope_is_replaced_silently(
    app: Flask, can: Sequence[str], said: Said
) -> None:
    script = {"MAIL": ["250 fine", said]}
    with server(app, script, can=can) as rude, transport_of(IMPATIENT) as transport:
        assert (send(transport), send(transport, 2)) == ([YES], [YES, YES])
        assert transport.problem is None
    assert (rude.connections, len(rude.accepted)) == (2, 3)


@both_ways
def test_it_is_replaced_once_only(app: Flask, can: Sequence[str]) -> None:
    script = {"MAIL": ["250 fine", "421 idle", "421 idle"]}
    with server(app, script, can=can) as rude, transport_of() as transport:
        send(transport)
        assert send(transport) == [RelayReply(AttemptOutcome.NOT_TRIED, "421")]
        assert str(transport.problem) == "MAIL 421"
    assert rude.connections == 2


@both_ways
def test_if_it_cannot_be_replaced_the_current_email_was_not_tried(
    app: Flask, can: Sequence[str]
) -> None:
    script = {"MAIL": ["250 fine", HANG_UP], "CONNECT": ["220 ready", "554 no more"]}
    with server(app, script, can=can), transport_of() as transport:
        send(transport)
        assert (send(transport), str(transport.problem)) == (
            [RelayReply(AttemptOutcome.NOT_TRIED, "554")],
            "554",
        )


@both_ways
@pytest.mark.parametrize(
    ("step", "said"), [("RCPT", HANG_UP), ("BODY", HANG_UP), ("RCPT", "421 x")]
)
def test_an_end_after_the_first_command_is_no_dead_idle_connection(
    app: Flask, can: Sequence[str], step: str, said: str
) -> None:
    with server(app, {step: ["250 ok", said]}, can=can) as rude, transport_of() as transport:
        send(transport)
        assert (len(send(transport)), rude.connections) == (1, 1)
        assert transport.problem


def test_the_problem_is_over_when_the_server_accepts_us_again(app: Flask) -> None:
    script = {"MAIL": ["530 sign in"], "CONNECT": ["220 ready", "421 busy"]}
    with server(app, script), transport_of() as transport:
        problems = []
        for _ in range(3):
            send(transport)
            problems.append(str(transport.problem or ""))
    assert problems == ["MAIL 530", "421", ""]


def test_unsolicited_replies_before_the_first_email_are_dropped(app: Flask) -> None:
    greeting = "250-hello\r\n250 PIPELINING\r\n550 for the first mail\r\n550 and the next"
    with server(app, {"EHLO": greeting}) as rude:
        assert deliver(mails(2)) == ([YES, YES], "")
    assert len(rude.accepted) == 2


@pytest.mark.parametrize("how", ["starttls", "tls"])
@both_ways
def test_over_tls_emails_arrive(
    app: Flask, certificate: Path, can: Sequence[str], how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    secure(app, how=how)
    tls = Tls(certificate, at="CONNECT" if how == "tls" else "STARTTLS")
    offers = [*can, "AUTH PLAIN", *(["STARTTLS"] if how == "starttls" else [])]
    script = {"AUTH": "235 hello"}
    with server(app, script, can=offers, tls=tls) as rude, transport_of() as transport:
        assert (send(transport, 3), send(transport)) == ([YES] * 3, [YES])
        assert transport.problem is None
    is_started = how == "starttls"
    assert rude.commands[: 2 + 2 * is_started] == ["EHLO", "STARTTLS"] * is_started + [
        "EHLO",
        "AUTH",
    ]
    assert (len(rude.accepted), rude.connections) == (4, 1)


def test_ehlo_is_said_again_over_tls_without_a_password_too(
    app: Flask, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    app.extensions["settings"] = dataclasses.replace(
        app.extensions["settings"], mail_tls="starttls"
    )
    with server(app, {}, can=["STARTTLS"], tls=Tls(certificate)) as rude:
        assert deliver(mails(1)) == ([YES], "")
    assert rude.commands[:4] == ["EHLO", "STARTTLS", "EHLO", "MAIL"]


@pytest.mark.parametrize("how", ["starttls", "tls"])
def test_a_server_that_nobody_vouches_for_gets_no_password(
    app: Flask, certificate: Path, how: str
) -> None:
    secure(app, how=how)
    tls = Tls(certificate, at="CONNECT" if how == "tls" else "STARTTLS")
    with server(app, {}, can=["STARTTLS", "AUTH PLAIN"], tls=tls) as rude:
        assert deliver(mails(2)) == ([], "SSLCertVerificationError")
    assert not {"AUTH", "MAIL"} & set(rude.commands)


def test_a_server_without_tls_gets_no_password(app: Flask) -> None:
    secure(app, how="starttls")
    with server(app, {}, can=["AUTH PLAIN"]) as rude:
        assert deliver(mails(2)) == ([], "SMTPNotSupportedError")
    assert rude.commands == ["EHLO"]


def test_a_wrong_password_is_the_relays_problem(app: Flask) -> None:
    secure(app, how="none")
    with server(app, {"AUTH": "535 no"}, can=["AUTH PLAIN"]):
        assert deliver(mails(2)) == ([], "535")


def test_bytes_injected_before_tls_are_ignored(
    app: Flask, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    secure(app, how="starttls")
    slipped_in = "220 go ahead\r\n250-evil\r\n250-PIPELINING\r\n250 SIZE 1"
    script = {"STARTTLS": slipped_in, "AUTH": "235 hello"}
    offers = ["STARTTLS", "AUTH PLAIN"]
    with server(app, script, can=offers, tls=Tls(certificate)) as rude:
        assert deliver(mails(2)) == ([YES, YES], "")
    assert b"MAIL FROM:<lettre@parti.example>\r\n" in rude.reads
    assert len(rude.accepted) == 2
