"""My data, in a real browser: by keyboard alone, in both languages, wide and at 320 px."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import look_at
from tests.browser.test_main_job import link_in_mail, newest_mail, sign_up
from tests.servers.sample_site import Site

pytestmark = pytest.mark.browser

ADDRESS = "dominique.martin@example.org"


def confirm(page: Page, site: Site, address: str) -> None:
    """Sign up and confirm, as a person does."""
    sign_up(page, site, address)
    newest_mail(page, site, address, "onfirm")
    page.goto(link_in_mail(page, "/confirm/"))
    page.get_by_role("main").get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def ask_for_the_link(page: Page, site: Site, address: str, language: str) -> None:
    """Ask for the email by keyboard."""
    page.goto(f"{site.url}/{language}/my-data")
    page.locator("input[name=email]").focus()
    page.keyboard.type(address)
    page.keyboard.press("Enter")
    page.wait_for_url("**/my-data/sent")


def open_by_keyboard(page: Page, site: Site, address: str, subject: str) -> None:
    """Follow the link of the email and press its button."""
    newest_mail(page, site, address, subject)
    page.goto(link_in_mail(page, "/my-data/open/"))
    press(page, page.get_by_role("main").get_by_role("button").inner_text())
    page.wait_for_url("**/my-data/overview")


def press(page: Page, name: str) -> None:
    """Move to a button or link with the Tab key, and press it."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.innerText || ''")
        if focused.split() == name.split():
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"The keyboard doesn't reach {name!r}.")


def test_somebody_sees_and_erases_all_by_keyboard_within_a_minute(page: Page, site: Site) -> None:
    confirm(page, site, ADDRESS)
    started = time.monotonic()
    ask_for_the_link(page, site, ADDRESS, "fr")
    open_by_keyboard(page, site, ADDRESS, "vos données|Your data")
    expect(page.locator("main")).to_contain_text(ADDRESS)
    page.goto(f"{site.url}/fr/my-data/everything")
    expect(page.locator("main")).to_contain_text(ADDRESS)
    page.goto(f"{site.url}/fr/my-data/erase")
    page.locator("input[name=is_sure]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/my-data/erased")
    assert time.monotonic() - started < 60
    page.goto(f"{site.url}/fr/my-data/overview")
    assert page.url.endswith("/my-data")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_pleases_axe_and_fits_a_small_telephone(
    page: Page, site: Site, language: str
) -> None:
    address = f"dominique.{language}@example.org"
    base = f"{site.url}/{language}/my-data"
    confirm(page, site, address)
    page.goto(base)
    look_at(page, f"50-{language}-ask")
    ask_for_the_link(page, site, address, language)
    look_at(page, f"51-{language}-sent")
    newest_mail(page, site, address, "vos données|Your data")
    look_at(page, f"52-{language}-email")
    link = link_in_mail(page, "/my-data/open/")
    page.goto(link)
    look_at(page, f"53-{language}-open")
    page.get_by_role("main").get_by_role("button").click()
    page.wait_for_url("**/my-data/overview")
    look_at(page, f"54-{language}-overview")
    names = (
        "everything",
        "person",
        "address",
        "address/sent",
        "join",
        "restrict",
        "object",
        "erase",
    )
    for number, name in enumerate(names, start=55):
        page.goto(f"{base}/{name}")
        look_at(page, f"{number}-{language}-{name.replace('/', '-')}")
    page.get_by_role("main").get_by_role("button").click()
    expect(page.locator("input[name=is_sure]")).to_have_attribute("aria-invalid", "true")
    look_at(page, f"63-{language}-erase-unticked")
    _restrict(page, base)
    look_at(page, f"64-{language}-restricted")
    page.goto(link)
    look_at(page, f"65-{language}-used-up")
    for number, name in enumerate(("erased", "moved"), start=66):
        page.goto(f"{base}/{name}")
        look_at(page, f"{number}-{language}-{name}")
    page.goto(f"{base}/overview")
    page.locator("form[action$='/close'] button").click()
    expect(page).to_have_url(re.compile(r"/my-data$"))


def _restrict(page: Page, base: str) -> None:
    page.goto(f"{base}/restrict")
    page.get_by_role("main").get_by_role("button").click()
    page.wait_for_url("**/my-data/overview")
