"""A transactional email is a row before it is sent, in the transaction that wrote it."""

from datetime import timedelta

import pytest

from supporters import clock
from supporters.database import db, transaction
from supporters.extensions import queue
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.mail.outbox import KEPT_FOR, EmailDraft, announce, purge_old_emails, put_email
from supporters.mail.queries import count_emails_by_status, list_due_emails
from tests.factories.campaigns import ANNA, launch_to_addresses
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, email_of_request, request_to_join
from tests.relay import Relay

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

DRAFT = EmailDraft(
    kind=EmailKind.TEAM_INVITATION,
    recipient=ADDRESS,
    language="fr",
    values={"welcome_url": "http://localhost/secret", "role": "organiser", "base_url": "x"},
    useful_for=timedelta(hours=72),
)


def put() -> OutboxEmail:
    """Put an email into the outbox."""
    with transaction():
        return put_email(DRAFT, now=clock.now())


def test_an_email_of_a_use_case_that_failed_is_gone_with_it() -> None:
    def fail() -> None:
        with transaction():
            put_email(DRAFT, now=clock.now())
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fail()
    assert count_emails_by_status() == {}


def test_a_waiting_email_shows_neither_its_reader_nor_its_links() -> None:
    put()
    dump = repr(db.session.execute(db.text("SELECT * FROM letter")).all())
    assert ADDRESS not in dump
    assert "secret" not in dump


def test_a_withheld_email_is_counted_holds_nothing_and_is_never_due() -> None:
    with transaction():
        email = put_email(DRAFT, now=clock.now(), is_withheld=True)
    assert (email.status, email.sealed) == (EmailStatus.WITHHELD, None)
    assert list_due_emails(clock.now(), limit=10) == []
    assert count_emails_by_status() == {EmailStatus.WITHHELD: 1}


def test_an_announced_email_is_sent_by_a_worker(relay: Relay) -> None:
    announce(put())
    queue.run_all()
    assert [mail.recipient for mail in relay.mails] == [ADDRESS]


def test_transactional_emails_go_before_campaigns() -> None:
    launch_to_addresses(ANNA)
    request_to_join("late@example.org", make_list("autre", "Autre"))
    first = [queue.open().dequeue().args[0] for _ in range(2)]
    assert first == ["send_letter", "send_letter"]


def test_the_oldest_emails_are_due_first() -> None:
    first, second = put(), put()
    assert [*list_due_emails(clock.now(), limit=10)] == [first.id, second.id]
    assert [*list_due_emails(clock.now(), limit=1)] == [first.id]


def test_settled_emails_are_purged_after_a_month_and_waiting_ones_are_not() -> None:
    now = clock.now()
    for status in EmailStatus:
        with transaction():
            put_email(DRAFT, now=now - KEPT_FOR - timedelta(seconds=1)).status = status
            put_email(DRAFT, now=now - KEPT_FOR + timedelta(seconds=1)).status = status
    assert purge_old_emails(now) == 3
    assert purge_old_emails(now) == 0
    kept = count_emails_by_status()
    assert (kept[EmailStatus.QUEUED], kept[EmailStatus.SENT]) == (2, 1)


def test_a_request_survives_its_deleted_email() -> None:
    public_id = request_to_join(ADDRESS, make_list())
    with transaction():
        db.session.delete(email_of_request(public_id))
    assert db.session.scalar(db.text("SELECT letter_id FROM signup_request")) is None
