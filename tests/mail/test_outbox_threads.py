"""The threads of a worker that send transactional emails: soon, beside campaigns, and for ever."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from supporters import clock
from supporters.config import Settings
from supporters.database import db, transaction
from supporters.delivery.progress import get_progress
from supporters.delivery.send_journal.worker_registry import worker_folder
from supporters.mail.models import EmailStatus, OutboxEmail
from supporters.mail.outbox_results import TAKEN
from supporters.mail.outbox_sender import SMALLEST_BATCH, OutboxSender, send_due_emails
from supporters.mail.outbox_threads import PAUSE_SECONDS, put_back_held_up
from supporters.smtp_relay.send_journal import OF_EMAILS, SendJournal
from supporters.smtp_relay.transport import DeliveryListener, OutgoingMessage
from tests.factories.campaigns import launch_to_addresses
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, email_of_request, request_to_join
from tests.mail.outbox_emails import state
from tests.mail.sending_threads import Pauses, sending
from tests.servers.processes import environment_of, started, wait_until
from tests.servers.relay import Relay

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

PEOPLE = 60  # a minute at one a second
LOOKS = 8  # of senders that have nothing to send
ALL_IN_A_BATCH = SMALLEST_BATCH - 1


def test_an_email_leaves_at_once_since_a_sender_never_pauses_for_a_second(
    app: Flask, relay: Relay
) -> None:
    pauses = Pauses()
    with sending(app, pauses) as threads:
        assert wait_until(lambda: len(pauses.of_senders()) > LOOKS)
        email_id = email_of_request(request_to_join(ADDRESS, make_list())).id
        assert wait_until(lambda: bool(relay.mails))
    assert 0 < max(pauses.of_senders()) < 1
    assert threads.join(0)
    assert state(email_id) == (EmailStatus.SENT, "250")
    assert [*worker_folder().glob("*.outbox")] == []


def test_a_sender_that_has_sent_all_lets_more_come_together(app: Flask, relay: Relay) -> None:
    mailing_list, pauses = make_list(), Pauses()
    for number in range(ALL_IN_A_BATCH):
        request_to_join(f"person{number}@example.org", mailing_list)
    with sending(app, pauses):
        assert wait_until(lambda: len(relay.mails) == ALL_IN_A_BATCH)
        looks = len(pauses.of_senders())
        assert wait_until(lambda: len(pauses.of_senders()) > looks + LOOKS)
    assert {*pauses.of_senders()} == {PAUSE_SECONDS}


@pytest.mark.both_databases
def test_the_threads_go_on_when_the_database_is_back(app: Flask, relay: Relay) -> None:
    request_to_join(ADDRESS, make_list())
    with sending(app):
        for names in (("outbox_email", "away"), ("away", "outbox_email")):
            with db.engine.begin() as connection:
                connection.execute(db.text("ALTER TABLE {} RENAME TO {}".format(*names)))
        request_to_join("late@example.org", make_list("dole", "Dole"))
        assert wait_until(lambda: len(relay.mails) == 2)


@pytest.mark.both_databases
def test_an_email_that_is_due_before_the_floor_waits_for_the_next_look_at_all(
    app: Flask, relay: Relay
) -> None:
    with sending(app):
        request_to_join(ADDRESS, make_list())
        assert wait_until(lambda: len(relay.mails) == 1)  # the floor stands
        email_id = email_of_request(request_to_join("b@example.org", make_list("dole", "Dole"))).id
        with transaction():  # as one that was put back
            old = clock.now() - timedelta(hours=1)
            db.session.get_one(OutboxEmail, email_id).next_attempt_at = old
        assert wait_until(lambda: len(relay.mails) == 2, seconds=60)


class SilentRelay:
    """A transport whose relay takes the first email only after a while."""

    problem = None

    def __init__(self) -> None:
        self.has_begun, self.answers = threading.Event(), threading.Event()

    def deliver(self, messages: Iterator[OutgoingMessage], listener: DeliveryListener) -> None:
        """Begin one email, and wait."""
        first = next(messages)
        assert listener.before_body(first)
        self.has_begun.set()
        self.answers.wait(60)
        listener.on_reply(first, TAKEN)
        assert next(messages, None) is None

    def end_idle(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


@pytest.mark.both_databases
def test_a_relay_that_does_not_answer_holds_up_one_email_and_no_other(
    app: Flask, relay: Relay
) -> None:
    mailing_list, silent = make_list(), SilentRelay()
    for number in range(5):
        request_to_join(f"person{number}@example.org", mailing_list)
    journal = SendJournal(worker_folder(), "held-up", OF_EMAILS)
    sender = OutboxSender(worker="held-up", number=0, journal=journal, transport=silent)
    thread = threading.Thread(target=_send_and_record, args=[app, sender])
    thread.start()
    assert silent.has_begun.wait(60)
    put_back_held_up(sender)
    assert send_due_emails() == 0  # a moment is no long time
    assert wait_until(lambda: bool(put_back_held_up(sender) or send_due_emails()))
    assert len(relay.mails) == 4
    silent.answers.set()
    thread.join(60)
    assert _count_sent() == 5


def _send_and_record(app: Flask, sender: OutboxSender) -> None:
    with app.app_context():
        sender.send_next()
        sender.settle()


def _count_sent() -> int:
    db.session.rollback()
    is_sent = OutboxEmail.status == EmailStatus.SENT
    return len(db.session.scalars(db.select(OutboxEmail.id).where(is_sent)).all())


@pytest.mark.slow
@pytest.mark.both_databases
def test_an_email_overtakes_a_campaign_that_is_being_sent(
    settings: Settings, relay: Relay, tmp_path: Path
) -> None:
    campaign_id = launch_to_addresses(*(f"reader{number}@example.org" for number in range(PEOPLE)))
    environment = {**environment_of(settings), "SUPPORTERS_SEND_RATE": "1"}
    with started(environment, "worker", log=tmp_path / "worker.log"):
        assert wait_until(lambda: bool(relay.mails))
        request_to_join(ADDRESS, make_list("dole", "Dole"))
        assert wait_until(lambda: bool(relay.mails_to(ADDRESS)))
        db.session.rollback()
        assert get_progress(campaign_id).accepted < PEOPLE
