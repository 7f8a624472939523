"""A worker is killed while it sends a batch: what it did is recovered at once, and not doubled."""

import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.config import Settings
from supporters.database import db
from supporters.delivery.database_clock import database_time
from supporters.delivery.ledger_repair import repair_ledger
from supporters.delivery.send_journal.worker_registry import current_worker, worker_folder
from supporters.mail.models import LOST, EmailStatus, OutboxEmail
from supporters.mail.outbox_sender import send_due_emails
from tests.factories.lists import make_list
from tests.factories.signups import email_of_request, request_to_join
from tests.machinery.prepared_states import made_once
from tests.machinery.threads import at_once
from tests.mail.sending_threads import Pauses, sending
from tests.servers.processes import environment_of, start_process
from tests.servers.relay import Relay
from tests.servers.rude_server import Odd, RudeServer, Script

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

SENDER = """
import sys, time
from app import app
from supporters.delivery.send_journal.worker_registry import current_worker, worker_folder
from supporters.mail import outbox_sender
from supporters.smtp_relay.send_journal import OF_EMAILS, SendJournal
STEP = sys.argv[1]

def stop_at(step):
    if step == STEP:
        print("reached", flush=True)
        time.sleep(600)

class Journal(SendJournal):
    def record_intent(self, email_id):
        super().record_intent(email_id)
        stop_at("intent")

    def flush(self):
        super().flush()
        stop_at("replies")

class Sender(outbox_sender.OutboxSender):
    def _forget_recorded(self):
        if self.results:
            stop_at("mark")
        super()._forget_recorded()
        if not self.results:
            stop_at("claim")

with app.app_context():
    name = current_worker()
    sender = Sender(worker=name, number=0, journal=Journal(worker_folder(), f"{name}-0", OF_EMAILS))
    sender.send_next()
    sender.send_next()
"""
LOOKS = 8  # of senders that have nothing to send
SLOW = 60.0  # longer than a kill takes
FIRST, SECOND, THIRD = (f"{name}@example.org" for name in ("first", "second", "third"))
QUEUED, SENDING, SENT = EmailStatus.QUEUED, EmailStatus.SENDING, EmailStatus.SENT


@made_once
def emails() -> list[int]:
    """Return three waiting emails."""
    mailing_list = make_list()
    return [
        email_of_request(request_to_join(address, mailing_list)).id
        for address in (FIRST, SECOND, THIRD)
    ]


def kill_at(step: str, settings: Settings, port: int) -> None:
    """Kill a sender when it has reached a step of its work."""
    environment = {**environment_of(settings), "SUPPORTERS_MAIL_PORT": str(port)}
    log = settings.instance_dir / "sender.log"
    with log.open("w") as output:
        process = start_process([sys.executable, "-c", SENDER, step], environment, stdout=output)
    _wait(lambda: "reached" in log.read_text() or process.poll() is not None)
    assert process.poll() is None, "it ended before it was killed"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def kill_waiting_for(count: int, settings: Settings, script: Script) -> int:
    """Kill a sender that waits for the reply to a body; return how many bodies were sent."""
    with RudeServer(script) as server:
        environment = {**environment_of(settings), "SUPPORTERS_MAIL_PORT": str(server.port)}
        process = start_process([sys.executable, "-c", SENDER, "never"], environment)
        _wait(lambda: len(server.bodies) >= count or process.poll() is not None)
        time.sleep(0.2)  # for its work between the answer before and this one
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        return len(server.bodies)


def _wait(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < until, "the step was never reached"
        time.sleep(0.02)


def states() -> dict[int, tuple[EmailStatus, str | None]]:
    """Return the state of each email, and the relay's last reply."""
    db.session.rollback()
    emails = db.session.scalars(db.select(OutboxEmail).order_by(OutboxEmail.id))
    return {email.id: (email.status, email.last_reply) for email in emails}


def recover() -> None:
    """Do a worker's recovery, as every minute and at its start, and send what is due then."""
    repair_ledger(database_time())
    send_due_emails()


def received(relay: Relay) -> list[str]:
    """Return the recipients that got an email."""
    return sorted(mail.recipient for mail in relay.mails)


def test_emails_that_were_claimed_and_not_begun_are_sent_at_once(
    settings: Settings, relay: Relay, emails: list[int]
) -> None:
    kill_at("claim", settings, relay.port)
    assert {status for status, _ in states().values()} == {SENDING}
    recover()
    assert received(relay) == [FIRST, SECOND, THIRD]
    assert {status for status, _ in states().values()} == {SENT}


def test_an_email_with_an_intent_is_sent_once_more_later_and_the_others_at_once(
    settings: Settings, relay: Relay, emails: list[int]
) -> None:
    kill_at("intent", settings, relay.port)
    recover()
    assert received(relay) == [SECOND, THIRD]
    assert states()[emails[0]] == (QUEUED, LOST)
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        send_due_emails()
    assert received(relay) == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize("step", ["replies", "mark"])
def test_emails_that_the_relay_had_taken_are_not_sent_again(
    settings: Settings, relay: Relay, emails: list[int], step: str
) -> None:
    kill_at(step, settings, relay.port)
    assert FIRST in received(relay)  # on a busy machine the others are of the next batch
    recover()
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        send_due_emails()
    assert received(relay) == [FIRST, SECOND, THIRD]
    assert {status for status, _ in states().values()} == {SENT}


def test_after_a_night_the_threads_leave_what_was_sent_to_the_recovery(
    app: Flask, settings: Settings, relay: Relay, emails: list[int]
) -> None:
    kill_at("replies", settings, relay.port)
    pauses = Pauses()
    with time_machine.travel(clock.now() + timedelta(hours=9)), sending(app, pauses):
        _wait(lambda: len(pauses.of_senders()) > LOOKS)
        repair_ledger(database_time())
        _wait(lambda: {status for status, _ in states().values()} == {SENT})
    assert received(relay) == [FIRST, SECOND, THIRD]


def test_a_kill_leaves_one_uncertain_email_of_a_connection(
    settings: Settings, relay: Relay, emails: list[int]
) -> None:
    script = {"BODY": ["250 taken", Odd("250 taken", seconds_before=SLOW)]}
    assert kill_waiting_for(2, settings, script) == 2
    recover()
    assert received(relay) == [THIRD]
    assert [state for state, _ in states().values()] == [SENT, QUEUED, SENT]
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        send_due_emails()
    assert received(relay) == [SECOND, THIRD]


def test_recovering_at_once_and_often_sends_each_email_once(
    app: Flask, settings: Settings, relay: Relay, emails: list[int]
) -> None:
    kill_at("intent", settings, relay.port)
    at_once(app, lambda: repair_ledger(database_time()), workers=3)
    recover()
    assert received(relay) == [SECOND, THIRD]
    assert list(worker_folder().glob("*.outbox")) == []


def test_emails_claimed_by_a_living_worker_are_left_alone(relay: Relay, emails: list[int]) -> None:
    db.session.execute(
        db.update(OutboxEmail).values(
            status=SENDING,
            claimed_by=current_worker(),
            next_attempt_at=clock.now() + timedelta(minutes=30),
        )
    )
    db.session.commit()
    recover()
    assert (received(relay), {status for status, _ in states().values()}) == ([], {SENDING})
