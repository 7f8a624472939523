"""The time to answer counts from when the email left; nobody is erased without it (REQ-36)."""

from datetime import datetime

import pytest
import time_machine
from flask import Flask

from supporters import clock, tasks
from supporters.database import db, transaction
from supporters.delivery.emergency_stop import stop_all
from supporters.extensions import current_encryptor
from supporters.lists.models import MailingList
from supporters.mail.models import EmailStatus, OutboxEmail
from supporters.mail.outbox import purge_old_emails
from supporters.mail.outbox_sender import send_due_emails
from supporters.people.models import Subscriber
from supporters.retention.retention_rounds import change_rule
from supporters.retention.rules import Category
from tests.factories.campaigns import ANNA
from tests.factories.consent.reconfirmation import accept, reconfirmation_emails, token_in
from tests.factories.returned.failures import fail
from tests.retention.inactivity.recording_actions import (
    DAY,
    END,
    HOUR,
    MINUTE,
    asked_at,
    cut_off,
    events,
    is_there,
    minute,
    nightly,
)
from tests.servers.relay import Relay

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


def ask_for_days(today: time_machine.Traveller, *, until: datetime) -> None:
    """Run the work of a minute every other day; a round at times, and each time it could erase."""
    day = 0
    while clock.now() < until:
        minute()
        if day % 8 == 0 or clock.now() >= END - DAY:
            nightly()
        today.shift(2 * DAY)
        day += 2


def test_time_to_answer_counts_from_when_the_email_left(
    app: Flask, anna: int, relay: Relay, today: time_machine.Traveller
) -> None:
    settings = app.extensions["settings"]
    cut_off(app)
    minute()
    app.extensions["settings"] = settings
    today.shift(2 * DAY)
    minute()
    left = clock.now()
    today.shift(MINUTE)
    minute()
    assert (asked_at(anna), len(relay.mails_to(ANNA))) == (left, 1)
    today.move_to(END - MINUTE)
    nightly()
    assert is_there(anna)
    today.shift(MINUTE)
    nightly()
    assert not is_there(anna)


def test_while_the_relay_is_down_nobody_is_erased_and_all_are_asked_again(
    app: Flask, anna: int, relay: Relay, today: time_machine.Traveller
) -> None:
    settings, mails_before = app.extensions["settings"], len(relay.mails)
    cut_off(app)
    ask_for_days(today, until=END + 10 * DAY)
    assert (is_there(anna), asked_at(anna), len(relay.mails)) == (True, None, mails_before)
    app.extensions["settings"] = settings
    for _ in range(4):
        today.shift(DAY)
        minute()
    left = asked_at(anna)
    assert (left is not None, len(relay.mails)) == (True, mails_before + 1)
    today.move_to((left or END) + 30 * DAY - MINUTE)
    nightly()
    assert is_there(anna)
    today.shift(MINUTE)
    nightly()
    assert not is_there(anna)


def test_email_that_is_purged_before_it_was_recorded_does_not_count(
    anna: int, today: time_machine.Traveller
) -> None:
    minute()
    today.shift(32 * DAY)
    purge_old_emails(clock.now())
    today.move_to(END + DAY)
    nightly()
    tasks.ask_again()
    assert (is_there(anna), asked_at(anna)) == (True, None)
    assert events() == [anna, anna]


@pytest.mark.parametrize(
    ("step", "refusal"), [("on_rcpt", "550 not here"), ("on_body", "554 5.7.1 relay access denied")]
)
def test_rejection_that_may_be_about_us_does_not_count(
    anna: int, relay: Relay, today: time_machine.Traveller, step: str, refusal: str
) -> None:
    setattr(relay, step, lambda _: refusal)
    ask_for_days(today, until=END + 10 * DAY)
    assert (is_there(anna), asked_at(anna)) == (True, None)
    relay.reset()
    ask_for_days(today, until=clock.now() + 6 * DAY)
    assert asked_at(anna) is not None


