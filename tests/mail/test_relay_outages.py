"""A relay that fails costs an email no attempt unless the relay was asked about that email."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.database import db, transaction
from supporters.mail.models import EmailStatus, OutboxEmail
from supporters.mail.outbox_claims import OutboxClaim, claim_emails
from supporters.mail.outbox_results import UNTRIED, Hold, record_results
from supporters.mail.outbox_sender import send_due_emails
from supporters.mail.queries import list_unanswered_kinds
from supporters.mail.rules import LEASE
from supporters.smtp_relay.outcomes import AttemptOutcome, RelayReply, ReplyKind, Stage
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, email_of_request, request_to_join
from tests.machinery.prepared_states import made_once
from tests.mail.outbox_emails import server, state
from tests.servers.relay import Relay
from tests.servers.rude_server import HANG_UP, last

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

PEOPLE = 6
LOST = RelayReply(AttemptOutcome.UNCERTAIN, "SMTPServerDisconnected")
LATER = RelayReply(AttemptOutcome.DEFERRED, "450")
GONE = RelayReply(AttemptOutcome.NOT_TRIED, "gone", Stage.RCPT, ReplyKind.HUNG_UP)


@made_once
def emails() -> list[int]:
    """Return the waiting emails of some people."""
    mailing_list = make_list()
    return [
        email_of_request(request_to_join(f"person{number}@example.org", mailing_list)).id
        for number in range(PEOPLE)
    ]


def read(email_id: int) -> OutboxEmail:
    """Return an email as it is now."""
    db.session.rollback()
    return db.session.get_one(OutboxEmail, email_id)


def charged(email_ids: list[int]) -> list[int]:
    """Return the emails that wait for a later moment."""
    waiting = [each for each in email_ids if read(each).status is EmailStatus.QUEUED]
    return [each for each in waiting if read(each).next_attempt_at > clock.now()]


def change(email_ids: list[int], **values: object) -> None:
    """Change columns of some emails."""
    with transaction():
        of_these = OutboxEmail.id.in_(email_ids)
        db.session.execute(db.update(OutboxEmail).where(of_these).values(**values))


def record(results: dict[int, RelayReply], hold: Hold | None = None) -> None:
    with transaction():
        record_results(results, clock.now(), hold)


def claim(moment: timedelta = timedelta()) -> OutboxClaim:
    """Claim all emails for a sender."""
    now = clock.now() + moment
    with transaction():
        return claim_emails(None, limit=PEOPLE, now=now, lease_until=now + LEASE)


def test_emails_stay_due_while_nothing_listens(app: Flask, emails: list[int], relay: Relay) -> None:
    settings = app.extensions["settings"]
    with server(app, {}) as rude:
        rude.stop()
        for _ in range(3):
            send_due_emails()
    assert charged(emails) == []
    assert {read(each).attempts for each in emails} == {0}
    assert {state(each)[1] for each in emails} == {"ConnectionRefusedError"}
    app.extensions["settings"] = settings
    send_due_emails()
    assert len(relay.mails) == PEOPLE


@pytest.mark.parametrize("reply", ["421 4.7.0 busy", "451 later"])
def test_a_relay_that_refuses_us_costs_one_email_an_attempt(
    app: Flask, emails: list[int], reply: str
) -> None:
    with server(app, {"MAIL": last(reply)}):
        send_due_emails()
    assert len(charged(emails)) == 1


def test_a_421_for_one_recipient_lets_all_others_leave(emails: list[int], relay: Relay) -> None:
    relay.on_rcpt = lambda to: "421 4.7.0 later" if to == "person0@example.org" else "250 OK"
    send_due_emails()
    assert charged(emails) == emails[:1]
    assert len(relay.mails) == PEOPLE - 1


def test_what_failed_with_the_connection_is_due_when_the_relay_takes_emails_again(
    app: Flask, emails: list[int], relay: Relay
) -> None:
    settings = app.extensions["settings"]
    with server(app, {"RCPT": HANG_UP}):
        send_due_emails()
    [one] = charged(emails)
    app.extensions["settings"] = settings
    send_due_emails()
    assert (len(relay.mails), state(one)[0]) == (PEOPLE, EmailStatus.SENT)


def test_an_email_with_which_connections_fail_each_time_holds_up_no_other(
    emails: list[int], relay: Relay
) -> None:
    soon = clock.now() + timedelta(minutes=30)
    change(emails[:1], attempts=30, waits_for_relay=True, next_attempt_at=soon)
    send_due_emails()
    assert (len(relay.mails), charged(emails)) == (PEOPLE - 1, emails[:1])


@pytest.mark.parametrize("between", [[], [LATER], [GONE, LATER]])
def test_an_email_that_may_have_arrived_is_sent_once_more_whatever_failed_between(
    between: list[RelayReply],
) -> None:
    email_id = email_of_request(request_to_join(ADDRESS, make_list())).id
    for reply in (LOST, *between):
        record({email_id: reply})
    assert state(email_id)[0] is EmailStatus.QUEUED
    record({email_id: LOST})
    assert state(email_id)[0] is EmailStatus.GIVEN_UP


def test_an_email_that_may_have_arrived_counts_for_its_mailbox_whatever_failed_since() -> None:
    email = email_of_request(request_to_join(ADDRESS, make_list()))
    mailbox, since = email.rate_mac, email.created_at - timedelta(seconds=1)
    assert mailbox is not None
    record({email.id: LATER})
    assert list_unanswered_kinds(mailbox, since) == []
    record({email.id: LOST})
    record({email.id: LATER})
    assert len(list_unanswered_kinds(mailbox, since)) == 1


@pytest.mark.parametrize("late", [UNTRIED, LATER, GONE])
def test_a_late_result_takes_an_email_from_no_other_sender(
    emails: list[int], late: RelayReply
) -> None:
    first = claim()
    change(emails, status=EmailStatus.QUEUED, next_attempt_at=clock.now())
    claim(timedelta(seconds=1))
    record(dict.fromkeys(emails, late), first.hold)
    assert {state(each)[0] for each in emails} == {EmailStatus.SENDING}


def test_a_late_loss_counts_although_another_sender_has_the_email(emails: list[int]) -> None:
    first = claim()
    change(emails[:1], next_attempt_at=clock.now() + LEASE + timedelta(minutes=1))
    record({emails[0]: LOST}, first.hold)
    assert (read(emails[0]).status, read(emails[0]).times_lost) == (EmailStatus.SENDING, 1)


def test_copies_are_at_most_two_over_a_relay_that_dies_in_many_ways(app: Flask) -> None:
    email_id, start = email_of_request(request_to_join(ADDRESS, make_list())).id, clock.now()
    script = {"BODY": [HANG_UP, HANG_UP, HANG_UP, HANG_UP], "RCPT": _every_other("450 later")}
    with server(app, script) as rude:
        for hours in range(20):
            with time_machine.travel(start + timedelta(hours=hours), tick=False):
                send_due_emails()
    assert (len(rude.bodies), state(email_id)[0]) == (2, EmailStatus.GIVEN_UP)


def _every_other(reply: str) -> list[str]:
    return [each for _ in range(10) for each in ("250 ok", reply)]
