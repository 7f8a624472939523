"""The record of a confirmation tells of its email: when the relay took it, its reply, its hash."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.consent.consent_events import make_log_record
from supporters.consent.log_sealing import seal
from supporters.consent.models import ConsentEvent, EventKind, Method
from supporters.consent.queries import find_current_wording
from supporters.consent.record_models import EmailSnapshot
from supporters.database import db, transaction
from supporters.imports.invitation_answers import accept_invitation
from supporters.imports.invitation_mails import send_next_invitations
from supporters.lists.subscriptions import unsubscribe_from_every_list
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.mail.outbox import purge_old_emails
from supporters.mail.outbox_sender import send_due_emails
from supporters.my_data.address_change import AddressChangeResult, request_address_change
from supporters.people.addresses import parse_address
from supporters.people.models import Subscriber
from supporters.signup.code_confirmation import confirm_by_code
from supporters.signup.confirmation import ConfirmedSignup, confirm_by_link
from supporters.transparency_log.log_records import format_moment
from supporters.transparency_log.models import LogEntry
from tests.factories.campaigns import CHLOE, subscriber_at
from tests.factories.consent.reconfirmation import accept, ask_one, change_meaning, token_in
from tests.factories.imports import csv_of, invited, national
from tests.factories.lists import make_list
from tests.factories.my_data import (
    MY_DATA,
    confirm_address_change,
    emails_to,
    open_my_data,
    path_in,
)
from tests.factories.signups import (
    ADDRESS,
    code_of,
    confirm_token,
    email_of_request,
    make_subscriber,
    request_to_join,
)
from tests.mail.outbox_emails import server

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]
NEW = "new@example.net"


def event_of(address: str, kind: EventKind = EventKind.CONFIRMED) -> ConsentEvent:
    """Return the newest event of a kind of a person."""
    db.session.rollback()
    found = db.session.scalars(
        db.select(ConsentEvent)
        .where(ConsentEvent.subscriber_id == subscriber_at(address).id, ConsentEvent.kind == kind)
        .order_by(ConsentEvent.id.desc())
    ).first()
    assert found is not None
    return found


def sealed_email(address: str, kind: EventKind = EventKind.CONFIRMED) -> dict[str, Any] | None:
    """Return the email in the record of a person's newest event. Its entry must match."""
    event = event_of(address, kind)
    salt = db.session.get_one(Subscriber, event.subscriber_id).log_salt
    record = make_log_record(event, log_salt=salt)
    entry = db.session.get_one(LogEntry, (record.kind, record.id))
    assert entry.commitment == record.commitment
    found: dict[str, Any] | None = json.loads(record.text).get("email")
    return found


def as_taken(email: OutboxEmail) -> dict[str, Any]:
    """Return what the record says of an email that the relay took."""
    assert email.message_sha256
    assert email.snapshot_sha256
    return {
        "status": "taken",
        "settled_at": format_moment(email.settled_at),
        "reply": "250",
        "sha256": email.message_sha256.hex(),
        "snapshot_sha256": email.snapshot_sha256.hex(),
    }


def asked() -> tuple[str, str]:
    """Return the public id of a request whose email waits, and the token of its link."""
    public_id = request_to_join(ADDRESS, make_list())
    return public_id, confirm_token(public_id)


def test_a_link_seals_when_the_relay_took_the_email_and_its_hashes() -> None:
    public_id, token = asked()
    send_due_emails()
    assert isinstance(confirm_by_link(token), ConfirmedSignup)
    assert sealed_email(ADDRESS) == as_taken(email_of_request(public_id))
    assert sealed_email(ADDRESS, EventKind.REQUESTED) is None


def test_my_data_shows_the_email_that_its_person_confirmed_by(client: FlaskClient) -> None:
    public_id, token = asked()
    send_due_emails()
    confirm_by_link(token)
    taken = as_taken(email_of_request(public_id))
    open_my_data(client, ADDRESS)
    held = client.get(f"{MY_DATA}/everything.json").get_json()["data"]["consent_event"]
    (shown,) = (each for each in held if each["kind"] == "confirmed")
    names = ("status", "reply", "sha256", "snapshot_sha256")
    assert [shown[f"email_{each}"] for each in names] == [taken[each] for each in names]
    assert shown["email_settled_at"]
    assert taken["sha256"] in client.get(f"{MY_DATA}/everything").text


def test_a_code_seals_the_email_that_it_stood_in() -> None:
    public_id = request_to_join(ADDRESS, make_list())
    code = code_of(public_id)
    send_due_emails()
    assert isinstance(confirm_by_code(public_id, code), ConfirmedSignup)
    assert sealed_email(ADDRESS) == as_taken(email_of_request(public_id))


def test_a_link_that_confirms_another_request_seals_its_own_email() -> None:
    first, token = asked()
    send_due_emails()
    request_to_join(ADDRESS, make_list("lyon", "Lyon"))
    assert isinstance(confirm_by_link(token), ConfirmedSignup)
    events = db.select(ConsentEvent.email_sha256).where(ConsentEvent.kind == EventKind.CONFIRMED)
    hashes = [*db.session.scalars(events)]
    assert hashes == [email_of_request(first).message_sha256] * 2


