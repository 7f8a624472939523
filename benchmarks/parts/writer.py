"""A member of the team at a browser, whose acts are counted as a review of the console counted.

An act is a click, or a key that does what a click does: that takes from a menu, closes a dialog, or
is a shortcut. A typed text is counted apart: it includes going into its field, the line breaks in
it, and the words behind a slash by which the menu finds what is inserted.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import WIDE, open_browser
from tests.browser.sending_day.party_of_day import SendingParty
from tests.factories.accounts import PASSWORD

IS_PRESSED = "css=button:visible, a:visible, summary:visible, label:visible"


@dataclass
class Tally:
    """The acts of the writers of a task, and the texts that they typed."""

    acts: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """Forget what was done before."""
        self.acts.clear()
        self.texts.clear()


@dataclass
class Writer:
    """One of the team, at a page."""

    page: Page
    party: SendingParty
    tally: Tally

    def open(self, path: str) -> None:
        """Be at a page: it is where a task begins, and no act."""
        self.page.goto(f"{self.party.url}/console/{path}")

    def click(self, what: str | Locator) -> None:
        """Click something: a button, a link or a label that begins with these words."""
        if isinstance(what, str):
            self.tally.acts.append(what)
            what = self.page.locator(IS_PRESSED).filter(has_text=what).first
        else:
            self.tally.acts.append(str(what).partition("selector=")[2].rstrip(">"))
        what.click()

    def key(self, name: str) -> None:
        """Press a key in the place of a click."""
        self.tally.acts.append(name)
        self.page.keyboard.press(name)

    def write(self, place: str, words: str) -> None:
        """Go into a field, and type over what it has."""
        self.tally.texts.append(words)
        self.page.locator(place).fill(words)

    def type(self, words: str) -> None:
        """Type where the caret is."""
        self.tally.texts.append(words)
        self.page.keyboard.type(words)

    def insert(self, words: str) -> None:
        """Type a slash with words, and take the first thing that the menu finds."""
        self.page.keyboard.type(f"/{words}")
        expect(self.page.locator("#insert-menu li").first).to_be_visible()
        self.key("Enter")

    def reads(self, words: str, place: str = "main") -> None:
        """Wait until the page says this."""
        expect(self.page.locator(place)).to_contain_text(words)


@contextmanager
def at_work(browser: Browser, party: SendingParty, *, email: str, tally: Tally) -> Iterator[Writer]:
    """Open a browser for somebody of the team, and sign in."""
    with open_browser(browser, "fr-FR", WIDE) as page:
        someone = Writer(page, party, tally)
        someone.open("")
        page.locator("[name=email]").fill(email)
        page.locator("[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{party.url}/console/")
        yield someone
