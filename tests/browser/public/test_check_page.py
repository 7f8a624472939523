"""The page that waits, in a real browser: it moves on once this browser has confirmed."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import look_at, open_browser
from tests.browser.test_main_job import link_in_mail, newest_mail, sign_up
from tests.servers.sample_site import Site

pytestmark = pytest.mark.browser

ANNA, BORIS = "anna.waits@example.org", "boris.waits@example.org"
MOVED_ON = re.compile("Merci")


def confirm_in(page: Page, site: Site, address: str) -> None:
    """Open the newest confirmation email in a page, and press its button."""
    newest_mail(page, site, address, "onfirm")
    page.goto(link_in_mail(page, "/confirm/"))
    page.get_by_role("main").get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(MOVED_ON)


def test_the_page_moves_on_once_another_tab_has_confirmed(page: Page, site: Site) -> None:
    sign_up(page, site, ANNA)
    confirm_in(page.context.new_page(), site, ANNA)
    page.bring_to_front()
    expect(page.get_by_role("heading", level=1)).to_have_text(MOVED_ON)


def test_another_browser_stays_where_it_is(browser: Browser, page: Page, site: Site) -> None:
    sign_up(page, site, BORIS)
    with open_browser(browser) as other:
        confirm_in(other, site, BORIS)
    with page.expect_response("**/check/state") as asked:
        pass
    assert asked.value.json() == {"is_confirmed": False}
    expect(page.get_by_role("heading", level=1)).not_to_have_text(MOVED_ON)


def test_the_button_counts_down_and_then_sends_again(page: Page, site: Site) -> None:
    page.clock.install()
    sign_up(page, site, "chloe.waits@example.org")
    page.get_by_text("Pas d’e-mail").click()
    button = page.locator("#again button")
    expect(button).to_be_disabled()
    expect(button).to_have_text(re.compile("dans 1[0-9]+ s"))
    look_at(page, "60-check-waits")
    page.clock.run_for(timedelta(minutes=2).total_seconds() * 1000)
    expect(button).to_be_enabled()
    button.click()
    expect(page.get_by_role("alert").or_(page.get_by_role("status")).first).to_contain_text(
        "Un e-mail peut mettre deux minutes"
    )


def test_a_mistyped_address_is_settled_by_one_press(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/")
    page.get_by_label("Votre adresse e-mail").fill("denis@gmial.com")
    page.locator("input[name^=consent_]").first.check()
    page.wait_for_timeout(1600)
    page.get_by_role("main").get_by_role("button").last.click()
    look_at(page, "61-mistyped")
    page.get_by_role("button", name="Utiliser denis@gmail.com").click()
    page.wait_for_url("**/check")
    look_at(page, "62-check")
    expect(page.get_by_role("link", name="Ouvrir Gmail")).to_be_visible()
    page.get_by_role("link", name="Corriger l’adresse").click()
    expect(page.get_by_label("Votre adresse e-mail")).to_have_value("denis@gmail.com")
