"""An idle connection is ended before a firewall forgets it: nobody would hear of it."""

import dataclasses
import socket
import time
from collections.abc import Iterator

import pytest
from flask import Flask

from supporters.extensions import mailer
from supporters.smtp import FOR_TRANSACTIONAL, PATIENT, Timeouts
from supporters.smtp_relay.outcomes import AttemptOutcome
from supporters.smtp_relay.transport import IDLE_SECONDS, SmtpTransport
from tests.faults.test_relay_refuses import wait_until
from tests.servers.forgetful_firewall import ForgetfulFirewall
from tests.servers.recording_listener import Listener, mails
from tests.servers.relay import Relay

A_MOMENT = 0.2


@pytest.fixture
def firewall(app: Flask, relay: Relay) -> Iterator[ForgetfulFirewall]:
    """Return a firewall before the relay."""
    settings = app.extensions["settings"]
    with ForgetfulFirewall(relay.port) as passing:
        app.extensions["settings"] = dataclasses.replace(settings, mail_port=passing.port)
        yield passing


def send(transport: SmtpTransport) -> list[AttemptOutcome]:
    """Deliver a message; return the outcome."""
    listener = Listener()
    transport.deliver(iter(mails(1)), listener)
    return [reply.outcome for reply in listener.replies]


def test_an_idle_connection_ends_with_quit(firewall: ForgetfulFirewall) -> None:
    transport = SmtpTransport(idle_seconds=A_MOMENT)
    assert send(transport) == [AttemptOutcome.ACCEPTED]
    transport.end_idle()
    assert b"QUIT" not in firewall.passed
    time.sleep(A_MOMENT)
    transport.end_idle()
    assert wait_until(lambda: firewall.passed.endswith(b"QUIT\r\n"))


def test_a_busy_connection_stays(firewall: ForgetfulFirewall) -> None:
    transport = SmtpTransport()
    assert [send(transport) for _ in range(3)] == [[AttemptOutcome.ACCEPTED]] * 3
    transport.close()
    assert (firewall.connections, IDLE_SECONDS) == (1, 20)


@pytest.mark.parametrize("timeouts", [PATIENT, FOR_TRANSACTIONAL])
def test_an_email_after_a_pause_leaves_at_once_although_a_firewall_forgot_the_connection(
    firewall: ForgetfulFirewall, relay: Relay, timeouts: Timeouts
) -> None:
    transport = SmtpTransport(timeouts, idle_seconds=A_MOMENT)
    send(transport)
    firewall.forget()
    time.sleep(A_MOMENT)
    began = time.monotonic()
    assert send(transport) == [AttemptOutcome.ACCEPTED]
    assert time.monotonic() - began < timeouts.connect
    transport.close()
    assert (len(relay.mails), firewall.lost) == (2, b"QUIT\r\n")


def test_the_system_watches_connections_to_the_relay(app: Flask, relay: Relay) -> None:
    session = mailer.connect().configure_host()
    assert session.sock is not None
    tcp = {
        name: session.sock.getsockopt(socket.IPPROTO_TCP, getattr(socket, name))
        for name in ("TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT", "TCP_USER_TIMEOUT")
    }
    keeps_alive = session.sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    session.quit()
    assert (keeps_alive, [*tcp.values()]) == (1, [15, 5, 3, 30_000])
