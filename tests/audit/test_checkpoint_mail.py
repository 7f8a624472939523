"""The data protection officer gets the latest checkpoint once a day, if it changed."""

from datetime import timedelta

import pytest
from flask import Flask

from supporters import clock
from supporters.audit.checkpoint_mail import mail_checkpoint
from supporters.consent.log_sealing import seal
from supporters.extensions import current_settings
from supporters.mail.outbox_sender import send_due_emails
from supporters.transparency_log.checkpoint_store import find_external_checkpoint
from supporters.transparency_log.checkpoints import extract_checkpoints
from supporters.transparency_log.log_keys import signing_key
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.servers.relay import Relay

pytestmark = pytest.mark.either_database
DAY = timedelta(days=1)


def test_an_empty_log_mails_nothing(app: Flask) -> None:
    assert not mail_checkpoint(clock.now())


@pytest.mark.both_databases
def test_a_checkpoint_is_mailed_once_a_day_and_only_if_it_changed(app: Flask) -> None:
    national = make_list()
    seal()
    now = clock.now()
    assert [mail_checkpoint(now), mail_checkpoint(now), mail_checkpoint(now + 2 * DAY)] == [
        True,
        False,
        False,
    ]
    make_subscriber("anna@example.org", national)
    seal()
    assert [mail_checkpoint(now + DAY / 2), mail_checkpoint(now + DAY)] == [False, True]


def test_the_mail_as_saved_can_be_compared(app: Flask, relay: Relay) -> None:
    make_list()
    seal()
    mail_checkpoint(clock.now())
    send_due_emails()
    (mail,) = relay.mails_to(current_settings().dpo_contact)
    found = [*extract_checkpoints(mail.raw, signing_key().public_key())]
    assert found == [find_external_checkpoint()]
