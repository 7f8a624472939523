"""The banner of a training in a browser: the change of part, the steps, axe at both widths."""

import dataclasses

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from supporters.config import Settings
from supporters.development.sample_party import APPROVER_EMAIL, AUTHOR_EMAIL, OWNER_EMAIL
from supporters.settings.training_settings import TrainingSettings
from tests.browser.conftest import look_at
from tests.browser.pages_of_app import open_pages
from tests.factories.accounts import make_organiser, make_owner
from tests.factories.approvals import make_approver
from tests.factories.lists import make_list
from tests.training.conftest import KEY, URL, link_of, mark
from tests.web.public.pages import press

pytestmark = pytest.mark.browser


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return the settings of a training."""
    mark(settings)
    here = TrainingSettings(is_here=True, key=KEY)
    return dataclasses.replace(settings, training=here, base_url=URL)


def test_the_banner_changes_the_part_and_unfolds_the_day(
    browser: Browser, app: Flask, client: FlaskClient
) -> None:
    make_list()
    make_owner(OWNER_EMAIL)
    make_approver(APPROVER_EMAIL)
    make_organiser(AUTHOR_EMAIL)
    press(client, link_of())
    with open_pages(browser, app, client) as page:
        page.goto("/console/campaigns")
        banner = page.get_by_role("complementary", name="Entraînement")
        banner.get_by_role("button", name="Propriétaire").click()
        expect(banner.locator("[aria-current]")).to_contain_text("Propriétaire")
        expect(page.get_by_role("heading", level=1)).to_have_text("Campagnes")
        banner.locator("summary").focus()
        page.keyboard.press("Enter")
        expect(banner.get_by_text("Programmer l’heure")).to_be_in_viewport(ratio=1)
        look_at(page, "training-day")
        for path, name in (("/fr/join/national", "join"), ("/console/training/new-day", "new-day")):
            page.goto(path)
            look_at(page, f"training-{name}")
