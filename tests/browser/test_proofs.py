"""The proofs of a consent in a real browser: evidence, explanation, receipt, log."""

import re

import pytest
from playwright.sync_api import Page, expect

from supporters import clock
from supporters.development.sample_data import SENT, list_visitors
from tests.browser.conftest import look_at
from tests.browser.test_main_job import link_in_mail, open_person, sign_in
from tests.servers.sample_site import Site

pytestmark = pytest.mark.browser


def open_evidence(page: Page, site: Site) -> None:
    """Ask for the evidence of a reader as an owner; this seals the waiting entries."""
    sign_in(page, site)
    open_person(page, site, reader())
    page.get_by_role("link", name="Preuve du consentement…").click()
    look_at(page, "50-evidence-ask")
    page.locator("textarea[name=reason]").fill("Elle écrit qu’elle ne s’est jamais inscrite.")
    page.get_by_role("main").get_by_role("button").click()
    page.wait_for_url(re.compile(r"/evidence/\d+$"))


def reader() -> str:
    """Return the address of somebody who gets the sample campaign, in French."""
    return next(
        each.address
        for each in list_visitors(clock.now())
        if each.language == "fr" and 0 in each.lists and each.unsubscribes_at is None
    )


def open_why(page: Page, site: Site) -> str:
    """Open the link in an email of the sample campaign; return the address."""
    page.goto(f"{site.url}/dev/inbox?to={reader()}")
    page.get_by_role("link", name=SENT.subject).first.click()
    _, path = link_in_mail(page, "/why/").split("/fr/")  # it names the first address of the sample
    address = f"{site.url}/fr/{path}"
    page.goto(address)
    return address


def test_the_evidence_is_shown_and_saved(page: Page, site: Site) -> None:
    open_evidence(page, site)
    look_at(page, "51-evidence")
    expect(page.locator("main")).to_contain_text(site.email)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Enregistrer pour lire (HTML)").click()
    assert saved.value.suggested_filename.startswith("evidence-")
    file = saved.value.path().read_text(encoding="utf-8")
    page.goto("about:blank")  # a page of the site would lend the file its policy
    page.set_content(file)
    look_at(page, "52-evidence-file")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_reader_sees_why_gets_a_receipt_and_finds_the_log(
    page: Page, site: Site, language: str
) -> None:
    open_evidence(page, site)
    address = open_why(page, site).replace("/fr/why/", f"/{language}/why/")
    page.goto(address)
    look_at(page, f"53-why-{language}")
    assert "@" not in page.locator("#record + dl, dl").first.inner_text()
    page.locator('main a[href*="/receipt/"]').click()
    look_at(page, f"54-receipt-{language}")
    expect(page.locator("main blockquote")).to_be_visible()
    page.locator("footer summary").click()
    page.locator(f'footer a[href="/{language}/consent-log"]').click()
    look_at(page, f"55-consent-log-{language}")
    expect(page.locator("main pre").first).to_contain_text("/consent-log")


def test_who_never_signed_up_presses_once(page: Page, site: Site) -> None:
    address = open_why(page, site)
    page.get_by_role("button", name="Je ne me suis jamais inscrit").click()
    look_at(page, "56-disputed")
    page.goto(address)
    look_at(page, "57-why-disputed")
    expect(page.locator("main form")).to_have_count(0)


@pytest.mark.parametrize(("name", "path"), [("58-why-test", "test"), ("59-why-nothing", "erased")])
def test_calm_pages_for_mails_to_nobody(page: Page, site: Site, name: str, path: str) -> None:
    from supporters.config import load_settings
    from supporters.crypto.tokens import TokenPurpose, TokenSigner

    subscriber_id = {"test": 0, "erased": 404}[path]
    keys = load_settings({"SUPPORTERS_ENV": "development"}).secret_keys
    token = TokenSigner(keys).sign(TokenPurpose.WHY, [subscriber_id, 1, 1])
    page.goto(f"{site.url}/fr/why/{token}")
    look_at(page, name)
    expect(page.locator("main form")).to_have_count(0)
