"""The hash of an email that can confirm, and its text: once for each version, about nobody."""

import hashlib
import json

import pytest
from flask import Flask

from supporters.consent.email_snapshots import read_email_snapshot
from supporters.consent.record_models import EmailSnapshot
from supporters.database import db
from supporters.mail.mail_theme import Theme
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.mail.outbox_sender import send_due_emails
from supporters.mail.written_emails import EmailTexts
from supporters.transparency_log.models import LogEntry
from tests.factories.lists import make_list
from tests.factories.my_data import send_access_link
from tests.factories.returned.dkim_keys import make_active_key, verifies
from tests.factories.signups import ADDRESS, email_of_request, request_to_join, values_in
from tests.factories.themes import choose_theme
from tests.mail.outbox_emails import an_email, server, state
from tests.servers.relay import Relay

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
ANNA, BORIS = "anna@example.org", "boris@example.org"


def sent(email_id: int) -> OutboxEmail:
    """Send what is due; return an email afterwards."""
    send_due_emails()
    db.session.rollback()
    return db.session.get_one(OutboxEmail, email_id)


def snapshots() -> list[EmailSnapshot]:
    db.session.rollback()
    return [*db.session.scalars(db.select(EmailSnapshot).order_by(EmailSnapshot.id))]


def test_a_reader_can_compute_the_hash_from_the_source_of_the_email(relay: Relay) -> None:
    key = make_active_key()
    email = sent(an_email())
    (mail,) = relay.mails_to(ADDRESS)
    assert verifies(mail.raw, key)
    ours = mail.raw[mail.raw.index(b"From: ") :]
    assert mail.raw[: -len(ours)].startswith(b"DKIM-Signature:")
    assert email.message_sha256 == hashlib.sha256(ours).digest()


def test_the_text_of_the_email_is_kept_without_the_values_of_the_person() -> None:
    public_id = request_to_join(ANNA, make_list())
    secrets = {str(value) for value in values_in(email_of_request(public_id)).values()}
    email = sent(email_of_request(public_id).id)
    [snapshot] = snapshots()
    assert (snapshot.content_hash, snapshot.kind) == (email.snapshot_sha256, "confirm_signup")
    parts = read_email_snapshot(snapshot)
    whole = json.dumps(parts)
    assert "{code}" in parts["subject"]
    assert {*parts} == {"from", "html", "reply_to", "subject", "text"}
    assert "{confirm_url}" in parts["text"]
    assert 'href="{confirm_url}"' in parts["html"]
    assert [each for each in {*secrets, ANNA} - {"72"} if each in whole] == []


def test_a_snapshot_is_sealed_and_stored_once_for_all_people() -> None:
    mailing_list = make_list()
    request_to_join(ANNA, mailing_list)
    request_to_join(BORIS, mailing_list)
    send_due_emails()
    request_to_join(ADDRESS, mailing_list)
    send_due_emails()
    [snapshot] = snapshots()
    entries = db.select(LogEntry.record_id).where(LogEntry.kind == "email")
    assert [*db.session.scalars(entries)] == [snapshot.id]


def test_the_choice_of_lists_makes_no_other_snapshot_but_their_number_does() -> None:
    one, other = make_list(), make_list("lyon", "Lyon")
    for address, lists in ((ANNA, [one]), (BORIS, [other]), (ADDRESS, [one, other])):
        request_to_join(address, *lists)
    send_due_emails()
    subjects = sorted(read_email_snapshot(each)["subject"] for each in snapshots())
    assert len(subjects) == 2
    assert all("{list_names_1}" in each for each in subjects)


def test_the_text_of_a_reconfirmation_is_rendered_once_for_all_people() -> None:
    email, texts = (
        OutboxEmail(kind=EmailKind.RECONFIRMATION, language="fr", id=0),
        EmailTexts(Theme()),
    )
    names = ("list_slug", "list_name", "agreed_on", "old_text", "new_text", "answer_url", "why_url")
    values = {"reason": "changed", "days": 30, "leave_url": "", **{each: each for each in names}}
    one, other = (texts.find(email, {**values, "subscriber_id": each}) for each in (1, 2))
    assert one is other


def test_another_theme_and_another_language_make_other_snapshots() -> None:
    mailing_list = make_list()
    request_to_join(ANNA, mailing_list)
    send_due_emails()
    request_to_join(BORIS, mailing_list, language="en")
    send_due_emails()
    choose_theme()
    request_to_join(ADDRESS, mailing_list)
    send_due_emails()
    assert [each.language for each in snapshots()] == ["fr", "en", "fr"]
    assert len({each.content_hash for each in snapshots()}) == 3


def test_an_email_that_the_relay_refuses_leaves_no_hash(app: Flask) -> None:
    email_id = an_email()
    with server(app, {"RCPT": "550 5.1.1 no such user"}):
        email = sent(email_id)
    assert (email.message_sha256, email.snapshot_sha256, snapshots()) == (None, None, [])
    assert state(email_id)[1] == "550 5.1.1"


def test_emails_that_confirm_nothing_have_no_hash() -> None:
    make_list()
    send_access_link(ANNA, "fr")
    send_due_emails()
    found = db.select(OutboxEmail).where(OutboxEmail.kind != EmailKind.CONFIRM_SIGNUP)
    assert [each.message_sha256 for each in db.session.scalars(found)] == [None]
    assert snapshots() == []
