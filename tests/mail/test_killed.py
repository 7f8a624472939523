"""A worker is killed with a claimed email: it is recovered at once, and not doubled."""

import os
import signal
import sys
import time
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from supporters import clock, tasks
from supporters.config import Settings
from supporters.database import db
from supporters.delivery.database_clock import database_time
from supporters.delivery.ledger_repair import repair_ledger
from supporters.delivery.send_journal.worker_registry import worker_folder
from supporters.extensions import queue
from supporters.mail.models import EmailStatus, OutboxEmail
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, email_of_request, request_to_join
from tests.processes import environment_of, start_process
from tests.relay import Relay
from tests.rude_server import Odd, RudeServer
from tests.threads import at_once

pytestmark = pytest.mark.either_database

SEND_ONE = (
    "from app import app; from supporters import tasks; import sys\n"
    "with app.app_context(): tasks.send_letter(int(sys.argv[1]))"
)
SLOW = 5.0  # longer than a kill takes


def is_reached(server: RudeServer, step: str) -> bool:
    """Tell whether the server got the step that it now answers slowly."""
    return bool(server.bodies) if step == "BODY" else step in server.commands


def kill_at(step: str, polite: str, email_id: int, settings: Settings) -> int:
    """Kill a process while it waits for the answer to a step; return how many bodies were sent."""
    script = {step: Odd(polite, seconds_before=SLOW)}
    with RudeServer(script) as server:
        environment = {**environment_of(settings), "SUPPORTERS_MAIL_PORT": str(server.port)}
        arguments = [sys.executable, "-c", SEND_ONE, str(email_id)]
        process = start_process(arguments, environment)
        until = time.monotonic() + 60
        while not is_reached(server, step):
            assert process.poll() is None, "it ended before it was killed"
            assert time.monotonic() < until, f"{step} was never reached"
            time.sleep(0.02)
        time.sleep(0.2)  # for its work between the answer before and this one
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        return len(server.bodies)


def state(email_id: int) -> EmailStatus:
    """Return the state of an email."""
    db.session.rollback()
    return db.session.get_one(OutboxEmail, email_id).status


def recover() -> None:
    """Do a worker's recovery, as every minute and at its start, and run the jobs that result."""
    repair_ledger(database_time())
    queue.run_all()


@pytest.fixture
def email_id(app: Flask) -> int:
    """Return a waiting email."""
    return email_of_request(request_to_join(ADDRESS, make_list())).id


@pytest.mark.both_databases
def test_one_whose_body_was_not_sent_is_sent_at_once(
    app: Flask, settings: Settings, relay: Relay, email_id: int
) -> None:
    assert kill_at("RCPT", "250 fine", email_id, settings) == 0
    assert state(email_id) is EmailStatus.SENDING
    recover()
    assert (len(relay.mails), state(email_id)) == (1, EmailStatus.SENT)


@pytest.mark.both_databases
def test_one_that_the_relay_had_taken_is_not_sent_again(
    app: Flask, settings: Settings, relay: Relay, email_id: int
) -> None:
    assert kill_at("QUIT", "221 bye", email_id, settings) == 1
    assert state(email_id) is EmailStatus.SENDING
    recover()
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        tasks.send_due_letters()
    assert (relay.mails, state(email_id)) == ([], EmailStatus.SENT)


@pytest.mark.both_databases
def test_one_that_may_have_been_taken_is_sent_once_more_later(
    app: Flask, settings: Settings, relay: Relay, email_id: int
) -> None:
    assert kill_at("BODY", "250 taken", email_id, settings) == 1
    recover()
    assert (relay.mails, state(email_id)) == ([], EmailStatus.QUEUED)
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        tasks.send_due_letters()
    assert (len(relay.mails), state(email_id)) == (1, EmailStatus.SENT)


@pytest.mark.both_databases
def test_recovering_at_once_and_often_sends_it_once(
    app: Flask, settings: Settings, relay: Relay, email_id: int
) -> None:
    kill_at("BODY", "250 taken", email_id, settings)
    at_once(app, lambda: repair_ledger(database_time()), workers=3)
    recover()
    assert state(email_id) is EmailStatus.QUEUED
    assert list(worker_folder().glob("*.letter")) == []


def test_an_email_claimed_by_a_living_worker_is_left_alone(
    app: Flask, relay: Relay, email_id: int
) -> None:
    tasks.send_due_letters()  # this registers the process
    email = db.session.get_one(OutboxEmail, email_id)
    worker = email.claimed_by
    email.status = EmailStatus.SENDING
    db.session.commit()
    recover()
    again = db.session.get_one(OutboxEmail, email_id)
    assert (again.status, again.claimed_by) == (EmailStatus.SENDING, worker)
