"""The waiting page in a real browser: it sends the form again until it is taken."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import look_at
from tests.servers.processes import wait_until
from tests.servers.sample_site import Site

pytestmark = pytest.mark.browser

ADDRESS = "claude.martin@example.org"
LONGEST_WAIT = 61_000  # of the browser's clock, which the test moves


@contextmanager
def refusing_server(folder: Path) -> Iterator[None]:
    """Let the server store nothing for the block."""
    _rename(folder, "signup_request", "elsewhere")
    yield
    _rename(folder, "elsewhere", "signup_request")


def _rename(folder: Path, old: str, new: str) -> None:
    with closing(sqlite3.connect(folder / "supporters.db", timeout=10)) as database:
        database.execute(f"ALTER TABLE {old} RENAME TO {new}")


def fill_in(page: Page, site: Site, address: str, language: str = "fr") -> None:
    """Fill in the signup page as a person does."""
    page.goto(f"{site.url}/{language}/join/national")
    page.locator("input[name=email]").fill(address)
    page.get_by_role("main").get_by_text(re.compile("first name|prénom")).first.click()
    page.locator("input[name=given_name]").fill("Claude <b>")
    page.locator("input[name^=consent_]").first.check()
    page.wait_for_timeout(1600)


def waits_longer(page: Page) -> bool:
    """Move the browser's clock by the longest wait; tell whether the signup was refused again."""
    page.clock.run_for(LONGEST_WAIT)
    return "encore beaucoup" in page.get_by_role("status").inner_text()


def is_taken(page: Page) -> bool:
    """Move the browser's clock by the longest wait; tell whether the signup was taken."""
    if not page.url.endswith("/check"):
        page.clock.run_for(LONGEST_WAIT)
    return page.url.endswith("/check")


def send(page: Page) -> None:
    """Press the large button."""
    page.get_by_role("main").get_by_role("button").click()


def test_a_refused_signup_is_sent_again_until_it_is_taken(
    page: Page, open_site: Site, folder: Path
) -> None:
    fill_in(page, open_site, ADDRESS)
    page.clock.install()
    with refusing_server(folder):
        send(page)
        expect(page.get_by_role("status")).to_contain_text("d’elle-même")
        look_at(page, "90-waiting")
        assert wait_until(lambda: waits_longer(page), every=0.5)
        look_at(page, "91-waiting-longer")
    assert wait_until(lambda: is_taken(page), every=0.5)
    expect(page.get_by_role("main")).to_contain_text(ADDRESS)


def test_a_signup_waits_without_scripts(browser: Browser, open_site: Site, folder: Path) -> None:
    context = browser.new_context(locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    fill_in(page, open_site, "without.scripts@example.org", "en")
    with refusing_server(folder):
        send(page)
        expect(page.get_by_role("status")).to_contain_text("then press the button")
    send(page)
    page.wait_for_url("**/check")
    context.close()


def refuse_one(page: Page, site: Site) -> None:
    """Send signups until the network has used up its minute: the browser is then calculating."""
    for number in range(6):  # a minute may end between two of them
        fill_in(page, site, f"claude{number}@example.org")
        send(page)
        expect(page.locator("#check, #waiting")).to_be_visible()
        if page.locator("#waiting").count():
            return
    pytest.fail("No signup was over the limit.")


def test_a_browser_over_a_limit_calculates_and_is_let_in(page: Page, limited_site: Site) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/altcha-pbkdf2*", hold)
    refuse_one(page, limited_site)
    expect(page.get_by_role("status")).to_contain_text("court calcul")
    look_at(page, "92-calculates")
    for route in held:
        route.continue_()
    page.unroute("**/altcha-pbkdf2*")
    page.wait_for_url("**/check", timeout=60_000)
    expect(page.get_by_role("main")).to_contain_text("@example.org")


def test_a_browser_that_cannot_calculate_waits_for_minutes(page: Page, limited_site: Site) -> None:
    page.route("**/altcha-pbkdf2*", lambda route: route.abort())
    refuse_one(page, limited_site)
    expect(page.get_by_role("status")).to_contain_text("dans 3 minutes")
    look_at(page, "93-waits-minutes")
