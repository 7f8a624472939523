"""The repair recovers the emails of dead workers, and those of lost machines after their lease."""

import pytest
import time_machine

from supporters import clock
from supporters.database import db, transaction
from supporters.delivery.ledger_repair import repair_ledger
from supporters.delivery.send_journal.worker_registry import REMEMBERED_FOR, worker_folder
from supporters.mail.models import EmailStatus, OutboxEmail
from supporters.mail.outbox_results import TAKEN
from supporters.smtp_relay.send_journal import OF_EMAILS, SendJournal
from tests.factories.campaigns import ANNA
from tests.factories.lists import make_list
from tests.factories.signups import email_of_request, request_to_join
from tests.mail.outbox_emails import an_email, later, send_email, state
from tests.servers.relay import Relay

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


def an_email_in_hand(worker: str) -> int:
    """Return an email of a worker whose lease is over."""
    email_id = an_email()
    with transaction():
        email = db.session.get_one(OutboxEmail, email_id)
        email.status, email.claimed_by = EmailStatus.SENDING, worker
        email.next_attempt_at = later(minutes=-1)
    return email_id


def an_email_that_a_dead_worker_sent() -> int:
    """Leave what a worker leaves that was killed before it recorded what it had sent."""
    (worker_folder() / "gone.lock").touch()
    email_id, journal = an_email_in_hand("gone"), SendJournal(worker_folder(), "gone-0", OF_EMAILS)
    journal.prepare()
    journal.record_intent(email_id)
    journal.record_reply(email_id, TAKEN)
    journal.flush()
    return email_id


def test_an_email_of_a_lost_machine_is_put_back_after_its_lease() -> None:
    email_id = an_email_in_hand("elsewhere")
    repair_ledger(clock.now())
    assert state(email_id) == (EmailStatus.QUEUED, None)


def test_what_a_dead_worker_sent_is_recovered_also_after_its_lease() -> None:
    email_id = an_email_that_a_dead_worker_sent()
    repair_ledger(clock.now())
    assert state(email_id) == (EmailStatus.SENT, TAKEN.code)


def test_the_journal_of_another_worker_is_neither_read_nor_deleted() -> None:
    email_id = an_email_that_a_dead_worker_sent()
    (worker_folder() / "gone-0.outbox").rename(worker_folder() / "other-0.outbox")
    repair_ledger(clock.now())
    assert state(email_id) == (EmailStatus.QUEUED, None)
    assert (worker_folder() / "other-0.outbox").exists()


def test_while_a_recovery_fails_no_email_is_put_back_and_no_worker_forgotten(relay: Relay) -> None:
    send_email(email_of_request(request_to_join(ANNA, make_list("dole", "Dole"))).id)
    email_id = an_email_that_a_dead_worker_sent()
    order("CREATE UNIQUE INDEX only_one ON outbox_email (status) WHERE status = 'sent'")
    repair_ledger(clock.now())
    with time_machine.travel(clock.now() + 2 * REMEMBERED_FOR, tick=False):
        repair_ledger(clock.now())
        assert state(email_id) == (EmailStatus.SENDING, None)
        order("DROP INDEX only_one")
        repair_ledger(clock.now())
    assert state(email_id) == (EmailStatus.SENT, TAKEN.code)


def order(statement: str) -> None:
    """Run a statement beside the program."""
    with transaction():
        db.session.execute(db.text(statement))
