"""The button of the launch page says what it does: launch, or plan for an hour."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from tests.browser.pages_of_app import open_pages
from tests.browser.widths import what_is_too_wide
from tests.factories.approvals import allow_alone, make_ready
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber

pytestmark = pytest.mark.browser


def test_the_button_names_the_choice_that_the_keyboard_makes(
    browser: Browser, app: Flask, owner_client: FlaskClient
) -> None:
    mailing_list = make_list()
    for name in ("anna", "boris"):
        make_subscriber(f"{name}@example.org", mailing_list)
    campaign = make_campaign(mailing_list)
    allow_alone()
    make_ready(campaign.id)
    with open_pages(browser, app, owner_client, viewport={"width": 320, "height": 640}) as page:
        page.goto(f"/console/campaigns/{campaign.id}/launch")
        button = page.locator("main button[type=submit]").first
        expect(button).to_have_text("Lancer pour 2 personnes", use_inner_text=True)
        page.locator("input[name=when][value=now]").focus()
        page.keyboard.press("ArrowDown")
        expect(button).to_have_text("Programmer à cette heure", use_inner_text=True)
        assert what_is_too_wide(page) == []
