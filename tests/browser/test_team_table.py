"""The table of the team stays in its card."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page

from supporters.accounts.models import RoleName
from supporters.team.team_invitations import invite_organiser
from tests.browser.conftest import WIDE
from tests.browser.pages_of_app import open_pages

pytestmark = pytest.mark.browser

OWNER, COLLEAGUE = "owner@parti.example", "jean-baptiste.charpentier@federation.example"
PAST_THE_CARD = """() => {
  const card = document.querySelector("main .panel:has(.table)");
  const end = card.getBoundingClientRect().right - parseFloat(getComputedStyle(card).paddingRight);
  return Math.round(card.querySelector(".table").getBoundingClientRect().right - end);
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
