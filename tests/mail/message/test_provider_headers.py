"""Emails through a provider carry what its events return, and ask it not to track anybody."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes

import pytest

from supporters.campaigns.merge_fields import TemplateText
from supporters.delivery.message.message_bytes import MessageTemplate
from supporters.delivery.message.rendered_campaign import UNSUBSCRIBE_FIELD, EmailContent
from supporters.mail.message.envelope_senders import (
    TRANSACTIONAL,
    EnvelopeWriter,
    read_envelope_sender,
)
from supporters.mail.message.transactional_message import TransactionalEmail, write_transactional
from supporters.settings.provider_settings import ProviderSettings
from tests.delivery.message.test_message_headers import IDENTITY, LEAVE_URL, SETTINGS

EMAIL = TransactionalEmail(
    id=12,
    recipient="camille@example.org",
    subject="Bonjour",
    text="Bonjour\n",
    html="<p>Bonjour</p>",
    sent_at=datetime(2026, 12, 1, tzinfo=UTC),
)
TRACKING = ("X-Mailjet-TrackOpen", "X-Mailjet-TrackClick", "X-SES-CONFIGURATION-SET")


def both(provider: ProviderSettings) -> list[bytes]:
    """Return a campaign's email and a transactional one through a provider."""
    settings = replace(SETTINGS, provider=provider)
    pieces = [
        TemplateText([each]) for each in ("Bonjour", "Bonjour\n", "<p>Bonjour</p>", LEAVE_URL)
    ]
    campaign = MessageTemplate(settings, IDENTITY, EmailContent(*pieces)).fill(
        EMAIL.recipient,
        3,
        values={"given_name": None, UNSUBSCRIBE_FIELD.field: "token"},
        sent_at=EMAIL.sent_at,
        token=EnvelopeWriter(settings, IDENTITY.campaign_id).sign(3),
    )
    return [campaign, write_transactional(settings, EMAIL)]


@pytest.mark.parametrize(
    ("name", "header", "before"),
    [
        ("brevo", "X-Mailin-custom", ""),
        ("mailjet", "X-MJ-CustomID", ""),
        ("ses", "X-SES-MESSAGE-TAGS", "supporters="),
    ],
)
def test_each_email_carries_its_signed_token(name: str, header: str, before: str) -> None:
    found = []
    for raw in both(ProviderSettings(name=name)):
        value = message_from_bytes(raw)[header]
        assert value.startswith(before)
        token = f"b+{value.removeprefix(before)}@parti.example"
        found.append(read_envelope_sender(SETTINGS.secret_keys, token))
    assert found == [(IDENTITY.campaign_id, 3), (TRANSACTIONAL, EMAIL.id)]


def test_tracking_is_switched_off_where_a_header_does_it() -> None:
    for provider, expected in (
        (ProviderSettings(name="mailjet"), ["0", "0", None]),
        (ProviderSettings(name="ses", configuration_set="quiet"), [None, None, "quiet"]),
        (ProviderSettings(name="brevo"), [None, None, None]),
    ):
        for raw in both(provider):
            message = message_from_bytes(raw)
            assert [message[each] for each in TRACKING] == expected


def test_without_such_a_provider_nothing_is_added() -> None:
    plain = both(ProviderSettings())
    assert both(ProviderSettings(name="scaleway")) == plain
    assert not [name for raw in plain for name in message_from_bytes(raw) if name.startswith("X-")]
