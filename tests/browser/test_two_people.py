"""Two people and one campaign: by keyboard alone from a new draft to its launch."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import LONGEST_WAIT, look_at
from tests.browser.hand import Hand
from tests.browser.test_composer import SAVED, choose, play, wait_for
from tests.browser.test_main_job import sign_in
from tests.factories.pictures import plain_file
from tests.servers.sample_site import Site

pytestmark = pytest.mark.browser

APPROVER = "relectrice@parti.example"
MOST_PRESSES = 5


@pytest.fixture
def colleague(browser: Browser, site: Site) -> Iterator[Page]:
    """Return the page of the second person, signed in."""
    context = browser.new_context(locale="fr-FR")
    context.set_default_timeout(LONGEST_WAIT)
    page = context.new_page()
    sign_in(page, Site(site.url, APPROVER, site.password))
    yield page
    context.close()


def number_on(page: Page) -> str:
    """Return the number of recipients that the page shows."""
    found = re.search(r"\d+", page.locator(".fact-line strong.numeric").inner_text())
    assert found is not None
    return found[0]


def write_campaign(page: Page, site: Site, hand: Hand) -> None:
    """Write a message with a first name, a picture and a button, and wait until it is saved."""
    page.goto(f"{site.url}/console/campaigns/new")
    hand.reach(page, "mailing_list_id")
    page.keyboard.press("Space")
    hand.reach(page, "subject")
    play(page, "Fête de quartier", "{Enter}", "Bonjour ")
    choose(page, "prenom")
    play(page, "{Tab}", "à vous", "{Enter}", ", venez à la fête.", "{Enter}")
    choose(page, "image")
    page.locator("#picture-file").set_input_files(
        {"name": "place.png", "mimeType": "image/png", "buffer": plain_file()}
    )
    expect(page.locator("#image-alt")).to_be_focused()
    play(page, "La place du marché", "{Enter}", "{Enter}")
    choose(page, "bouton")
    play(page, "example.org/venir", "{Enter}", "Je viens")
    wait_for(page, SAVED)


def comment_in_editor(page: Page, colleague: Page) -> None:
    """Comment on two words as the colleague, and see that the writer is named."""
    colleague.goto(page.url)
    expect(colleague.locator("#presence")).to_have_text("Hugo Lefèvre écrit en ce moment.")
    colleague.locator(".ProseMirror").focus()
    play(colleague, "{Control+Home}", *["{Control+ArrowRight}"] * 3, "{Control+Shift+ArrowRight}")
    colleague.wait_for_timeout(300)  # the browser tells a page later what is selected
    play(colleague, "{Alt+Shift+m}")
    expect(colleague.locator("#comment")).to_be_focused()
    play(colleague, "Quelle fête ? @lef", "{ArrowDown}", "{Enter}")
    expect(colleague.locator("#comment")).to_have_value("Quelle fête ? @Hugo Lefèvre ")
    play(colleague, "{Tab}")
    hand = Hand()
    hand.press(colleague, "Commenter")
    expect(colleague.locator("#comments-list")).to_contain_text("1 collègue recevra un e-mail")
    expect(colleague.locator(".ProseMirror .commented")).not_to_be_empty()
    look_at(colleague, "91-comment-in-editor")
    hand.press(colleague, colleague.locator("[data-block] .link-button").inner_text())
    expect(colleague.locator(".ProseMirror")).to_be_focused()


def freeze(page: Page, hand: Hand) -> None:
    """Send a test, and ask for approval, on one page."""
    hand.press(page, "Tester")
    page.wait_for_url("**/decision")
    expect(page.locator("main")).to_contain_text("Cette version")
    look_at(page, "93-tests-sent")
    hand.press(page, "Demander l’approbation")
    expect(page.locator("#progress")).to_have_attribute("data-active", "true")
    expect(page.locator("main")).to_contain_text("Quelle fête ?")
    look_at(page, "95-asked-with-comments")


def approve(colleague: Page, campaign: str, hand: Hand) -> None:
    """Follow the link of the email, read, and approve."""
    hand.presses.append("the link in the email")
    colleague.goto(f"{campaign}/decision")
    look_at(colleague, "96-approval-with-comments")
    hand.reach(colleague, "recipients")
    play(colleague, number_on(colleague))
    hand.press(colleague, "Approuver pour")
    expect(colleague.locator("main")).to_contain_text("approuvée par")


def test_a_campaign_goes_by_keyboard_alone_from_new_to_its_launch(
    page: Page, colleague: Page, site: Site
) -> None:
    hand = Hand()
    sign_in(page, site)
    write_campaign(page, site, hand)
    comment_in_editor(page, colleague)
    page.reload()
    expect(page.locator(".commented-mark")).to_be_visible()
    freeze(page, hand)
    page.clock.install()
    page.reload()
    approve(colleague, campaign := page.url.removesuffix("/decision"), hand)
    page.clock.fast_forward("00:11")  # the page of the author notices the approval by itself
    expect(page.get_by_role("button", name="Lancer pour")).to_be_visible()
    look_at(page, "94-approved")
    hand.reach(page, "recipients")
    play(page, number_on(page))
    hand.press(page, "Lancer pour")
    page.wait_for_url(campaign)
    assert len(hand.presses) <= MOST_PRESSES, hand.presses
    colleague.goto(f"{campaign}/comments")
    look_at(colleague, "97-comments-page")
