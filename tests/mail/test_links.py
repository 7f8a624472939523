"""Links in emails: from the settings, whole addresses of networks, readable with each colour."""

import dataclasses

import pytest
from flask import Flask
from hypothesis import given, strategies as st

from supporters.mail.links import link_to
from supporters.mail.palettes import (
    DARK_PAPERS,
    OURS,
    PAPERS,
    derive_palette,
    is_readable,
    suggest_words,
)
from supporters.mail.social_links import LinkFault, Network, find_link_fault
from supporters.text.contrast import contrast_ratio

colours = st.binary(min_size=3, max_size=3).map(lambda octets: f"#{octets.hex()}")


def test_a_link_is_absolute_and_starts_at_the_configured_address(app: Flask) -> None:
    assert link_to("public.home", lang_code="fr") == "http://localhost/fr/"


@pytest.mark.parametrize("base_url", ["https://parti.example", "http://127.0.0.1:5000"])
def test_scheme_and_port_are_those_of_the_settings(app: Flask, base_url: str) -> None:
    settings = app.extensions["settings"]
    app.extensions["settings"] = dataclasses.replace(settings, base_url=base_url)
    assert link_to("public.leave", token="t") == f"{base_url}/leave/t"


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
        {"Forwarded": "host=evil.example"},
    ],
)
def test_a_request_cannot_change_a_link(app: Flask, headers: dict[str, str]) -> None:
    outside = link_to("public.leave", token="t")
    with app.test_request_context("/fr/", headers=headers):
        assert link_to("public.leave", token="t") == outside


@pytest.mark.parametrize(
    ("network", "url"),
    [
        (Network.FACEBOOK, "https://www.facebook.com/parti?locale=fr"),
        (Network.BLUESKY, "https://bsky.app/profile/parti.example"),
        (Network.MASTODON, "https://mastodon.example/@parti"),
        (Network.WEBSITE, "https://parti.example"),
    ],
)
def test_a_page_of_the_network_is_taken(network: Network, url: str) -> None:
    assert find_link_fault(network, url) is None


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("http://x.com/parti", LinkFault.NOT_HTTPS),
        ("x.com/parti", LinkFault.NOT_HTTPS),
        ("https://x.com/a b", LinkFault.NOT_HTTPS),
        ("https://x.com:8443/parti", LinkFault.NOT_HTTPS),
        ("https://me@x.com/parti", LinkFault.NOT_HTTPS),
        ("https://[x.com/parti", LinkFault.NOT_HTTPS),
        ('https://x.com/"><b>', LinkFault.NOT_HTTPS),
        ("https://x.com.evil.example/", LinkFault.OTHER_SITE),
        ("https://notx.com/parti", LinkFault.OTHER_SITE),
    ],
)
def test_another_address_is_refused(url: str, fault: LinkFault) -> None:
    assert find_link_fault(Network.X, url) is fault


@given(accent=colours)
def test_every_colour_makes_a_palette_that_can_be_read(accent: str) -> None:
    made = derive_palette(accent, suggest_words(accent), "#ffffff")
    assert is_readable(made.header_words, made.header)
    assert is_readable(made.button_words, made.button)
    assert all(is_readable(made.link, paper) for paper in PAPERS)
    assert all(is_readable(made.dark_link, paper) for paper in DARK_PAPERS)
    assert is_readable(made.dark_button_words, made.dark_button)


def test_a_colour_that_can_be_read_stays_as_it_is() -> None:
    assert derive_palette("#7a1f5c", "#ffffff", "#ffcc00").link == "#7a1f5c"


def test_our_own_colours_are_those_of_before_and_can_be_read() -> None:
    assert derive_palette("#0d4450", "#ffffff", "#f4b740") is OURS
    pairs = [
        *[(OURS.header_words, OURS.header), (OURS.button_words, OURS.button)],
        *[(OURS.link, paper) for paper in PAPERS],
        *[(OURS.dark_link, paper) for paper in DARK_PAPERS],
        (OURS.dark_button_words, OURS.dark_button),
    ]
    assert min(contrast_ratio(*pair) for pair in pairs) >= 4.5
