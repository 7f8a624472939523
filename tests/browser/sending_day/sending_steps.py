"""The acts of a team while a campaign is sent: thresholds, the first wave, a trip, a stop."""

from playwright.sync_api import expect

from tests.browser.sending_day.colleagues import Colleague

PAUSED = "Paused: %(subject)s"
TRIPPED = (
    "Paused by itself on %(when)s: the mail server rejected %(count)s of the last %(base)s "
    "addresses. Your threshold is %(limit)s of 1,000. Find out why, for example an old list, then "
    "resume or cancel the campaign."
)
OF_WAVE = (
    "It went to %(count)s person. The others wait.",
    "It went to %(count)s people. The others wait.",
)
RESULT = ("accepted", "refused")


def set_threshold(owner: Colleague, refused: int, name: str) -> None:
    """Say at how many dead addresses of 1,000 a campaign pauses itself."""
    owner.open("settings/thresholds")
    owner.write("refused", str(refused))
    owner.press(owner.say("Change"))
    owner.reads_that("Changed. The new thresholds take effect at once.")
    owner.look(name)


def continue_after_wave(author: Colleague, first: int) -> None:
    """Read what the first wave did, and let everybody else get the campaign."""
    author.page.reload()
    author.reads(author.say(OF_WAVE, count=first).partition(".")[0])
    author.look("21-wave")
    author.press(author.say("Send to everybody else"))
    author.reads_that("The campaign goes on: everybody else gets it now.")


def read_of_trip(owner: Colleague) -> None:
    """Follow the email about the paused campaign, and read which addresses were refused."""
    owner.open(owner.party.link_in_notice(owner.email, PAUSED))
    owner.reads_that(TRIPPED)
    owner.look("23-tripped")
    owner.press(owner.say("Which addresses were rejected…"))
    owner.reads_that("Rejected addresses", "h1")
    owner.press(owner.say("Show the addresses"))
    owner.reads("@disparu.example")
    owner.look("24-refused-people")


def stop_everything(colleague: Colleague, reason: str) -> None:
    """Stop all sending, from the page of all campaigns."""
    colleague.open("campaigns")
    colleague.press(colleague.say("Settings"), colleague.say("Stop all sending"))
    colleague.page.wait_for_url("**/sending/stop")
    colleague.write("reason", reason)
    colleague.look("26-to-stop")
    colleague.press(colleague.say("Stop all sending"))
    colleague.reads(reason)
    colleague.look("27-stopped")


def let_sending_continue(owner: Colleague, reason: str) -> None:
    """Read who stopped it and why, and let it continue."""
    owner.open("")
    owner.press(owner.say("Let sending continue…"))
    owner.page.wait_for_url("**/sending/resume")
    owner.write("reason", reason)
    owner.look("28-to-continue")
    owner.press(owner.say("Let sending continue"))
    owner.reads_that("Sending continues.")


def read_result(author: Colleague) -> tuple[int, int]:
    """Wait at the page until it shows the result by itself: how many got it, and were refused."""
    result = author.page.locator("section[aria-labelledby=result-title]")
    expect(author.page.locator("#progress")).to_have_attribute("data-active", "false")
    author.page.reload()
    author.look("29-result")
    numbers = [result.locator(f".ledger-{each} strong").inner_text() for each in RESULT]
    return int(numbers[0]), int(numbers[1])


def begin_correction(author: Colleague) -> int:
    """Begin a correction to the same people from the result; return it."""
    author.press(author.say("Send these people a correction"))
    author.page.wait_for_url("**/edit")
    author.look("30-correction")
    return author.campaign


def put_on_site(author: Colleague, campaign: int, subject: str) -> None:
    """Put the email into the archive, and open its page as everybody can."""
    author.open(f"campaigns/{campaign}")
    author.press(author.say("Put it on the site…"))
    author.page.wait_for_url("**/publish")
    author.press(author.say("Put it on the site"))
    author.page.wait_for_url(f"**/campaigns/{campaign}")
    author.press("/archive/")
    author.page.wait_for_url("**/archive/**")
    author.reads(subject)
    author.look("35-archive")
