"""Owners erase and restrict people who can't use “My data”, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import look_at
from tests.browser.public.test_my_data import confirm
from tests.browser.test_main_job import open_person, sign_in
from tests.servers.sample_site import Site

pytestmark = pytest.mark.browser

ADDRESS = "dominique.droits@example.org"


def press(page: Page) -> None:
    """Press the button of the form."""
    page.get_by_role("main").get_by_role("button").click()


def test_an_owner_restricts_lifts_and_erases_somebody(page: Page, site: Site) -> None:
    confirm(page, site, ADDRESS)
    sign_in(page, site)
    open_person(page, site, ADDRESS)
    for name, reason in (
        ("Limiter…", "Demandé par courrier postal."),
        ("Lever la limitation…", "Redemandé."),
    ):
        page.get_by_role("link", name=name).click()
        press(page)
        look_at(page, f"70-{name[:3].lower()}-errors")
        page.locator("textarea[name=reason]").fill(reason)
        page.locator("input[name=is_sure]").check()
        press(page)
        expect(page.locator(".message-good").first).to_be_visible()
        look_at(page, f"71-{name[:3].lower()}-done")
    page.get_by_role("link", name="Effacer…").click()
    look_at(page, "72-erase")
    page.locator("input[name=reason]").first.check()
    page.locator("input[name=is_sure]").check()
    press(page)
    page.wait_for_url(re.compile(r"/console/people$"))
    look_at(page, "73-erased")
    expect(page.locator("main")).to_contain_text("Une empreinte illisible")
