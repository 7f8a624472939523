"""Transactional emails: each is sent until it arrives, is rejected, or is of no use."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.database import db, transaction
from supporters.delivery.ledger_repair import repair_ledger
from supporters.extensions import current_settings
from supporters.mail.dkim.signing_keys import current_signer
from supporters.mail.models import EmailStatus, OutboxEmail
from supporters.mail.outbox_claims import NO_KEY
from supporters.mail.outbox_sender import OutboxSender, send_due_emails
from supporters.signup.rules import REQUEST_LIFETIME
from supporters.smtp_relay.send_journal import OF_EMAILS, SendJournal
from tests.factories.lists import make_list
from tests.factories.signups import (
    ADDRESS,
    email_of_request,
    make_subscriber,
    request_to_join,
    values_in,
)
from tests.machinery.statements import statements
from tests.machinery.threads import at_once
from tests.mail.outbox_emails import an_email, is_sealed, later, send_email, server, state
from tests.markup import Markup
from tests.servers.relay import Received, Relay
from tests.servers.rude_server import HANG_UP

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

# Is there a hold, which are due, claim them, the theme, are their texts stored, the results.
STATEMENTS_OF_A_BATCH = 6
STATEMENTS_OF_A_NEW_TEXT = 3  # once for each version: look again, the text, its entry in the log
WITH_LOCK = STATEMENTS_OF_A_NEW_TEXT + 1  # on PostgreSQL
QUEUED, SENT, GIVEN_UP = EmailStatus.QUEUED, EmailStatus.SENT, EmailStatus.GIVEN_UP


def test_an_email_arrives_and_its_content_is_wiped(relay: Relay) -> None:
    email_id = an_email()
    send_email(email_id)
    assert [mail.recipient for mail in relay.mails] == [ADDRESS]
    assert (state(email_id), is_sealed(email_id)) == ((SENT, "250"), False)


def test_a_batch_takes_few_statements_however_many_emails_it_has(relay: Relay) -> None:
    mailing_list, folder = make_list(), current_settings().instance_dir
    journal = SendJournal(folder, "budget", OF_EMAILS)
    sender = OutboxSender(worker="budget", number=0, journal=journal, was_in_trouble=False)
    counts = []
    for size in (1, 5, 2):
        for number in range(size):
            request_to_join(f"person{size}-{number}@example.org", mailing_list)
        current_signer()  # the keys are read every 15 seconds
        with statements() as said:
            sender.send_next()
            sender.settle()
        counts.append(len([each for each in said if not each.startswith("BEGIN")]))
    sender.transport.close()
    journal.remove()
    assert len(relay.mails) == 8
    first, *others = counts
    assert first - STATEMENTS_OF_A_BATCH in {STATEMENTS_OF_A_NEW_TEXT, WITH_LOCK}
    assert others == [STATEMENTS_OF_A_BATCH] * 2


def test_sending_it_again_sends_nothing(relay: Relay) -> None:
    email_id = an_email()
    send_email(email_id)
    send_email(email_id)
    assert (len(relay.mails), send_due_emails()) == (1, 0)


def test_while_the_relay_is_down_emails_wait_and_then_arrive(app: Flask, relay: Relay) -> None:
    email_id, settings = an_email(), app.extensions["settings"]
    with server(app, {}):
        pass
    send_email(email_id)
    assert (state(email_id)[0], is_sealed(email_id)) == (QUEUED, True)
    app.extensions["settings"] = settings
    with time_machine.travel(later(minutes=1), tick=False):
        send_due_emails()
    assert (len(relay.mails), state(email_id)[0]) == (1, SENT)


@pytest.mark.parametrize("reply", ["421 closing", "450 greylisted", "452 full"])
@pytest.mark.parametrize("step", ["on_rcpt", "on_body"])
def test_a_deferred_email_is_tried_again(relay: Relay, step: str, reply: str) -> None:
    email_id = an_email()
    setattr(relay, step, lambda _: reply)
    send_email(email_id)
    assert state(email_id)[0] is QUEUED
    relay.reset()
    assert send_due_emails() == 0
    with time_machine.travel(later(minutes=1), tick=False):
        send_due_emails()
    assert (len(relay.mails), state(email_id)[0]) == (1, SENT)


@pytest.mark.parametrize("step", ["on_rcpt", "on_body"])
def test_an_email_that_is_refused_for_good_is_given_up(relay: Relay, step: str) -> None:
    email_id = an_email()
    setattr(relay, step, lambda _: "550 5.1.1 nobody here")
    send_email(email_id)
    assert (state(email_id), is_sealed(email_id)) == ((GIVEN_UP, "550 5.1.1"), False)


@pytest.mark.parametrize("step", ["on_rcpt", "on_body"])
@pytest.mark.parametrize(
    ("reply", "kept"),
    [
        ("550 5.1.1 <camille@example.org> is nobody", "550 5.1.1"),
        ("554-5.7.1 refused\r\n554 5.7.1 for good", "554 5.7.1"),
        ("550 camille@example.org 5.1.1", "550"),
        ("550 5.1.camille@example.org", "550"),
    ],
)
def test_of_a_refusal_its_codes_are_kept_and_no_address(
    relay: Relay, step: str, reply: str, kept: str
) -> None:
    email_id = an_email()
    setattr(relay, step, lambda _: reply)
    send_email(email_id)
    assert state(email_id)[1] == kept


@pytest.mark.parametrize("reply", ["530 sign in first", "550 not from you", "451 later"])
def test_a_relay_that_refuses_us_loses_no_email(relay: Relay, reply: str) -> None:
    email_id = an_email()
    relay.on_mail = lambda sender: reply
    send_email(email_id)
    assert (state(email_id), is_sealed(email_id)) == ((QUEUED, reply[:3]), True)


def test_an_email_is_given_up_when_its_next_attempt_would_be_too_late(relay: Relay) -> None:
    email_id = an_email()
    relay.on_rcpt = lambda recipient: "450 later"
    with time_machine.travel(later(hours=71, minutes=59, seconds=30), tick=False):
        send_email(email_id)
    assert (state(email_id), is_sealed(email_id)) == ((GIVEN_UP, "450"), False)


def test_an_email_whose_link_has_expired_is_not_sent(relay: Relay) -> None:
    email_id = an_email()
    with time_machine.travel(clock.now() + REQUEST_LIFETIME, tick=False):
        send_due_emails()
    assert relay.mails == []
    assert (state(email_id)[0], is_sealed(email_id)) == (GIVEN_UP, False)


def test_a_relay_that_hangs_up_after_taking_an_email_has_taken_it(app: Flask) -> None:
    email_id = an_email()
    with server(app, {}, then_leave="BODY") as rude:
        send_email(email_id)
    assert (len(rude.bodies), state(email_id)) == (1, (SENT, "250"))


def test_a_refusal_counts_even_if_the_relay_then_hangs_up(app: Flask) -> None:
    email_id = an_email()
    with server(app, {"RCPT": "550 5.1.1 no", "RSET": HANG_UP}):
        send_email(email_id)
    assert state(email_id) == (GIVEN_UP, "550 5.1.1")


@pytest.mark.both_databases
def test_an_interrupted_email_is_sent_again_after_its_lease(app: Flask, relay: Relay) -> None:
    email_id = an_email()
    email = db.session.get_one(OutboxEmail, email_id)
    email.status, email.next_attempt_at = EmailStatus.SENDING, later(minutes=15)
    db.session.commit()
    repair_ledger(clock.now())
    assert send_due_emails() == 0
    with time_machine.travel(later(minutes=16), tick=False):
        repair_ledger(clock.now())
        send_due_emails()
    assert (len(relay.mails), state(email_id)[0]) == (1, SENT)


@pytest.mark.both_databases
def test_workers_at_the_same_moment_send_an_email_once(app: Flask, relay: Relay) -> None:
    email_id = an_email()
    at_once(app, lambda: send_email(email_id), workers=3)
    assert (len(relay.mails), state(email_id)[0]) == (1, SENT)


def test_a_deleted_email_is_no_error(relay: Relay) -> None:
    send_email(404)
    assert relay.mails == []


def sent(relay: Relay, email_id: int) -> Received:
    """Send an email; return the message that arrived."""
    send_email(email_id)
    return relay.mails[-1]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_email_has_the_same_link_and_code_in_both_parts(relay: Relay, language: str) -> None:
    email_id = an_email(language=language)
    values = values_in(db.session.get_one(OutboxEmail, email_id))
    mail = sent(relay, email_id)
    text, read = mail.part("plain"), Markup(mail.part("html"))
    for url in (values["confirm_url"], values["not_me_url"]):
        assert url in text
        assert url in read.links
    assert values["code"] in text
    assert values["code"] in read.words


def test_an_email_says_that_it_is_automatic_and_is_no_list_email(relay: Relay) -> None:
    message = sent(relay, an_email()).message
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] is None
    assert message["List-Id"] is None
    for name in ("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version"):
        assert len(message.get_all(name)) == 1


def test_an_email_names_the_party_and_keeps_its_message_id(relay: Relay, app: Flask) -> None:
    email_id, settings = an_email(), app.extensions["settings"]
    message = sent(relay, email_id).message
    assert message["From"].addresses[0].display_name == settings.party_name
    assert message["From"].addresses[0].addr_spec == settings.mail_from
    assert message["Message-ID"] == f"<letter.{email_id}@{settings.mail_domain}>"


def test_an_email_repeats_nothing_that_the_visitor_typed(relay: Relay) -> None:
    mail = sent(relay, an_email(given_name="WIN http://evil.example"))
    shown = mail.raw.decode() + mail.part("plain") + mail.part("html")
    assert "evil.example" not in shown
    assert "WIN" not in shown


def test_someone_known_gets_an_email_without_code_or_confirmation(relay: Relay) -> None:
    mailing_list = make_list()
    make_subscriber(ADDRESS, mailing_list)
    email = email_of_request(request_to_join(ADDRESS, mailing_list))
    values = values_in(email)
    mail = sent(relay, email.id)
    assert values["manage_url"] in mail.part("plain")
    assert "/confirm/" not in mail.part("plain") + mail.part("html")


@pytest.mark.both_databases
def test_an_email_that_the_relay_may_have_taken_is_sent_once_more_and_no_oftener(
    app: Flask,
) -> None:
    email_id, start = an_email(), clock.now()
    with server(app, {"BODY": HANG_UP}) as rude:
        for hours in range(20):
            with time_machine.travel(start + timedelta(hours=hours), tick=False):
                send_due_emails()
    assert len(rude.bodies) == 2
    assert state(email_id)[0] is GIVEN_UP


def test_an_email_that_no_key_decrypts_holds_up_no_other(relay: Relay) -> None:
    mailing_list = make_list()
    broken, whole = (
        request_to_join("a@example.org", mailing_list),
        request_to_join("b@example.org", mailing_list),
    )
    with transaction():
        email_of_request(broken).encrypted = b"not ours"
    send_due_emails()
    assert [mail.recipient for mail in relay.mails] == ["b@example.org"]
    assert state(email_of_request(broken).id) == (QUEUED, NO_KEY)
    assert state(email_of_request(whole).id)[0] is SENT