def test_mailbox_reported_gone_twice_counts_as_asked(
    anna: int, relay: Relay, today: time_machine.Traveller
) -> None:
    relay.on_rcpt = lambda _: "550 5.1.1 nobody here"
    ask_for_days(today, until=END)
    assert (is_there(anna), events()) == (True, [anna, anna])
    nightly()
    assert not is_there(anna)


@pytest.mark.both_databases
def test_somebody_who_cannot_be_reached_is_not_asked_and_erased_after_thirty_days(
    anna: int, relay: Relay, today: time_machine.Traveller
) -> None:
    today.move_to(END - 10 * DAY)
    fail(db.session.get_one(Subscriber, anna))
    minute()
    assert (events(), relay.mails_to(ANNA)) == ([], [])
    today.move_to(END + 20 * DAY - MINUTE)
    nightly()
    assert is_there(anna)
    today.shift(2 * MINUTE)
    nightly()
    assert not is_there(anna)


def test_a_question_to_a_mailbox_that_died_does_not_leave_and_an_answer_still_counts(
    anna: int, mailing_list: MailingList, today: time_machine.Traveller
) -> None:
    tasks.ask_again()
    fail(db.session.get_one(Subscriber, anna))
    token = token_in(reconfirmation_emails()[0])
    send_due_emails()
    assert reconfirmation_emails()[0].status is EmailStatus.GIVEN_UP
    accept(token, mailing_list.purpose_id)
    today.move_to(END + 40 * DAY)
    nightly()
    assert is_there(anna)


@pytest.mark.both_databases
def test_mailbox_reported_gone_once_is_asked_again(
    anna: int, relay: Relay, today: time_machine.Traveller
) -> None:
    relay.on_rcpt = lambda _: "550 5.1.1 nobody here"
    minute()
    relay.reset()
    today.shift(3 * DAY)
    minute()
    left = clock.now()
    tasks.ask_again()
    assert (asked_at(anna), events()) == (left, [anna, anna])


def test_relay_that_rejects_us_does_not_count_with_any_code(
    anna: int, relay: Relay, today: time_machine.Traveller
) -> None:
    relay.on_mail = lambda _: "550 not from you"
    minute()
    today.shift(3 * DAY - MINUTE)
    send_due_emails()
    assert reconfirmation_emails()[0].status is EmailStatus.GIVEN_UP
    tasks.ask_again()
    today.shift(3 * MINUTE)
    tasks.ask_again()
    assert (asked_at(anna), events()) == (None, [anna, anna])


@pytest.mark.both_databases
def test_email_that_is_given_up_at_once_is_written_again_after_three_days(
    anna: int, today: time_machine.Traveller
) -> None:
    tasks.ask_again()
    with transaction():
        db.session.get_one(
            OutboxEmail, reconfirmation_emails()[0].id
        ).encrypted = current_encryptor().encrypt(b"broken")
    send_due_emails()
    for _ in range(10):
        today.shift(7 * HOUR)
        tasks.ask_again()
    assert events() == [anna]
    today.shift(2 * HOUR)
    tasks.ask_again()
    assert events() == [anna, anna]


@pytest.mark.both_databases
def test_answer_before_the_worker_recorded_the_email_counts(
    anna: int, mailing_list: MailingList, today: time_machine.Traveller
) -> None:
    tasks.ask_again()
    token = token_in(reconfirmation_emails()[0])
    send_due_emails()
    today.shift(MINUTE)
    accept(token, mailing_list.purpose_id)
    tasks.ask_again()
    today.move_to(END + 40 * DAY)
    nightly()
    assert (is_there(anna), events()) == (True, [anna])


def test_during_the_emergency_stop_sent_emails_are_still_recorded(
    anna: int, today: time_machine.Traveller
) -> None:
    minute()
    stop_all()
    tasks.ask_again()
    assert asked_at(anna) == clock.now()


def test_a_shorter_time_asks_everybody_first(anna: int, today: time_machine.Traveller) -> None:
    change_rule(Category.PEOPLE, 365, reason="Décision du bureau.", by=None)
    nightly()
    minute()
    nightly()
    today.shift(30 * DAY - MINUTE)
    nightly()
    assert is_there(anna)
    today.shift(MINUTE)
    nightly()
    assert not is_there(anna)
