"""A member of the team at a browser of their own, who uses the keyboard alone."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.conftest import SCREENSHOTS, open_browser
from tests.browser.hand import Hand
from tests.browser.sending_day.party_of_day import SendingParty
from tests.factories.accounts import PASSWORD

TELEPHONE: ViewportSize = {"width": 375, "height": 812}
TOO_WIDE = "document.documentElement.scrollWidth > window.innerWidth"


@dataclass
class Colleague:
    """One of the team."""

    page: Page
    party: SendingParty
    email: str
    hand: Hand = field(default_factory=Hand)

    @property
    def campaign(self) -> int:
        """The number of the campaign in the address of the page."""
        found = re.search(r"/campaigns/(\d+)", self.page.url)
        assert found is not None, self.page.url
        return int(found[1])

    def open(self, path: str) -> None:
        """Open a page of the console by its address, as a bookmark or a link in an email does."""
        self.page.goto(path if path.startswith("http") else f"{self.party.url}/console/{path}")
        if "/console/password" in self.page.url:  # the sign-in was some time ago
            self.write("password", PASSWORD)
            self.page.keyboard.press("Enter")
            self.page.wait_for_url(f"{self.party.url}/console/{path}")

    def press(self, *names: str) -> None:
        """Press buttons and links, one after the other."""
        for each in names:
            self.hand.press(self.page, each)

    def write(self, name: str, words: str) -> None:
        """Write into a field."""
        self.hand.write(self.page, name, words)

    def choose(self, name: str, steps: int) -> None:
        """Choose another one of a group of choices."""
        self.hand.choose(self.page, name, steps)

    def reads(self, words: str | re.Pattern[str], place: str = "main") -> None:
        """Wait until the page says this."""
        expect(self.page.locator(place)).to_contain_text(words)

    def look(self, name: str) -> None:
        """Look at the page as it stands: it has no text beyond its edge."""
        self.page.wait_for_load_state()
        assert not self.page.evaluate(TOO_WIDE), f"{name} scrolls sideways"
        if SCREENSHOTS.is_dir():
            self.page.screenshot(path=SCREENSHOTS / f"day-{name}.png", full_page=True)


@contextmanager
def at_work(
    browser: Browser, party: SendingParty, email: str, locale: str, size: ViewportSize
) -> Iterator[Colleague]:
    """Open a browser for somebody of the team, and sign in."""
    with open_browser(browser, locale, size) as page:
        someone = Colleague(page, party, email)
        someone.open("")
        someone.write("email", email)
        someone.write("password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{party.url}/console/")
        yield someone
