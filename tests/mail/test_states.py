"""The states of an email in the outbox, move by move; a late result undoes nothing."""

import pytest
from flask import Flask

from supporters import clock
from supporters.database import db, transaction
from supporters.mail.models import EmailStatus, OutboxEmail
from supporters.mail.outbox_results import TAKEN, UNWRITABLE, record_results
from supporters.mail.states import EMAIL_STATES, EmailMove
from supporters.smtp_relay.dialogue import RelayReply
from supporters.smtp_relay.send_journal import CUT_OFF
from tests.machinery.state_tables import wrong_moves
from tests.mail.outbox_emails import an_email, state

S, M = EmailStatus, EmailMove

ALLOWED = {
    (S.QUEUED, M.CLAIM): S.SENDING,
    (S.SENDING, M.CLAIM): S.SENDING,
    (S.QUEUED, M.PUT_BACK): S.QUEUED,
    (S.SENDING, M.PUT_BACK): S.QUEUED,
    (S.QUEUED, M.ACCEPT): S.SENT,
    (S.SENDING, M.ACCEPT): S.SENT,
    (S.GIVEN_UP, M.ACCEPT): S.SENT,
    (S.QUEUED, M.GIVE_UP): S.GIVEN_UP,
    (S.SENDING, M.GIVE_UP): S.GIVEN_UP,
}


def test_only_the_moves_of_the_table_are_allowed() -> None:
    assert not wrong_moves(EMAIL_STATES, ALLOWED, lambda status: OutboxEmail(status=status))


def record(email_id: int, reply: RelayReply) -> None:
    with transaction():
        record_results({email_id: reply}, clock.now())


@pytest.mark.both_databases
def test_an_email_that_was_sent_stays_so_when_another_sender_lost_its_connection(
    app: Flask,
) -> None:
    email_id = an_email()
    record(email_id, TAKEN)
    record(email_id, CUT_OFF)
    assert state(email_id) == (S.SENT, "250")


@pytest.mark.both_databases
def test_an_email_that_was_sent_is_not_given_up_afterwards(app: Flask) -> None:
    email_id = an_email()
    record(email_id, TAKEN)
    record(email_id, UNWRITABLE)
    assert state(email_id) == (S.SENT, "250")


@pytest.mark.both_databases
def test_records_of_another_process_are_read_before_anything_is_undone(app: Flask) -> None:
    email_id = an_email()
    with transaction():
        held = db.session.get_one(OutboxEmail, email_id)
    with db.engine.begin() as another:
        another.execute(db.text("UPDATE outbox_email SET status = 'sent'"))
    assert held.status is S.QUEUED
    record(email_id, CUT_OFF)
    assert state(email_id)[0] is S.SENT
