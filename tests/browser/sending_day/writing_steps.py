"""The author writes: in two languages to two lists, answers a comment, corrects."""

from playwright.sync_api import Page, expect

from tests.browser.sending_day.colleagues import Colleague
from tests.browser.test_composer import choose, play

FRENCH_SUBJECT, ENGLISH_SUBJECT = "Réunion publique samedi", "Public meeting on Saturday"


def write_campaign(author: Colleague) -> int:
    """Write a message to the first two lists, in French and in English; return its number."""
    page = author.page
    author.open("campaigns/new")
    author.hand.reach(page, "mailing_list_id")
    play(page, "{Space}", "{Tab}", "{Space}")
    author.reads("260", "#audience-total")
    author.write("subject", FRENCH_SUBJECT)
    play(page, "{Enter}", "Bonjour ")
    choose(page, "prenom")
    play(page, "{Tab}", "à vous", "{Enter}", ", venez samedi à la mairie.")
    wait_until_saved(page)
    author.look("01-written")
    page.reload()
    author.press(author.say("Add a language…"), author.say("Add this language"))
    page.wait_for_url("**language=en")
    author.write("subject", ENGLISH_SUBJECT)
    play(page, "{Enter}", "{Control+a}", "Hello ")
    choose(page, "prenom")
    play(page, "{Tab}", "to you", "{Enter}", ", come to the town haul on Saturday.")
    wait_until_saved(page)
    author.look("02-in-english")
    return author.campaign


def comment(reader: Colleague, campaign: int) -> None:
    """Find the English text, and comment on its last words."""
    page = reader.page
    reader.open("campaigns")
    reader.press(FRENCH_SUBJECT)
    page.wait_for_url(f"**/campaigns/{campaign}")
    reader.press("English")
    page.wait_for_url("**language=en")
    page.locator(".ProseMirror").wait_for()
    reader.hand.reach(page, "subject")
    play(page, "{Enter}", "{Control+End}", *["{Control+Shift+ArrowLeft}"] * 4)
    page.wait_for_timeout(300)  # the browser tells a page later what is selected
    play(page, "{Alt+Shift+m}")
    expect(page.locator("#comment")).to_be_focused()
    play(page, "Town hall, not haul.")
    reader.press(reader.say("Comment"))
    reader.reads("Town hall, not haul.", "#comments-list")
    reader.look("03-comment")


def answer_comment(author: Colleague) -> None:
    """Read the comment in the text, correct the word, and say that it is done."""
    page = author.page
    page.reload()
    expect(page.locator(".commented-mark").first).to_be_visible()
    author.hand.reach(page, "subject")
    play(page, "{Enter}", "{Control+End}", *["{Control+ArrowLeft}"] * 4, "{Control+Delete}")
    play(page, "hall ")
    wait_until_saved(page)
    author.press(author.say("Resolve"))
    author.reads_that("No comment is open.")
    author.look("04-comment-resolved")


def correct_word(author: Colleague) -> None:
    """Correct the hour of the French text after the launch was taken back."""
    page = author.page
    author.press(author.say("Edit the draft"))
    page.wait_for_url("**/edit")
    author.hand.reach(page, "subject")
    play(page, "{Enter}", "{Control+End}", " À 18 h.")
    wait_until_saved(page)


def wait_until_saved(page: Page) -> None:
    """Wait until the editor has saved what was written."""
    expect(page.locator("#save-status")).to_have_attribute("data-state", "saved")
