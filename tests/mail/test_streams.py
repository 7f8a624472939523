"""Transactional emails may have their own sender and relay; lists and campaigns keep theirs."""

import dataclasses
from collections.abc import Iterator

import pytest
from flask import Flask

from supporters.accountability.email_origin import OriginDoubt, Verdict, check_origin
from supporters.config import Settings
from supporters.delivery.engine.sending_engine import send_here
from supporters.mail.mail_templates import ONE_CLICK
from supporters.mail.models import EmailKind, EmailStatus
from supporters.mail.outbox_sender import send_due_emails
from supporters.mail.streams import TRANSACTIONAL, WITH_CAMPAIGNS
from supporters.settings.relay_settings import Relay as RelaySettings
from tests.factories.campaigns import ANNA, launch_to_addresses
from tests.mail.outbox_emails import an_email, state
from tests.servers.ports import free_port
from tests.servers.relay import Received, Relay
from tests.test_config import PRODUCTION, faults, load

SECOND = "compte@compte.parti.example"


@pytest.fixture
def second_relay() -> Iterator[Relay]:
    """Return the relay of transactional emails."""
    with Relay(free_port()) as relay:
        yield relay


@pytest.fixture
def with_two_streams(app: Flask, second_relay: Relay) -> Settings:
    """Give the installation a relay and a sender for its transactional emails."""
    other = RelaySettings(
        server="127.0.0.1",
        port=second_relay.port,
        username=None,
        password=None,
        tls="none",
        sender=SECOND,
        bounce_address="retours@compte.parti.example",
    )
    settings = dataclasses.replace(app.extensions["settings"], transactional=other)
    app.extensions["settings"] = settings
    return settings


def headers_of(received: Received) -> dict[str, str]:
    """Return the headers of an email that a relay took."""
    return {name: str(value) for name, value in received.message.items()}


@pytest.mark.usefixtures("with_two_streams")
def test_a_confirmation_leaves_by_the_second_relay_with_its_sender(
    relay: Relay, second_relay: Relay
) -> None:
    email_id = an_email()
    send_due_emails()
    assert state(email_id)[0] is EmailStatus.SENT
    (received,) = second_relay.mails
    headers = headers_of(received)
    assert headers["From"].endswith(f"<{SECOND}>")
    assert headers["Message-ID"] == f"<letter.{email_id}@compte.parti.example>"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert "List-Unsubscribe" not in headers
    assert received.sender.startswith("retours+")
    assert received.sender.endswith("@compte.parti.example")
    assert relay.mails == []


@pytest.mark.usefixtures("with_two_streams")
def test_a_campaign_keeps_its_own_relay_and_sender(relay: Relay, second_relay: Relay) -> None:
    launch_to_addresses(ANNA)
    send_here()
    (received,) = relay.mails
    assert "lettre@parti.example" in headers_of(received)["From"]
    assert second_relay.mails == []


@pytest.mark.usefixtures("with_two_streams")
def test_a_campaign_relay_that_is_gone_keeps_no_confirmation_back(
    relay: Relay, second_relay: Relay
) -> None:
    relay.on_mail = lambda _sender: "550 5.7.1 blocked"
    email_id = an_email()
    send_due_emails()
    assert state(email_id)[0] is EmailStatus.SENT
    assert len(second_relay.mails) == 1


def test_each_kind_with_a_link_to_leave_goes_with_the_campaigns() -> None:
    assert {*ONE_CLICK, EmailKind.CAMPAIGN_TEST} == WITH_CAMPAIGNS
    assert set(EmailKind) == TRANSACTIONAL | WITH_CAMPAIGNS


@pytest.mark.usefixtures("with_two_streams")
@pytest.mark.parametrize("sender", ["lettre@parti.example", SECOND])
def test_is_this_email_from_us_knows_both_senders(sender: str) -> None:
    origin = check_origin(f"From: {sender}\nSubject: Bonjour\n")
    assert origin.verdict is Verdict.TOO_LITTLE


@pytest.mark.usefixtures("with_two_streams")
def test_an_email_of_the_second_stream_is_genuine(second_relay: Relay) -> None:
    an_email()
    send_due_emails()
    (received,) = second_relay.mails
    source = f"Return-Path: <{received.sender}>\r\n".encode() + received.raw
    origin = check_origin(source.decode())
    assert (origin.verdict, origin.doubts) == (Verdict.GENUINE, ())
    forged = source.replace(SECOND.encode(), b"compte@compte-parti.example")
    assert OriginDoubt.OTHER_SENDER in check_origin(forged.decode()).doubts


def test_doctor_looks_at_both_relays(app: Flask, with_two_streams: Settings) -> None:
    second = with_two_streams.transactional
    assert second is not None
    other = dataclasses.replace(second, port=free_port())
    app.extensions["settings"] = dataclasses.replace(with_two_streams, transactional=other)
    said = app.test_cli_runner().invoke(args=["doctor"]).output
    assert "ok    relay: " in said
    assert "BAD   second relay: " in said
    assert "SUPPORTERS_TRANSACTIONAL_MAIL_*" in said


def test_without_settings_there_is_one_stream() -> None:
    settings = load()
    assert settings.transactional is None
    assert settings.for_transactional is settings


def test_another_server_gets_no_password_of_the_first_one() -> None:
    settings = load(
        **PRODUCTION,
        MAIL_USERNAME="campagnes",
        MAIL_PASSWORD="secret",
        TRANSACTIONAL_MAIL_SERVER="autre.example",
    ).for_transactional
    assert (settings.mail_server, settings.mail_port) == ("autre.example", 587)
    assert (settings.mail_username, settings.mail_password) == (None, None)
    assert (settings.mail_tls, settings.mail_from) == ("starttls", "lettre@parti.example")


def test_a_sender_alone_uses_the_relay_of_campaigns_with_its_own_bounce_domain() -> None:
    variables = {**PRODUCTION, "MAIL_USERNAME": "a", "MAIL_PASSWORD": "b", "MAIL_PORT": "25"}
    variables["BOUNCE_ADDRESS"] = "retours@retours.parti.example"
    other = load(**variables, TRANSACTIONAL_MAIL_FROM=SECOND).for_transactional
    assert (other.mail_server, other.mail_port) == ("smtp.parti.example", 25)
    assert (other.mail_username, other.mail_password) == ("a", "b")
    assert other.mail_domain == "compte.parti.example"
    assert other.bounce_address == "retours@compte.parti.example"


def test_faults_of_the_second_stream_are_named_at_the_start() -> None:
    wrong = {
        "TRANSACTIONAL_MAIL_SERVER": "autre.example",
        "TRANSACTIONAL_MAIL_PORT": "many",
        "TRANSACTIONAL_MAIL_TLS": "none",
        "TRANSACTIONAL_MAIL_FROM": "nobody",
    }
    assert sorted(faults(**wrong)) == sorted(set(wrong) - {"TRANSACTIONAL_MAIL_SERVER"})
    development = {"TRANSACTIONAL_MAIL_SERVER": "127.0.0.1", "TRANSACTIONAL_MAIL_PORT": "2525"}
    assert faults(**development) == ["TRANSACTIONAL_MAIL_SERVER"]
    doubts = load(**PRODUCTION, TRANSACTIONAL_MAIL_USERNAME="a").doubts
    assert [each.split()[0] for each in doubts] == ["SUPPORTERS_TRANSACTIONAL_MAIL_USERNAME"]
