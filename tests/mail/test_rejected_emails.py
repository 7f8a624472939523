"""A relay that refuses us loses no email, and keeps nobody from asking again."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.database import db
from supporters.mail.models import EmailStatus, OutboxEmail
from supporters.mail.outbox_sender import send_due_emails
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, email_of_request, request_to_join, values_in
from tests.mail.outbox_emails import an_email, is_sealed, later, send_email, server, state
from tests.servers.relay import Relay
from tests.servers.rude_server import HANG_UP

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

QUEUED, SENT, GIVEN_UP = EmailStatus.QUEUED, EmailStatus.SENT, EmailStatus.GIVEN_UP


@pytest.mark.parametrize("reply", ["550 5.7.1 denied", "554 5.7.1 denied", "552 no", "550 no"])
@pytest.mark.parametrize("step", ["on_rcpt", "on_body"])
def test_an_email_that_is_refused_because_of_us_waits_and_then_arrives(
    relay: Relay, step: str, reply: str
) -> None:
    email_id = an_email()
    setattr(relay, step, lambda _: reply)
    send_email(email_id)
    assert (state(email_id)[0], is_sealed(email_id)) == (QUEUED, True)
    relay.reset()
    with time_machine.travel(later(minutes=1), tick=False):
        send_due_emails()
    assert (len(relay.mails), state(email_id)[0]) == (1, SENT)


def test_a_relay_that_refuses_us_is_asked_less_and_less_often_while_an_email_is_of_use(
    relay: Relay,
) -> None:
    email_id, began, waits = an_email(), clock.now(), []
    relay.on_rcpt = lambda _: "550 5.7.1 denied"
    with time_machine.travel(began, tick=False) as traveller:
        send_email(email_id)
        while state(email_id)[0] is QUEUED:
            due = db.session.get_one(OutboxEmail, email_id).next_attempt_at
            waits.append(due - clock.now())
            traveller.move_to(due)
            send_due_emails()
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=2)
    assert len(waits) < 50
    assert state(email_id) == (GIVEN_UP, "550 5.7.1")


@pytest.mark.parametrize("reply", ["550 5.7.1 denied", "550 5.1.1 nobody here", "451 later"])
def test_a_person_who_asks_again_while_the_relay_refuses_gets_one_email_the_last(
    relay: Relay, reply: str
) -> None:
    mailing_list = make_list()
    relay.on_rcpt = lambda _: reply
    for _ in range(3):
        send_email(email_of_request(request_to_join(ADDRESS, mailing_list)).id)
    last = email_of_request(request_to_join(ADDRESS, mailing_list))
    code = values_in(last)["code"]
    relay.reset()
    with time_machine.travel(later(hours=1), tick=False):
        send_due_emails()
    assert [mail.recipient for mail in relay.mails] == [ADDRESS]
    assert str(code) in relay.mails[0].part("plain")
    assert email_of_request(request_to_join(ADDRESS, mailing_list)).status is EmailStatus.WITHHELD


def test_an_email_that_may_have_been_taken_keeps_others_back(app: Flask) -> None:
    mailing_list = make_list()
    email_id = email_of_request(request_to_join(ADDRESS, mailing_list)).id
    with server(app, {"BODY": HANG_UP}):
        send_email(email_id)
    assert email_of_request(request_to_join(ADDRESS, mailing_list)).status is EmailStatus.WITHHELD
