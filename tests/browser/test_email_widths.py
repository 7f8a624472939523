"""An email is as wide as the window of a phone, whatever stands in it."""

import pytest
from flask import Flask
from playwright.sync_api import Browser

from supporters.delivery.message.previews import preview_campaign
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list

PHONE = 375
LONG_ADDRESS = "https://exemple.fr/" + "unetreslonguepage" * 14


def table_of(columns: int) -> str:
    """Return a table in Markdown."""
    row = "| " + " | ".join(f"Colonne{number}" for number in range(columns)) + " |"
    return f"{row}\n|{' --- |' * columns}\n{row}\n"


@pytest.mark.parametrize("body", [LONG_ADDRESS, f"Voir {LONG_ADDRESS}.", table_of(5)])
def test_an_email_is_no_wider_than_a_phone(app: Flask, browser: Browser, body: str) -> None:
    campaign = make_campaign(make_list(), body=body)
    page = browser.new_page(viewport={"width": PHONE, "height": 800})
    page.set_content(preview_campaign(campaign).html)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE
    page.close()
