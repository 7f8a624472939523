"""The store of unsaved texts in a real browser: when it is closed, emptied, or old."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stored_texts import store_text, stored_texts, stored_words
from tests.browser.test_composer import SAVED, play, wait_for, write_draft
from tests.browser.test_main_job import sign_in
from tests.browser.test_no_word_lost import UNREACHABLE
from tests.browser.test_stored_drafts import leave_and_stay
from tests.servers.processes import wait_until
from tests.servers.sample_site import Site

pytestmark = pytest.mark.browser

DAY = 24 * 60 * 60 * 1000
CLOSED = """Object.defineProperty(window, "indexedDB", {
  get() { throw new DOMException("closed", "SecurityError"); },
});"""


def test_a_closed_store_leaves_the_question_before_leaving_and_signing_out(
    page: Page, site: Site
) -> None:
    page.add_init_script(CLOSED)
    sign_in(page, site)
    write_draft(page, site, "Premier")
    page.route("**/document", lambda route: route.abort())
    play(page, " jet")
    wait_for(page, UNREACHABLE)
    assert leave_and_stay(page, "Historique") == "beforeunload"
    page.unroute("**/document")
    wait_for(page, SAVED)
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page).not_to_have_url(re.compile("/console/campaigns"))


def test_words_are_stored_again_after_somebody_emptied_the_browser(page: Page, site: Site) -> None:
    sign_in(page, site)
    write_draft(page, site, "Un")
    page.route("**/document", lambda route: route.abort())
    play(page, " deux")
    assert wait_until(lambda: stored_words(page) == "Un deux")
    session = page.context.new_cdp_session(page)
    emptied = {"origin": site.url, "storageTypes": "indexeddb"}
    session.send("Storage.clearDataForOrigin", emptied)
    assert wait_until(lambda: stored_texts(page) == [])
    play(page, " trois")
    assert wait_until(lambda: stored_words(page) == "Un deux trois")


def test_texts_of_all_accounts_are_erased_after_seven_days(page: Page, site: Site) -> None:
    sign_in(page, site)
    now = page.evaluate("Date.now()")
    for name, age in (("another:1", 8 * DAY), ("another:2", 6 * DAY), ("another:3", -DAY)):
        store_text(page, name, at=now - age)
    page.goto(f"{site.url}/console/campaigns/new")
    assert wait_until(lambda: stored_texts(page) == ["another:2"])
