"""The facts of each provider: found by name or by its server, in both languages."""

import pytest
from flask import Flask
from flask_babel import force_locale

from supporters.feedback.providers.presets import GUIDES, find_guide, list_switched_off
from supporters.settings.provider_settings import NO_PROVIDER, PRESETS


def test_each_provider_of_the_setting_has_its_guide() -> None:
    assert {*GUIDES} == {*PRESETS} - {NO_PROVIDER}
    strange = [
        name
        for name, preset in PRESETS.items()
        if preset.server and find_guide(preset.server) is not GUIDES[name]
    ]
    assert not strange


@pytest.mark.parametrize(
    ("server", "name"),
    [
        ("email-smtp.eu-west-3.amazonaws.com", "Amazon SES"),
        ("SMTP-relay.brevo.com.", "Brevo"),
        ("smtp-relay.sendinblue.com", "Brevo"),
        ("notbrevo.com", None),
        ("brevo.com.party.example", None),
        ("", None),
    ],
)
def test_a_relay_is_known_by_the_end_of_its_name(server: str, name: str | None) -> None:
    guide = find_guide(server)
    assert (guide and guide.name) == name


def test_tracking_is_off_by_our_headers_or_the_guide_says_where() -> None:
    assert list_switched_off("mailjet") == ("X-Mailjet-TrackOpen", "X-Mailjet-TrackClick")
    open_ones = {name for name, guide in GUIDES.items() if not guide.is_tracking_off}
    assert open_ones == {"brevo", "ses"}


def test_each_guide_speaks_french(app: Flask) -> None:
    for guide in GUIDES.values():
        with force_locale("en"):
            english = {str(guide.dkim), str(guide.switch_off)}
        with force_locale("fr"):
            assert not {str(guide.dkim), str(guide.switch_off)} & english
