"""LMTP answers 250 only after the commit, and 451 while the database is down."""

import asyncio
import smtplib
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from flask import Flask

from supporters.database import DatabaseUnavailable
from supporters.feedback.intake.apply_report import Source
from supporters.feedback.readers.bounded_parser import READ_OCTETS
from supporters.feedback.readers.intake_probe import probe_intake
from supporters.feedback.readers.lmtp_server import serve_lmtp
from supporters.settings.feedback_settings import FeedbackSettings
from tests.feedback.readers.recorded_intake import RecordedApply, make_bounce, recorded_intake
from tests.servers.ports import free_port
from tests.servers.processes import wait_until

MEGABYTE = 1024 * 1024
SENT_TO = ["bounces+abc@parti.example"]


@contextmanager
def lmtp_server(app: Flask, place: FeedbackSettings) -> Iterator[RecordedApply]:
    """Run the server in a thread."""
    ending, started = Event(), Event()
    with recorded_intake(app, Source.LMTP) as (intake, applied):
        thread = Thread(
            target=lambda: asyncio.run(serve_lmtp(place, intake, ending, looked=started.set))
        )
        thread.start()
        assert started.wait(20)
        yield applied
        ending.set()
        thread.join()


@pytest.fixture
def place() -> FeedbackSettings:
    """Return an address of the loopback."""
    return FeedbackSettings(scheme="lmtp", host="127.0.0.1", port=free_port())


@pytest.fixture
def applied(app: Flask, place: FeedbackSettings) -> Iterator[RecordedApply]:
    """Run the server; return what it records."""
    with lmtp_server(app, place) as recorded:
        yield recorded


def client_of(place: FeedbackSettings) -> smtplib.LMTP:
    """Return a session."""
    return smtplib.LMTP(place.host or place.path, place.port, timeout=60)


def deliver(place: FeedbackSettings, raw: bytes) -> tuple[int, bytes]:
    """Deliver an email; return the answer to its last dot."""
    with client_of(place) as client:
        client.ehlo_or_helo_if_needed()
        client.mail("")
        client.rcpt(SENT_TO[0])
        return client.data(raw)


def test_email_is_taken_once_it_is_committed(
    place: FeedbackSettings, applied: RecordedApply
) -> None:
    assert deliver(place, make_bounce("ada"))[0] == 250
    assert applied.list_addresses() == ["ada@example.org"]
    assert applied.reports[0].tokens[0] == SENT_TO[0]


def test_mail_server_tries_again_while_the_database_is_down(
    place: FeedbackSettings, applied: RecordedApply
) -> None:
    applied.failure = DatabaseUnavailable
    code, said = deliver(place, make_bounce("ada"))
    assert (code, applied.reports) == (451, [])
    assert b"4.3.0" in said
    applied.failure = None
    assert deliver(place, make_bounce("ada"))[0] == 250


def test_mail_server_keeps_an_email_that_meets_a_fault_of_ours(
    place: FeedbackSettings, applied: RecordedApply
) -> None:
    applied.fails_on = b"bob@"
    assert deliver(place, make_bounce("bob"))[0] == 451
    assert deliver(place, make_bounce("ada"))[0] == 250


def test_each_recipient_gets_an_answer(place: FeedbackSettings, applied: RecordedApply) -> None:
    with client_of(place) as client:
        client.ehlo_or_helo_if_needed()
        client.mail("")
        for address in ("a@parti.example", "b@parti.example"):
            client.rcpt(address)
        assert client.data(make_bounce("ada"))[0] == 250
        assert client.getreply()[0] == 250
        assert client.noop()[0] == 250
    assert [*applied.reports[0].tokens[:2]] == ["a@parti.example", "b@parti.example"]


BODIES = {
    "dots": b"From: a\r\n\r\n..\r\n.x\r\n...\r\n",
    "an empty line first": b"\r\nFrom: a\r\n",
    "a dot first": b".first\r\nFrom: a\r\n\r\n",
    "no line end": b"From: a\r\n\r\nend",
    "bare ends": b"From: a\n.\n\r.\r\n.\n",
    "a long line": b"From: a\r\n\r\n" + b"x" * 200_000 + b"\r\n",
}


def test_octets_arrive_as_they_were_sent(place: FeedbackSettings, applied: RecordedApply) -> None:
    for body in BODIES.values():
        with client_of(place) as client:
            client.ehlo_or_helo_if_needed()
            client.mail("")
            client.rcpt(SENT_TO[0])
            client.putcmd("data")
            client.getreply()
            stuffed = (b"\r\n" + body).replace(b"\r\n.", b"\r\n..")[2:]
            client.send(stuffed.removesuffix(b"\r\n") + b"\r\n.\r\n")
            assert client.getreply()[0] == 250
    assert [each.removesuffix(b"\r\n") for each in applied.emails] == [
        each.removesuffix(b"\r\n") for each in BODIES.values()
    ]


def test_fifty_megabytes_are_taken_in_part_and_soon(
    place: FeedbackSettings, applied: RecordedApply
) -> None:
    for line in (b"\r\n", b"y" * 4_998 + b"\r\n"):
        began = time.process_time()
        raw = make_bounce("ada") + line * (50 * MEGABYTE // len(line))
        with client_of(place) as client:
            client.ehlo_or_helo_if_needed()
            client.mail("")
            client.rcpt(SENT_TO[0])
            client.putcmd("data")
            client.getreply()
            client.send(raw + b"\r\n.\r\n")
            assert client.getreply()[0] == 250
            assert time.process_time() - began < 2
    assert {*map(len, applied.emails)} == {READ_OCTETS}


def test_emails_that_come_together_are_one_transaction(
    place: FeedbackSettings, applied: RecordedApply
) -> None:
    bounces = [make_bounce(f"n{each}") for each in range(30)]
    with ThreadPoolExecutor(10) as threads:
        codes = [code for code, _ in threads.map(lambda raw: deliver(place, raw), bounces)]
    assert codes == [250] * 30
    assert len(applied.list_addresses()) == 30
    assert len(applied.batches) < 30


def test_socket_lets_every_user_in_who_may_enter_its_folder(app: Flask, tmp_path: Path) -> None:
    place = FeedbackSettings(scheme="lmtp", path=str(tmp_path / "socket"))
    with lmtp_server(app, place) as applied:
        probe_intake(place)
        assert deliver(place, make_bounce("ada"))[0] == 250
        assert Path(place.path).stat().st_mode & 0o777 == 0o666
        assert wait_until(lambda: applied.list_addresses() == ["ada@example.org"])
