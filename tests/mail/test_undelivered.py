"""Undelivered emails are counted by kind and reply, and never by recipient."""

from datetime import timedelta

import pytest
import time_machine

from supporters import clock
from supporters.database import db, transaction
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.mail.outbox import EmailDraft, put_email
from supporters.mail.outbox_claims import NOT_WANTED
from supporters.mail.outbox_sender import send_due_emails
from supporters.mail.undelivered import list_undelivered
from tests.servers.relay import Relay

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

DAY = timedelta(days=1)


def put(kind: EmailKind, status: EmailStatus, reply: str | None = None) -> OutboxEmail:
    """Return an email with its result."""
    now = clock.now()
    draft = EmailDraft(
        kind=kind, recipient="a@example.org", language="fr", values={}, useful_for=timedelta(days=1)
    )
    with transaction():
        email = put_email(draft, now=now)
        email.status, email.last_reply = status, reply
        email.settled_at = None if status is EmailStatus.QUEUED else now
    return email


def told(since: timedelta = DAY) -> list[tuple[EmailKind, str | None, int]]:
    """Return the counts up to now."""
    return [(each.kind, each.reply, each.count) for each in list_undelivered(clock.now() - since)]


def test_emails_that_were_given_up_are_counted_by_kind_and_reply() -> None:
    for kind, reply, count in (
        (EmailKind.CASE_EXTENDED, "554", 1),
        (EmailKind.CONFIRM_SIGNUP, "550 5.7.1", 3),
        (EmailKind.CONFIRM_SIGNUP, None, 1),
    ):
        for _ in range(count):
            put(kind, EmailStatus.GIVEN_UP, reply)
    assert set(told()) == {
        (EmailKind.CASE_EXTENDED, "554", 1),
        (EmailKind.CONFIRM_SIGNUP, "550 5.7.1", 3),
        (EmailKind.CONFIRM_SIGNUP, None, 1),
    }


@pytest.mark.parametrize(
    "status", [EmailStatus.QUEUED, EmailStatus.SENT, EmailStatus.WITHHELD, EmailStatus.SENDING]
)
def test_others_are_not(status: EmailStatus) -> None:
    put(EmailKind.CASE_DUE, status, "450")
    assert told() == []


def test_nor_those_that_nobody_wanted_any_more() -> None:
    put(EmailKind.RECONFIRMATION, EmailStatus.GIVEN_UP, NOT_WANTED)
    assert told() == []


def test_nor_those_of_before() -> None:
    with time_machine.travel(clock.now() - 2 * DAY):
        put(EmailKind.CASE_DUE, EmailStatus.GIVEN_UP, "550")
    assert (told(), len(told(since=3 * DAY))) == ([], 1)


def test_only_the_requested_kinds_are_counted() -> None:
    put(EmailKind.CONFIRM_SIGNUP, EmailStatus.GIVEN_UP, "550")
    assert list_undelivered(clock.now() - DAY, [EmailKind.CASE_DUE]) == []


def test_an_expired_email_is_reported(relay: Relay) -> None:
    put(EmailKind.EXPORT_MADE, EmailStatus.QUEUED)
    with time_machine.travel(clock.now() + 2 * DAY):
        send_due_emails()
        assert told() == [(EmailKind.EXPORT_MADE, None, 1)]
    db.session.rollback()
