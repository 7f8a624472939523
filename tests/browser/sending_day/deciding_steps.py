"""Test, ask, approve, plan, launch: each on the page that decides about a campaign."""

import re
from datetime import datetime

from playwright.sync_api import expect

from tests.browser.sending_day.colleagues import Colleague

WANTED = "Your approval is wanted: %(subject)s"
APPROVE = ("Approve for %(count)s person", "Approve for %(count)s people")
LAUNCH = ("Launch to %(count)s person", "Launch to %(count)s people")


def ask(author: Colleague, name: str) -> None:
    """Test what is open in the editor, and ask for its approval."""
    page = author.page
    author.press(author.say("Test it"))
    page.wait_for_url("**/decision*")
    author.reads_that("This version")
    author.look(f"{name}-tested")
    author.press(author.say("Ask for approval"))
    expect(page.locator("#progress")).to_have_attribute("data-active", "true")
    author.look(f"{name}-asked")


def approve(approver: Colleague, people: int, name: str) -> None:
    """Follow the link of the email, read both texts, type the number, and approve."""
    approver.open(approver.party.link_in_notice(approver.email, WANTED))
    approver.reads_that("Approve this campaign?")
    approver.look(f"{name}-to-approve")
    approver.write("recipients", str(people))
    approver.press(approver.say(APPROVE, count=people))
    approver.reads_that("approved by %(who)s on %(when)s")
    approver.look(f"{name}-approved")


def notices_approval(author: Colleague) -> None:
    """Wait at the page where the author asked, until it notices the approval by itself."""
    expect(author.page.locator("[name=recipients]")).to_be_visible()


def notices_launch(author: Colleague) -> None:
    """Wait at the page of a planned campaign, until it shows by itself how to stop it."""
    expect(author.page.locator("#grace")).to_be_visible()
    author.look("34-hour-came")


def plan(author: Colleague, moment: datetime, people: int, name: str) -> None:
    """Plan an approved campaign for an hour."""
    author.choose("when", 1)
    type_hour(author, moment)
    author.write("recipients", str(people))
    author.look(f"{name}-hour-typed")
    author.press(author.say("Plan for this hour"))
    author.page.wait_for_url(re.compile(r"/campaigns/\d+$"))
    author.reads_that("Planned: %(when)s")
    author.look(f"{name}-planned")


def type_hour(author: Colleague, moment: datetime) -> None:
    """Type a day and an hour into their fields, as the menus of this Chromium are: in English."""
    author.write("day", f"{moment:%m%d%Y}")
    author.write("hour", f"{moment:%I%M%p}")


def launch_in_waves(author: Colleague, first: int, people: int, name: str) -> None:
    """Launch an approved campaign now, to a number of people first."""
    page = author.page
    if not page.locator("[name=wave_people]").is_visible():  # else it is as it was chosen before
        author.press(author.say("First to some people…"))
        author.choose("wave", 2)
        author.write("wave_people", str(first))
    assert page.locator("[name=wave_people]").input_value() == str(first)
    author.write("recipients", str(people))
    author.look(f"{name}-to-launch")
    author.press(author.say(LAUNCH, count=people))
    page.wait_for_url(re.compile(r"/campaigns/\d+$"))
    author.reads_that("The first email leaves in %(time)s")
    author.look(f"{name}-grace")


def move(colleague: Colleague, subject: str, moment: datetime, name: str) -> None:
    """Find a planned campaign, and give it another hour."""
    colleague.open("campaigns")
    colleague.press(subject)
    colleague.reads_that("Planned: %(when)s")
    type_hour(colleague, moment)
    colleague.look(f"{name}-to-move")
    colleague.press(colleague.say("Move to this hour"))
    colleague.reads(f"{moment:%H:%M}")
    colleague.look(f"{name}-moved")


def take_back(author: Colleague) -> None:
    """Stop a launch in its time of grace: it is a draft again."""
    author.press(author.say("Stop, I’ll correct it"))
    author.reads_that("Stopped: nobody got it. It is a draft again, with its text.")
    author.look("17-taken-back")
