"""A person learns by email what the team did for them at a request that nobody could see."""

import json

import pytest
from flask import Flask

from supporters import clock
from supporters.cases.case_fulfilment import (
    Grounds,
    ReceivedRequest,
    correct_at_request,
    erase_at_request,
    lift_restriction_at_request,
    receive_request,
    restrict_at_request,
)
from supporters.cases.models import CaseKind, Channel, ErasureGround
from supporters.consent.models import Method
from supporters.consent.record_models import ErasureReason
from supporters.database import db
from supporters.extensions import current_encryptor
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.mail.outbox_sender import send_due_emails
from supporters.people.addresses import parse_address
from supporters.people.profile import Profile
from supporters.personal_data.erasure import ErasureOrder, erase_person
from supporters.personal_data.restriction import restrict_person
from tests.factories.accounts import make_owner
from tests.factories.campaigns import ANNA, BORIS, subscriber_at
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import begins_with
from tests.servers.relay import Received, Relay
from tests.web.console.pages import emails


def make_people(app: Flask) -> Grounds:
    """Make a French and an English person, and an owner; return the grounds of a phone call."""
    national = make_list()
    make_subscriber(ANNA, national, given_name="Anna")
    make_subscriber(BORIS, national, language="en")
    return Grounds(reason=ErasureGround.ASKED, channel=Channel.PHONE, by=make_owner().id)


pytestmark = [begins_with(make_people), pytest.mark.either_database]


def reports(relay: Relay, address: str) -> list[Received]:
    """Send what waits; return the reports to an address."""
    send_due_emails()
    words = ("your request", "votre demande")
    return [
        each
        for each in relay.mails_to(address)
        if any(word in str(each.message["Subject"]) for word in words)
    ]


def test_a_restriction_and_its_end_are_reported(
    app: Flask, relay: Relay, prepared: Grounds
) -> None:
    restrict_at_request(subscriber_at(ANNA).id, prepared)
    lift_restriction_at_request(subscriber_at(ANNA).id, prepared)
    assert [str(each.message["Subject"]) for each in reports(relay, ANNA)] == [
        "Nous avons limité l’usage de vos données à votre demande",
        "Nous avons levé la limitation de vos données à votre demande",
    ]


def test_a_report_says_how_the_request_came_and_where_to_write(
    app: Flask, relay: Relay, prepared: Grounds
) -> None:
    profile = Profile(given_name="Boris", language="en")
    correct_at_request(subscriber_at(BORIS).id, profile, prepared)
    [mail] = reports(relay, BORIS)
    text = mail.part("plain")
    assert "our team corrected your data at your request, by phone" in text
    assert "It wasn’t you who asked? Write to our data protection officer now" in text


def test_an_erasure_is_reported_to_the_address_that_is_erased(
    app: Flask, relay: Relay, prepared: Grounds
) -> None:
    erase_at_request(subscriber_at(ANNA).id, prepared)
    [waiting] = emails(EmailKind.DONE_ON_BEHALF)
    assert waiting.rate_mac is None
    [mail] = reports(relay, ANNA)
    assert "effacé vos données" in mail.part("plain")
    assert "my-data" not in mail.part("plain")
    [sent] = emails(EmailKind.DONE_ON_BEHALF)
    db.session.refresh(sent)
    assert sent.encrypted is None


def test_an_automatic_erasure_is_not_reported(app: Flask, relay: Relay) -> None:
    order = ErasureOrder(reason=ErasureReason.EXPIRED, method=Method.EMAIL)
    erase_person(subscriber_at(ANNA).id, order)
    assert emails(EmailKind.DONE_ON_BEHALF) == []


def test_a_second_call_that_changes_nothing_is_not_reported(app: Flask, prepared: Grounds) -> None:
    for _ in range(2):
        restrict_at_request(subscriber_at(ANNA).id, prepared)
    assert len(emails(EmailKind.DONE_ON_BEHALF)) == 1


@pytest.mark.parametrize("is_restricted", [False, True])
def test_a_dispute_by_phone_is_reported_if_it_restricts(app: Flask, *, is_restricted: bool) -> None:
    if is_restricted:
        restrict_person(subscriber_at(ANNA).id, Method.MY_DATA)
    receive_request(
        ReceivedRequest(
            kind=CaseKind.DISPUTE,
            channel=Channel.PHONE,
            received_on=clock.now().date(),
            note="Ne s’est jamais inscrite.",
            address=parse_address(ANNA),
        )
    )
    assert len(emails(EmailKind.DONE_ON_BEHALF)) == (0 if is_restricted else 1)


def test_only_the_sealed_content_names_an_erased_person(app: Flask, prepared: Grounds) -> None:
    erase_at_request(subscriber_at(ANNA).id, prepared)
    [waiting] = emails(EmailKind.DONE_ON_BEHALF)
    assert isinstance(waiting, OutboxEmail)
    assert json.loads(current_encryptor().decrypt(waiting.encrypted or b""))["recipient"] == ANNA
