"""The cards on the page of the team hold what stands in them."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page

from supporters.accounts.models import RoleName
from supporters.team.right_requests import request_right
from supporters.team.team_invitations import invite_organiser
from tests.browser.conftest import WIDE
from tests.browser.pages_of_app import open_pages
from tests.factories.accounts import make_organiser, make_owner

pytestmark = pytest.mark.browser

OWNER, COLLEAGUE = "owner@parti.example", "jean-baptiste.charpentier@federation.example"
PAST_THE_CARD = """() => {
  const card = document.querySelector("main .panel:has(.table)");
  const end = card.getBoundingClientRect().right - parseFloat(getComputedStyle(card).paddingRight);
  return Math.round(card.querySelector(".table").getBoundingClientRect().right - end);
}"""
BELOW_THE_CARD = """() => {
  const end = (element) => element.getBoundingClientRect().bottom;
  const card = document.querySelector("main .panel:has(#right-requests)");
  return Math.round(end(card.querySelector(".button")) - end(card));
}"""

WIDTHS = (1280, 1100, 1024, 900)


def measure(page: Page, width: int) -> int:
    """Return how far the table is past the inner edge of its card."""
    page.set_viewport_size({"width": width, "height": 900})
    return int(page.evaluate(PAST_THE_CARD))


def test_an_invitation_that_waits_keeps_the_table_in_its_card(
    browser: Browser, app: Flask, owner_client: FlaskClient
) -> None:
    invite_organiser(COLLEAGUE, RoleName.ORGANISER, "fr", inviter=OWNER)
    with open_pages(browser, app, owner_client, viewport=WIDE) as page:
        page.goto("/console/organisers")
        past = {width: measure(page, width) for width in WIDTHS}
    assert {width: edge for width, edge in past.items() if edge > 0} == {}


def test_a_request_for_a_right_keeps_its_button_in_its_card(
    browser: Browser, app: Flask, owner_client: FlaskClient
) -> None:
    request_right(make_organiser(COLLEAGUE).id, RoleName.EXPORTER, make_owner("first@x.org").id)
    with open_pages(browser, app, owner_client, viewport=WIDE) as page:
        for path in ("/console/", "/console/organisers"):
            page.goto(path)
            assert page.evaluate(BELOW_THE_CARD) < 0, path
