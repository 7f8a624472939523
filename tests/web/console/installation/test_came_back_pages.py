"""The page of what came back: what each did, in words, and how to connect the ways."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters.extensions import current_settings
from supporters.feedback.models import Effect
from supporters.feedback.queries import list_arrivals
from supporters.mail.message.envelope_senders import EnvelopeWriter
from supporters.settings.provider_settings import ProviderSettings
from supporters.web.console.installation import came_back_pages
from tests.factories.campaigns import make_campaign
from tests.factories.lists import make_list
from tests.feedback.providers import test_brevo
from tests.feedback.providers.tokens import BEARER, BREVO, PASSWORD, basic

PAGE = "/console/came-back"
FOREIGN = {**test_brevo.USUAL, "X-Mailin-custom": "other", "event": "spam"}


def use(app: Flask, provider: ProviderSettings) -> None:
    """Give the application a provider."""
    settings = replace(current_settings(), base_url="https://parti.example", provider=provider)
    app.extensions["settings"] = settings


def receive(client: FlaskClient, *events: object) -> None:
    """Let Brevo tell events."""
    for event in events:
        assert client.post("/hooks/brevo", json=event, headers=basic()).status_code == 200


def test_an_empty_page_says_how_to_connect(app: Flask, owner_client: FlaskClient) -> None:
    html = owner_client.get(PAGE).text
    assert "Rien n’est revenu pour l’instant" in html
    assert "SUPPORTERS_MAIL_PROVIDER" in html


@pytest.mark.parametrize(
    ("provider", "url"),
    [
        (BREVO, "https://hook:PASSWORD@parti.example/hooks/brevo"),
        (ProviderSettings(name="brevo", tokens=(BEARER,)), "https://parti.example/hooks/brevo"),
        (
            ProviderSettings(name="mailjet", user="a@b", passwords=(PASSWORD,)),
            "https://a%40b:PASSWORD@parti.example/hooks/mailjet",
        ),
        (ProviderSettings(name="ses"), "https://parti.example/hooks/ses"),
    ],
)
def test_the_address_to_paste_is_whole_but_for_the_password(
    app: Flask, owner_client: FlaskClient, provider: ProviderSettings, url: str
) -> None:
    use(app, provider)
    html = owner_client.get(PAGE).text
    assert f">{url}<" in html
    assert PASSWORD not in html
    assert BEARER not in html
    assert ("Il est fermé" in html) is not provider.has_webhook


def test_a_provider_that_tracks_is_named(app: Flask, owner_client: FlaskClient) -> None:
    told = []
    for provider in (
        BREVO,
        ProviderSettings(name="ses"),
        ProviderSettings(name="ses", configuration_set="quiet"),
        ProviderSettings(name="mailjet"),
        ProviderSettings(),
    ):
        use(app, provider)
        told.append("suit peut-être vos lecteurs" in owner_client.get(PAGE).text)
    assert told == [True, True, False, False, False]


def test_each_arrival_says_what_it_did(app: Flask, owner_client: FlaskClient) -> None:
    use(app, BREVO)
    receive(
        owner_client, FOREIGN, {**FOREIGN, "event": "hard_bounce", "reason": "550 mailbox full"}
    )
    html = owner_client.get(PAGE).text
    assert html.count("Ignoré\u202f: ne désigne aucun de nos e-mails</span>") == 2
    assert "Signalé comme spam" in html
    assert "camille@example.com" not in html


def test_an_arrival_leads_to_its_campaign(app: Flask, owner_client: FlaskClient) -> None:
    use(app, BREVO)
    campaign = make_campaign(make_list(), "La lettre de novembre")
    token = EnvelopeWriter(current_settings(), campaign.id).sign(1)
    receive(owner_client, {**FOREIGN, "event": "deferred", "X-Mailin-custom": token})
    html = owner_client.get(PAGE).text
    assert f'href="/console/campaigns/{campaign.id}">La lettre de novembre</a>' in html


def test_a_day_begins_at_midnight_in_paris(app: Flask, owner_client: FlaskClient) -> None:
    use(app, BREVO)
    with time_machine.travel(datetime(2026, 6, 30, 22, 30, tzinfo=UTC), tick=False):
        receive(owner_client, FOREIGN)
    shown = [
        owner_client.get(f"{PAGE}?day=2026-{day}").text.count("<tr") for day in ("06-30", "07-01")
    ]
    assert shown == [0, 2]


def test_filters_and_older_ones(
    app: Flask, owner_client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(app, BREVO)
    receive(owner_client, *({**FOREIGN, "message-id": str(number)} for number in range(3)))
    monkeypatch.setattr(came_back_pages, "SHOWN", 2)
    assert owner_client.get(PAGE).text.count("<tr") == 1 + 2
    last = list_arrivals(limit=2)[-1].id
    assert f"before={last}" in owner_client.get(PAGE).text
    shown = {}
    for query in (
        f"before={last}",
        f"effect={Effect.IGNORED_NO_TOKEN}&source=brevo",
        f"effect={Effect.LEFT}",
        "source=imap",
        "day=2020-01-01",
        "effect=x&source=y&day=z&before=w",
        "before=99999999999999999999999",
    ):
        shown[query] = owner_client.get(f"{PAGE}?{query}").text.count("<tr")
    assert [*shown.values()] == [2, 3, 0, 0, 0, 3, 3]
    assert "Rien de tel n’est revenu" in owner_client.get(f"{PAGE}?source=imap").text
