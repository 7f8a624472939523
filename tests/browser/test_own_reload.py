"""A page that renews itself stops nobody who is on the way to another one."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.pages_of_app import open_pages
from tests.factories.campaigns import ANNA, launch
from tests.factories.lists import make_list
from tests.factories.sending_day.planned import put_in_grace
from tests.factories.signups import make_subscriber

pytestmark = pytest.mark.browser

GRACE = 3  # seconds
ANSWER_TAKES = 5_000  # milliseconds: longer than the grace


@pytest.fixture
def campaign(app: Flask) -> int:
    """Return a campaign whose first email leaves in a moment."""
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    return put_in_grace(launch(mailing_list), GRACE)


def open_campaign(page: Page, campaign: int) -> None:
    page.goto(f"/console/campaigns/{campaign}")
    expect(page.locator("#grace")).to_be_visible()


def test_a_link_followed_just_before_the_end_of_the_grace_is_reached(
    browser: Browser, app: Flask, owner_client: FlaskClient, campaign: int
) -> None:
    with open_pages(browser, app, owner_client) as page:

        def answer_late(route: Route) -> None:
            page.wait_for_timeout(ANSWER_TAKES)
            route.fallback()

        open_campaign(page, campaign)
        page.route("**/console/lists", answer_late)
        page.locator("nav a[href='/console/lists']").click(no_wait_after=True)
        page.wait_for_url("**/console/lists")


def test_the_page_is_renewed_after_a_download(
    browser: Browser, app: Flask, owner_client: FlaskClient, campaign: int
) -> None:
    with open_pages(browser, app, owner_client) as page:
        open_campaign(page, campaign)
        page.evaluate("dispatchEvent(new Event('beforeunload'))")
        expect(page.locator("#grace")).to_be_hidden()
