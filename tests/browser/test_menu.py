"""The menu of the console: one button on a telephone, always in sight on a wide screen."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from tests.browser.pages_of_app import open_pages
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list

pytestmark = pytest.mark.browser

TELEPHONE, WIDE = {"width": 375, "height": 812}, {"width": 1280, "height": 900}
HEAD_AT_MOST = 72


def test_the_menu_of_a_telephone_opens_by_one_button_and_the_keyboard(
    browser: Browser, app: Flask, owner_client: FlaskClient
) -> None:
    with open_pages(browser, app, owner_client, viewport=TELEPHONE) as page:
        page.goto("/console/campaigns")
        menu, campaigns = page.locator("#menu"), page.locator("#menu [aria-current]")
        head = page.locator(".console-side").bounding_box()
        assert head is not None
        assert head["height"] <= HEAD_AT_MOST
        expect(menu).not_to_be_visible()
        page.get_by_role("button", name="Menu").focus()
        page.keyboard.press("Enter")
        expect(campaigns).to_be_visible()
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('#menu').contains(document.activeElement)")
        page.keyboard.press("Escape")
        expect(menu).not_to_be_visible()


def test_the_menu_of_a_wide_screen_is_there_with_compliance_open(
    browser: Browser, app: Flask, owner_client: FlaskClient
) -> None:
    with open_pages(browser, app, owner_client, viewport=WIDE) as page:
        page.goto("/console/campaigns")
        expect(page.get_by_role("button", name="Menu")).not_to_be_visible()
        menu = page.locator("#menu")
        expect(menu.get_by_role("link", name="Campagnes")).to_be_visible()
        expect(menu.get_by_role("link", name="Incidents")).to_be_visible()
        assert menu.evaluate("each => each.closest('.console-side').scrollHeight") <= (
            menu.evaluate("each => each.closest('.console-side').clientHeight")
        )


def test_the_menu_of_a_page_stays_on_the_screen(
    browser: Browser, app: Flask, owner_client: FlaskClient
) -> None:
    edges = {}
    with open_pages(browser, app, owner_client) as page:
        for width in (1280, 375, 320):
            page.set_viewport_size({"width": width, "height": 812})
            page.goto("/console/campaigns")
            page.locator(".menu > summary").click()
            box = page.locator(".menu > ul").bounding_box()
            assert box is not None
            if box["x"] < 0 or box["x"] + box["width"] > width:
                edges[width] = box
    assert edges == {}


def test_the_buttons_at_the_head_of_a_page_are_as_wide_as_each_other_on_a_telephone(
    browser: Browser, app: Flask, owner_client: FlaskClient
) -> None:
    make_campaign(make_list())
    with open_pages(browser, app, owner_client, viewport=TELEPHONE) as page:
        page.goto("/console/campaigns")
        boxes = [each.bounding_box() for each in page.locator(".actions .button").all()]
    assert len(boxes) == 3
    assert len({each["width"] for each in boxes if each}) == 1


def test_the_open_menu_of_compliance_is_not_under_the_account(
    browser: Browser, app: Flask, owner_client: FlaskClient
) -> None:
    with open_pages(browser, app, owner_client, viewport=WIDE) as page:
        page.goto("/console/audit")
        menu = page.locator(".console-side").bounding_box()
        account = page.locator(".console-account").bounding_box()
        last = page.locator("#menu [aria-current]").bounding_box()
    assert menu is not None
    assert account is not None
    assert last is not None
    assert menu["y"] + menu["height"] <= account["y"]
    assert last["y"] + last["height"] <= account["y"]
