"""In a real browser: a campaign begins with a template, pieces go in and out, emails get a look."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import look_at
from tests.browser.test_composer import SAVED, blocks, outline, play, wait_for
from tests.browser.test_main_job import sign_in
from tests.servers.sample_site import Site

WORDS = ".ProseMirror > p:not(.fault)"

pytestmark = pytest.mark.browser


@pytest.fixture
def writer(page: Page, site: Site) -> Page:
    """Return the page of an owner, who may do everything here."""
    sign_in(page, site)
    return page


def test_a_template_is_filled_in_and_a_piece_of_it_is_used_again(writer: Page, site: Site) -> None:
    page = writer
    page.goto(f"{site.url}/console/campaigns")
    page.get_by_role("link", name="Partir d’un modèle…").click()
    page.locator(".starts summary").nth(4).click()
    expect(page.frame_locator(".starts iframe >> nth=4").get_by_text("[[")).not_to_have_count(0)
    look_at(page, "90-start")
    page.get_by_role("link", name=re.compile("Utiliser : Deux lignes urgentes")).press("Enter")
    expect(page.locator("#gap-list li").first).to_contain_text("À compléter")
    expect(page.locator("#paper .gap").first).to_be_visible()
    page.locator("#preview-toggle").press("Enter")
    expect(page.locator("#preview-holder iframe.is-ready")).to_be_visible()
    page.locator(WORDS).last.click()
    play(page, "{Home}", "{Shift+End}", "Anna Martin", "{Control+a}", "{Alt+F10}", "{Enter}")
    page.get_by_role("button", name="Enregistrer comme élément…").press("Enter")
    expect(page.locator("#piece-name")).to_be_focused()
    play(page, "Signature", "{Enter}")
    expect(page.locator("#announcements")).to_have_text(re.compile("Enregistré comme élément"))
    expect(page.locator(".ProseMirror")).to_be_focused()
    play(page, "{Alt+F10}", "{Enter}")
    page.get_by_role("button", name="Signature", exact=True).press("Enter")
    expect(page.locator("#announcements")).to_have_text("Inséré : Signature.")
    wait_for(page, SAVED)
    written = [outline(each) for each in blocks(page)]
    assert written[:3] == written[3:]
    assert written[2] == "paragraph(Anna Martin)"


def test_the_look_of_emails_is_seen_while_it_is_chosen(writer: Page, site: Site) -> None:
    page = writer
    page.goto(f"{site.url}/console/settings/theme")
    page.locator("#accent").fill("#7a1f5c")
    sample = page.frame_locator("iframe[title*=e-mail][data-dark=no]")
    expect(sample.locator("td[bgcolor='#7a1f5c']").first).to_be_visible()
    look_at(page, "91-look-of-emails")
    page.locator("#accent").fill("#ffee88")
    page.get_by_role("button", name="Enregistrer l’apparence").click()
    expect(page.locator("#accent_words-error")).to_contain_text("au moins 4,5")
    look_at(page, "92-look-refused")
    page.locator("#accent").fill("#7a1f5c")
    page.get_by_role("button", name="Enregistrer l’apparence").click()
    expect(page.get_by_text("ont cette apparence")).to_be_visible()
    page.goto(f"{site.url}/console/templates")
    look_at(page, "93-templates")
