"""The page of the look of emails: a preview of what is typed, and what it refuses."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters.campaigns.theme_changes import find_choice
from supporters.mail.social_links import Network
from supporters.mail.theme_models import Alignment
from tests.factories.accounts import make_owner, sign_in
from tests.factories.pictures import make_described_picture, plain_file
from tests.web.console.pages import followed, speak_english
from tests.web.public.pages import hidden_values, press

THEME = "/console/settings/theme"
PREVIEW = f"{THEME}/preview.html"
COLOURS = {"accent": "#7a1f5c", "accent_words": "#ffffff", "stripe": "#ffcc00"}


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """Return the browser of an owner who reads English."""
    signed_in = sign_in(app, make_owner())
    speak_english(signed_in)
    return signed_in


def test_the_owner_sets_the_look_and_sees_it_again(browser: FlaskClient) -> None:
    logo = make_described_picture()
    answer = press(
        browser,
        THEME,
        **COLOURS,
        logo=str(logo.id),
        logo_alt="Notre logo",
        alignment="center",
        link_x="https://x.com/parti",
        postal_address="12 rue des Lilas",
    )
    assert "Public pages and emails that are written from now on" in followed(browser, answer)
    chosen = find_choice()
    assert (chosen.accent, chosen.logo_id, chosen.alignment) == (
        *("#7a1f5c", logo.id),
        Alignment.CENTER,
    )
    assert chosen.links == {Network.X: "https://x.com/parti"}
    shown = browser.get(PREVIEW).text
    assert 'bgcolor="#7a1f5c"' in shown
    assert 'alt="Notre logo"' in shown


def test_a_logo_is_uploaded_in_the_form_and_nothing_typed_is_lost(browser: FlaskClient) -> None:
    fields = hidden_values(browser.get(THEME).text)
    fields |= {**COLOURS, "alignment": "left", "postal_address": "12 rue des Lilas"}
    fields["shows_name"] = "y"
    for file in (b"no picture", plain_file()):
        logo = {"new_logo": (io.BytesIO(file), "logo.png")}
        answer = browser.post(THEME, data={**fields, **logo, "look": "yes"})
        assert "12 rue des Lilas" in answer.text
        assert (answer.status_code == 422) is ("We don’t recognise a picture" in answer.text)
    chosen = re.findall(r'<input checked[^>]* name="logo"[^>]* value="(\d+)"', answer.text)
    assert f"logo={chosen[0]}" in answer.text  # in the address of the preview
    assert find_choice().logo_id is None
    logo = {"new_logo": (io.BytesIO(plain_file()), "logo.png")}
    browser.post(THEME, data={**fields, **logo})
    assert find_choice().logo_id == int(chosen[0])


def test_a_mistake_has_a_sentence_and_nothing_typed_is_lost(browser: FlaskClient) -> None:
    address = "12 rue des Lilas"
    cases = [
        ({"accent": "#ffee88"}, "the contrast is 1.2, and at least 4.5 is needed. Black can be"),
        ({"accent": "purple"}, "Write a colour as #0d4450."),
        ({"link_x": "https://facebook.com/parti"}, "This address is not of X."),
        ({"link_x": "x.com/parti"}, "beginning with https://"),
        ({"logo": "1"}, "Not a valid choice"),
    ]
    for typed, words in cases:
        fields = {**COLOURS, "logo": "", "alignment": "left", "postal_address": address, **typed}
        answer = press(browser, THEME, **fields)
        assert answer.status_code == 422
        assert words in answer.text
        assert address in answer.text
        assert find_choice().postal_address == ""


def test_the_preview_shows_what_is_typed_and_stores_nothing(browser: FlaskClient) -> None:
    fields = {**COLOURS, "logo": "", "alignment": "left"}
    page = press(browser, THEME, **fields, look="yes")
    assert page.status_code == 200
    assert "accent=%237a1f5c" in page.text
    shown = browser.get(PREVIEW, query_string={**fields, "dark": "yes"})
    assert 'bgcolor="#7a1f5c"' in shown.text
    assert "@media all" in shown.text
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    faulty = browser.get(PREVIEW, query_string={**fields, "accent": '"><script>', "logo": "7"})
    assert 'bgcolor="#0d4450"' in faulty.text
    assert "<script>" not in faulty.text
    assert find_choice().accent == "#0d4450"


def test_the_sample_page_shows_what_is_typed_in_light_and_in_dark_mode(
    browser: FlaskClient,
) -> None:
    fields = {**COLOURS, "logo": "", "alignment": "left"}
    for is_dark, rule in (("no", "@media not all{:root{--banner"), ("yes", "@media all{:root{")):
        shown = browser.get(f"{THEME}/page.html", query_string={**fields, "dark": is_dark})
        assert "--banner:#7a1f5c" in shown.text
        assert rule in shown.text
        assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
    assert find_choice().accent == "#0d4450"


def test_pictures_and_words_of_pages_are_stored(browser: FlaskClient) -> None:
    picture = make_described_picture()
    chosen = dict.fromkeys(("picture", "share", "icon"), str(picture.id))
    words = {"share_words_fr": "Venez", "share_words_en": "Come"}
    answer = press(browser, THEME, **COLOURS, **chosen, **words, logo="", alignment="left")
    assert answer.status_code == 303
    stored = find_choice()
    assert {stored.picture_id, stored.share_id, stored.icon_id} == {picture.id}
    assert stored.share_words == {"fr": "Venez", "en": "Come"}


def test_a_preview_shows_colours_that_the_form_refuses(owner_client: FlaskClient) -> None:
    refused = {"accent": "#ffee88", "accent_words": "#ffffff"}
    for name in ("page", "preview"):
        shown = owner_client.get(f"{THEME}/{name}.html", query_string=refused)
        assert (shown.status_code, "#ffee88" in shown.text) == (200, True)
