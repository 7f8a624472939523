"""The result of a campaign is printed by a button, with the states that are folded on a screen."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from supporters.delivery.batches import skip_rest_of_cancelled
from supporters.delivery.campaign_control import cancel_campaign
from tests.browser.pages_of_app import open_pages
from tests.factories.campaigns import launch
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber

pytestmark = pytest.mark.browser


def test_the_result_is_printed_with_its_folded_states(
    browser: Browser, app: Flask, owner_client: FlaskClient
) -> None:
    mailing_list = make_list()
    make_subscriber("anna@example.org", mailing_list)
    campaign = launch(mailing_list, "Samedi")
    cancel_campaign(campaign)
    skip_rest_of_cancelled()
    with open_pages(browser, app, owner_client) as page:
        page.goto(f"/console/campaigns/{campaign}")
        folded = page.get_by_text("attendent leur tour")
        expect(folded).to_be_hidden()
        page.evaluate("window.print = () => { document.title = 'printed'; }")
        page.get_by_role("button", name="Imprimer").click()
        expect(page).to_have_title("printed")
        page.emulate_media(media="print")
        expect(folded).to_be_visible()
