"""Evidence, “Why did I get this?” and My data tell of the email by which a person confirmed."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from supporters import clock
from supporters.consent.record_models import EmailSnapshot
from supporters.crypto.tokens import TokenPurpose
from supporters.database import db, transaction
from supporters.evidence.evidence_disclosure import disclose_evidence, render_evidence
from supporters.evidence.evidence_pack import gather_evidence
from supporters.extensions import current_tokens
from supporters.lists.queries import list_subscriptions_of
from supporters.mail.outbox_sender import send_due_emails
from supporters.people.models import Subscriber
from supporters.signup.confirmation import ConfirmedSignup, confirm_by_link
from tests.factories.lists import make_list
from tests.factories.my_data import open_my_data
from tests.factories.signups import ADDRESS, confirm_token, request_to_join

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


def confirmed() -> Subscriber:
    """Return a person who confirmed by an email that the relay took."""
    token = confirm_token(request_to_join(ADDRESS, make_list()))
    send_due_emails()
    result = confirm_by_link(token)
    assert isinstance(result, ConfirmedSignup)
    return db.session.get_one(Subscriber, result.subscriber_id)


def pack_of(person: Subscriber) -> dict[str, Any]:
    """Return the pack, as it is written to a file."""
    assert disclose_evidence(person.id, asked_by="dpo@parti.example", reason="plainte")
    pack: dict[str, Any] = json.loads(json.dumps(gather_evidence(person, now=clock.now())))
    return pack


def test_the_pack_has_the_email_its_text_and_the_proof_of_both() -> None:
    pack = pack_of(confirmed())
    [snapshot], event = pack["emails"], pack["events"][1]
    assert (event["email"]["status"], event["email"]["reply"]) == ("taken", "250")
    assert json.loads(event["proof"]["record"])["email"] == event["email"]
    assert event["email"]["snapshot_sha256"] == snapshot["sha256"]
    assert snapshot["is_intact"]
    assert json.loads(snapshot["proof"]["record"])["sha256"] == snapshot["sha256"]
    assert "{confirm_url}" in snapshot["text"]
    html = render_evidence(pack, "en")
    assert "taken by the mail server" in html
    assert "{confirm_url}" in html
    assert event["email"]["sha256"] in html


@pytest.mark.both_databases
def test_the_pack_shows_no_text_that_was_altered() -> None:
    person = confirmed()
    with transaction():
        db.session.execute(update(EmailSnapshot).values(content=b"altered"))
    pack = pack_of(person)
    assert pack["emails"][0]["text"] is None
    assert "its fingerprint differs" in render_evidence(pack, "en")


def test_why_did_i_get_this_tells_when_the_relay_took_the_email(client: FlaskClient) -> None:
    person = confirmed()
    [(_, mailing_list)] = list_subscriptions_of(person.id)
    token = current_tokens().sign(TokenPurpose.WHY, [person.id, mailing_list.id, 0])
    page = client.get(f"/en/why/{token}").text
    assert "Our email with the link" in page
    assert "taken by the mail server" in page
    assert "(250)" in page


def test_my_data_tells_of_the_email(client: FlaskClient) -> None:
    confirmed()
    open_my_data(client, ADDRESS)
    page = client.get("/en/my-data/everything").text
    assert "taken by the mail server" in page
    data = json.loads(client.get("/en/my-data/everything.json").text)["data"]
    events = [each for each in data["consent_event"] if each["kind"] == "confirmed"]
    assert [(each["email_status"], each["email_reply"]) for each in events] == [("taken", "250")]
    assert all(each["email_settled_at"] and each["email_sha256"] for each in events)
