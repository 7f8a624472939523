"""The bar of the decision: its button says what it does, and it hides no focus."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from tests.browser.pages_of_app import open_pages
from tests.browser.widths import what_is_too_wide
from tests.factories.approvals import allow_alone, make_ready
from tests.factories.campaigns import make_draft_to_two
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber

pytestmark = pytest.mark.browser

BAR = "() => Math.round(document.querySelector('.decision-bar').getBoundingClientRect().bottom)"
HIDDEN_BY_BAR = """() => {
  const focused = document.activeElement, bar = document.querySelector(".decision-bar");
  if (!focused.closest("main") || bar.contains(focused) || focused.tagName === "IFRAME") return "";
  const place = focused.getBoundingClientRect();
  return place.top >= bar.getBoundingClientRect().top ? focused.outerHTML.slice(0, 120) : "";
}"""


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
        page.goto(f"/console/campaigns/{campaign.id}/decision")
        button = page.locator(".decision-bar button").first
        expect(button).to_have_text("Lancer pour 2 personnes", use_inner_text=True)
        expect(page.locator("input[name=day]")).to_be_hidden()
        page.locator("input[name=when][value=now]").focus()
        page.keyboard.press("ArrowDown")
        expect(page.locator("input[name=day]")).to_be_visible()
        expect(button).to_have_text("Programmer à cette heure", use_inner_text=True)
        assert what_is_too_wide(page) == []


def test_the_bar_stays_at_the_foot_and_hides_no_focus(
    browser: Browser, app: Flask, owner_client: FlaskClient
) -> None:
    campaign = make_draft_to_two()
    make_ready(campaign.id)
    for size in ({"width": 320, "height": 568}, {"width": 1280, "height": 720}):
        with open_pages(browser, app, owner_client, viewport=size) as page:
            page.goto(f"/console/campaigns/{campaign.id}/decision")
            page.locator("#content").focus()
            assert page.evaluate(BAR) == size["height"]
            hidden = set()
            for _ in range(60):
                page.keyboard.press("Tab")
                if words := page.evaluate(HIDDEN_BY_BAR):
                    hidden.add(words)
            assert not hidden
