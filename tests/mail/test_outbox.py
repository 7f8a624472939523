"""A transactional email is a row before it is sent, in the transaction that wrote it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from supporters import clock
from supporters.database import db, transaction
from supporters.extensions import queue
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.mail.outbox import RETAINED_FOR, EmailDraft, purge_old_emails, put_email
from supporters.mail.outbox_claims import BY_PRIORITY, OutboxClaim, claim_emails
from supporters.mail.outbox_sender import send_due_emails
from supporters.mail.queries import EVER, count_emails_by_status, has_due_emails
from supporters.mail.rules import LEASE
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, email_of_request, request_to_join
from tests.servers.relay import Relay

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

DRAFT = EmailDraft(
    kind=EmailKind.TEAM_INVITATION,
    recipient=ADDRESS,
    language="fr",
    values={"welcome_url": "http://localhost/secret", "role": "organiser", "base_url": "x"},
    useful_for=timedelta(hours=72),
)


def put(kind: EmailKind = EmailKind.TEAM_INVITATION) -> OutboxEmail:
    """Put an email into the outbox."""
    with transaction():
        return put_email(replace(DRAFT, kind=kind), now=clock.now())


def claim(*, limit: int) -> OutboxClaim:
    """Claim the next emails."""
    now = clock.now()
    with transaction():
        return claim_emails("worker", limit=limit, now=now, lease_until=now + LEASE)


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
    dump = repr(db.session.execute(db.text("SELECT * FROM outbox_email")).all())
    assert ADDRESS not in dump
    assert "secret" not in dump


def test_a_withheld_email_is_counted_holds_nothing_and_is_never_due() -> None:
    with transaction():
        email = put_email(DRAFT, now=clock.now(), is_withheld=True)
    assert (email.status, email.encrypted) == (EmailStatus.WITHHELD, None)
    assert not has_due_emails(clock.now(), EVER)
    assert count_emails_by_status() == {EmailStatus.WITHHELD: 1}


def test_an_email_is_sent_by_a_worker_without_a_job(relay: Relay) -> None:
    put()
    assert queue.count_waiting() == 0
    send_due_emails()
    assert [mail.recipient for mail in relay.mails] == [ADDRESS]


def test_emails_that_people_wait_for_leave_first() -> None:
    kinds = [EmailKind.DONE_ON_BEHALF, EmailKind.RESET_PASSWORD]
    for kind in kinds:
        put(kind)
    claimed = [claim(limit=10).emails[0].email.kind for _ in kinds]
    assert claimed == [*reversed(kinds)]


def test_each_kind_has_a_priority_and_those_to_many_people_are_last() -> None:
    assert sorted(kind for kinds in BY_PRIORITY for kind in kinds) == sorted(EmailKind)
    assert {EmailKind.INVITATION, EmailKind.RECONFIRMATION} < {*BY_PRIORITY[-1]}


def test_the_oldest_emails_of_one_priority_leave_first() -> None:
    first, second = put().id, put().id
    assert [claim(limit=1).emails[0].email.id for _ in range(2)] == [first, second]


def test_settled_emails_are_purged_after_a_month_and_waiting_ones_are_not() -> None:
    now = clock.now()
    for status in EmailStatus:
        with transaction():
            put_email(DRAFT, now=now - RETAINED_FOR - timedelta(seconds=1)).status = status
            put_email(DRAFT, now=now - RETAINED_FOR + timedelta(seconds=1)).status = status
    assert purge_old_emails(now) == 3
    assert purge_old_emails(now) == 0
    kept = count_emails_by_status()
    assert (kept[EmailStatus.QUEUED], kept[EmailStatus.SENT]) == (2, 1)


@pytest.mark.both_databases
def test_a_request_survives_its_deleted_email() -> None:
    public_id = request_to_join(ADDRESS, make_list())
    with transaction():
        db.session.delete(email_of_request(public_id))
    assert db.session.scalar(db.text("SELECT email_id FROM signup_request")) is None
