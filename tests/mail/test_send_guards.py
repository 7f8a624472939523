"""The last check before an email is sent: each kind has one, and without one nothing is sent."""

import pytest
from flask import Flask

from supporters import SEND_GUARDS, clock
from supporters.crypto.encryption import Encryptor
from supporters.database import db, transaction
from supporters.extensions import current_encryptor
from supporters.imports.invitation_mails import send_next_invitations
from supporters.lists.subscriptions import object_by_address
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.mail.outbox_claims import NO_GUARD, NO_KEY, NOT_WANTED, retry_waiting_for_key
from supporters.mail.outbox_results import UNREADABLE
from supporters.mail.outbox_sender import send_due_emails
from supporters.mail.send_guards import SendGuard, init_app
from supporters.people.addresses import address_mac
from tests.factories.imports import csv_of, invited
from tests.factories.lists import make_list
from tests.factories.my_data import emails_to
from tests.factories.signups import ADDRESS, request_to_join
from tests.mail.outbox_emails import is_sealed, send_email, state
from tests.servers.relay import Relay

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

ANNE = "anne@example.org"


def an_unwanted_invitation() -> int:
    """Put an invitation into the outbox whose recipient has objected since; return its id."""
    invited(csv_of(f"{ANNE},,fr"))
    send_next_invitations(clock.now())
    object_by_address(address_mac(ANNE))
    [email] = emails_to(ANNE, EmailKind.INVITATION)
    return email.id


def without(app: Flask, *kinds: EmailKind) -> None:
    """Remove the guards of some kinds from the application."""
    init_app(app, {kind: guard for kind, guard in SEND_GUARDS.items() if kind not in kinds})


def test_each_kind_has_a_guard_or_the_reason_why_it_needs_none() -> None:
    unguarded = {kind: SEND_GUARDS[kind] for kind in EmailKind}
    faults = [
        kind.name
        for kind, guard in unguarded.items()
        if not isinstance(guard, SendGuard) and not guard.reason.endswith(".")
    ]
    assert not faults


def test_an_invitation_that_is_not_wanted_any_more_stays(relay: Relay) -> None:
    email_id = an_unwanted_invitation()
    send_email(email_id)
    assert relay.mails == []
    assert state(email_id) == (EmailStatus.GIVEN_UP, NOT_WANTED)


def test_a_process_that_lacks_the_guard_of_a_kind_sends_none_of_it(
    app: Flask, relay: Relay
) -> None:
    email_id = an_unwanted_invitation()
    without(app, EmailKind.INVITATION)
    send_email(email_id)
    assert relay.mails == []
    assert (state(email_id), is_sealed(email_id)) == ((EmailStatus.QUEUED, NO_GUARD), True)


def test_a_kind_without_a_guard_keeps_no_other_from_leaving(app: Flask, relay: Relay) -> None:
    an_unwanted_invitation()
    request_to_join(ADDRESS, make_list("lyon", "Lyon"))
    without(app, EmailKind.INVITATION)
    send_due_emails()
    assert (len(relay.mails_to(ADDRESS)), relay.mails_to(ANNE)) == (1, [])


def test_an_invitation_that_this_machine_cannot_open_waits_for_the_key_and_for_its_guard(
    app: Flask, relay: Relay
) -> None:
    email_id, ours = an_unwanted_invitation(), app.extensions["encryptor"]
    app.extensions["encryptor"] = Encryptor(["another-secret-key-of-some-length"])
    send_email(email_id)
    assert (state(email_id), is_sealed(email_id)) == ((EmailStatus.QUEUED, NO_KEY), True)
    app.extensions["encryptor"] = ours
    retry_waiting_for_key()
    send_email(email_id)
    assert (state(email_id), relay.mails) == ((EmailStatus.GIVEN_UP, NOT_WANTED), [])


@pytest.mark.parametrize("content", [b"no JSON", b"{}", b'["recipient"]'])
def test_an_email_that_says_nothing_readable_is_given_up(content: bytes, relay: Relay) -> None:
    email_id = an_unwanted_invitation()
    with transaction():
        email = db.session.get_one(OutboxEmail, email_id)
        email.encrypted = current_encryptor().encrypt(content)
    send_email(email_id)
    assert (state(email_id), relay.mails) == ((EmailStatus.GIVEN_UP, UNREADABLE), [])
