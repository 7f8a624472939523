"""The switch of the consent notice, and the email: on a desk and on the narrowest telephone."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from supporters import clock
from supporters.lists.consent_notice import find_notice_since, switch_notice
from supporters.mail.mail_templates import write_message
from supporters.mail.models import EmailKind
from supporters.signup.welcome_mails import send_next_welcomes
from tests.browser.conftest import SCREENSHOTS, WIDE, look_at
from tests.browser.pages_of_app import open_pages
from tests.factories.lists import make_list
from tests.factories.my_data import emails_to
from tests.factories.signups import ADDRESS, make_subscriber, values_in

pytestmark = pytest.mark.browser
PAGE = "/console/consents/notice"
NARROW = 320


def test_an_owner_turns_the_switch_by_its_label(
    browser: Browser, app: Flask, owner_client: FlaskClient
) -> None:
    with open_pages(browser, app, owner_client, viewport=WIDE) as page:
        page.goto(PAGE)
        box = page.get_by_role("checkbox")
        expect(box).not_to_be_checked()
        look_at(page, "consent-notice-off")
        page.locator("label[for=is_on]").click()
        page.get_by_role("button", name="Modifier").click()
        page.goto(PAGE)
        expect(box).to_be_checked()
        look_at(page, "consent-notice-on")
    assert find_notice_since() is not None


@pytest.mark.parametrize("language", ["fr", "en", "de", "es", "it"])
def test_the_notice_is_no_wider_than_the_narrowest_telephone(
    browser: Browser, app: Flask, language: str
) -> None:
    switch_notice(is_on=True)
    make_subscriber(ADDRESS, make_list(), make_list("lyon", "Lyon"), language="fr")
    send_next_welcomes(clock.now())
    [email] = emails_to(ADDRESS, EmailKind.WELCOME)
    email.language = language
    written = write_message(email, ADDRESS, values_in(email))
    page = browser.new_page(viewport={"width": NARROW, "height": 800})
    page.set_content(str(written.html))
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW
    for width in (NARROW, WIDE["width"]):
        page.set_viewport_size({"width": width, "height": 800})
        if SCREENSHOTS.is_dir():
            page.screenshot(path=SCREENSHOTS / f"notice-{language}-{width}.png", full_page=True)
    page.close()
