"""The rows of the table of campaigns fit their card, however long the names are."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from supporters.database import transaction
from tests.browser.conftest import WIDE
from tests.browser.pages_of_app import open_pages
from tests.browser.test_team_table import PAST_THE_CARD, WIDTHS
from tests.factories.accounts import make_organiser
from tests.factories.approvals import make_ready, make_request
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber

pytestmark = pytest.mark.browser

LONG = "Les comités de circonscription des Français établis hors de France"


def test_long_names_keep_the_rows_in_their_card(
    browser: Browser, app: Flask, owner_client: FlaskClient
) -> None:
    mailing_list = make_list("long", LONG)
    make_subscriber("anna@example.org", mailing_list)
    author = make_organiser("jean-baptiste.charpentier-de-la-tour@federation.example")
    campaign = make_campaign(mailing_list, f"{LONG} : {LONG}")
    make_ready(campaign.id)
    make_request(campaign.id, author)
    with transaction():
        campaign.updated_by = author.id
    past = {}
    with open_pages(browser, app, owner_client, viewport=WIDE) as page:
        page.goto("/console/campaigns")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            past[width] = int(page.evaluate(PAST_THE_CARD))
    assert {width: edge for width, edge in past.items() if edge > 0} == {}
