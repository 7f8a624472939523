"""The facts of the page that decides are few lines while all is well, and all of them on paper."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from tests.browser.conftest import WIDE
from tests.browser.pages_of_app import open_pages
from tests.browser.sending_day.colleagues import TELEPHONE
from tests.factories.accounts import make_organiser, sign_in
from tests.factories.approvals import make_approver, make_ready, make_request
from tests.factories.campaigns import make_draft_to_two
from tests.factories.drafts import make_campaign_to, write_in
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber

pytestmark = pytest.mark.browser

HIGHEST = 900  # the first screen of a desk
BUTTONS_ARE_IN_A_ROW = """() => {
  const buttons = [...document.querySelectorAll(".decision-bar .button")];
  return new Set(buttons.map((each) => each.getBoundingClientRect().top)).size === 1;
}"""
HEIGHT = "document.querySelector('[aria-labelledby=facts]').getBoundingClientRect().height"


def test_facts_in_order_are_a_screen_at_most_and_open_on_paper(
    browser: Browser, app: Flask, owner_client: FlaskClient
) -> None:
    lists = make_list("lettre", "La Lettre"), make_list("agir", "Agir près de chez vous")
    for each in lists:
        make_subscriber(f"anna@{each.slug}.example", each)
    campaign = make_campaign_to(*lists)
    write_in(campaign, "en", "News")
    make_ready(campaign.id)
    for size in (WIDE, TELEPHONE):
        with open_pages(browser, app, owner_client, viewport=size) as page:
            page.goto(f"/console/campaigns/{campaign.id}/decision")
            assert page.evaluate(HEIGHT) <= HIGHEST
            explained = page.get_by_text("Gmail affiche 102 ko")
            expect(explained).to_be_hidden()
            page.emulate_media(media="print")
            expect(explained).to_be_visible()


def test_the_bar_of_an_approver_is_one_row_at_a_desk(browser: Browser, app: Flask) -> None:
    campaign = make_draft_to_two()
    make_request(campaign.id, make_organiser())
    with open_pages(browser, app, sign_in(app, make_approver()), viewport=WIDE) as page:
        page.goto(f"/console/campaigns/{campaign.id}/decision")
        assert page.locator(".decision-bar .button").count() == 2
        assert page.evaluate(BUTTONS_ARE_IN_A_ROW)