def test_a_press_before_the_relay_has_answered_says_that_this_is_not_known() -> None:
    _, token = asked()
    confirm_by_link(token)
    assert sealed_email(ADDRESS) == {
        "status": "unsettled",
        **dict.fromkeys(("settled_at", "reply", "sha256", "snapshot_sha256")),
    }
    send_due_emails()  # changes nothing that is sealed
    seal()
    assert sealed_email(ADDRESS)["status"] == "unsettled"  # type: ignore[index]
    assert verify(clock.now()).faults == []


def test_an_email_that_was_given_up_is_told_with_the_reply(app: Flask) -> None:
    public_id, token = asked()
    with server(app, {"RCPT": "550 5.1.1 no such user"}):
        send_due_emails()
    confirm_by_link(token)
    email = email_of_request(public_id)
    assert email.status is EmailStatus.GIVEN_UP
    assert sealed_email(ADDRESS) == {
        "status": "given-up",
        "settled_at": format_moment(email.settled_at),
        "reply": "550 5.1.1",
        "sha256": None,
        "snapshot_sha256": None,
    }


def test_a_request_whose_email_is_not_stored_any_more_has_no_such_field() -> None:
    public_id, token = asked()
    with transaction():
        db.session.delete(email_of_request(public_id))
    confirm_by_link(token)
    assert sealed_email(ADDRESS) is None


def test_the_record_keeps_the_email_when_the_outbox_has_deleted_it() -> None:
    _, token = asked()
    send_due_emails()
    confirm_by_link(token)
    seal()
    before = sealed_email(ADDRESS)
    later = clock.now() + timedelta(days=93)
    with time_machine.travel(later):
        assert purge_old_emails(clock.now()) == 1
    assert db.session.scalar(db.select(OutboxEmail)) is None
    assert before is not None
    assert sealed_email(ADDRESS) == before
    assert db.session.scalar(db.select(EmailSnapshot)) is not None
    assert verify(clock.now()).faults == []


def test_an_accepted_invitation_seals_the_email_of_the_invitation() -> None:
    invited(csv_of(f"{CHLOE},Chloé,"))
    send_next_invitations(clock.now())
    [email] = emails_to(CHLOE, EmailKind.INVITATION)
    token = path_in(email, "yes_url").rpartition("/")[2]
    send_due_emails()
    wording = find_current_wording(national().purpose_id, "fr")
    assert wording is not None
    assert isinstance(accept_invitation(token, wording), ConfirmedSignup)
    [email] = emails_to(CHLOE, EmailKind.INVITATION)
    assert sealed_email(CHLOE) == as_taken(email)


def test_a_new_address_seals_the_email_to_the_new_mailbox_for_each_consent() -> None:
    person = make_subscriber(ADDRESS, make_list())
    request_address_change(person.id, parse_address(NEW), "fr")
    [email] = emails_to(NEW, EmailKind.NEW_ADDRESS)
    token = path_in(email, "confirm_url").rpartition("/")[2]
    send_due_emails()
    [email] = emails_to(NEW, EmailKind.NEW_ADDRESS)
    taken = as_taken(email)  # the change deletes the email
    assert confirm_address_change(token) is AddressChangeResult.DONE
    kinds = (EventKind.ADDRESS_CHANGED, EventKind.RENEWED)
    assert [sealed_email(NEW, kind) for kind in kinds] == [taken] * 2


def test_a_renewed_consent_seals_the_email_that_asked() -> None:
    mailing_list = make_list()
    person = make_subscriber(ADDRESS, mailing_list)
    changed = change_meaning(mailing_list)
    email = ask_one(person, changed.id)
    token = token_in(email)
    send_due_emails()
    accept(token, changed.id)
    [email] = emails_to(ADDRESS, EmailKind.RECONFIRMATION)
    assert sealed_email(ADDRESS, EventKind.RENEWED) == as_taken(email)


BAD = {
    "a hash without an email": {"email_sha256": b"x" * 32},
    "a time without an email": {"email_settled_at": "2026-01-01 00:00:00"},
    "a reply of an email that has none": {"email_status": "unsettled", "email_reply": "250"},
    "a taken email without a time": {"email_status": "taken", "email_settled_at": None},
    "a hash of an email that nobody took": {
        "email_status": "given-up",
        "email_settled_at": "2026-01-01 00:00:00",
        "email_sha256": b"x" * 32,
    },
    "an unknown outcome": {"email_status": "opened"},
    "an unknown snapshot": {
        "email_status": "taken",
        "email_settled_at": "2026-01-01 00:00:00",
        "email_snapshot_sha256": b"x" * 32,
    },
}


@pytest.mark.parametrize("values", BAD.values(), ids=BAD)
def test_the_database_refuses(values: dict[str, object]) -> None:
    person = make_subscriber(ADDRESS, make_list())
    with transaction():
        empty = "email_status = NULL, email_settled_at = NULL, email_reply = NULL"
        db.session.execute(text(f"UPDATE consent_event SET {empty}"))
    sets = ", ".join(f"{name} = :{name}" for name in values)
    order = f"UPDATE consent_event SET {sets} WHERE kind = 'confirmed'"
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(text(order), values)
    assert person.id


def test_the_database_refuses_an_email_of_a_withdrawal() -> None:
    person = make_subscriber(ADDRESS, make_list())
    unsubscribe_from_every_list(person.id, Method.PAGE)
    order = "UPDATE consent_event SET email_status = 'unsettled' WHERE kind = 'withdrawn'"
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(text(order))
