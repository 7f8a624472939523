"""A member of the team at a browser of their own, who uses the keyboard alone."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.conftest import SCREENSHOTS, WIDE, open_browser
from tests.browser.hand import Hand
from tests.browser.sending_day.party_of_day import SendingParty
from tests.browser.sending_day.said_words import in_language
from tests.factories.accounts import PASSWORD

TELEPHONE: ViewportSize = {"width": 375, "height": 812}
NAMES = {"fr": "Français", "en": "English"}
TOO_WIDE = "document.documentElement.scrollWidth > window.innerWidth"


@dataclass
class Colleague:
    """One of the team. Steps say the words of the program in English, its keys."""

    page: Page
    party: SendingParty
    email: str
    language: str
    size: ViewportSize
    hand: Hand = field(default_factory=Hand)

    def say(self, words: str | tuple[str, str], **values: object) -> str:
        """Return words of the program in the language of the pages."""
        said = in_language(words, self.language)
        return said % values if values else said

    def change_place(self) -> None:
        """Go on in the other language, at the other kind of screen."""
        page = self.page.url
        self.open("")
        self.language = "en" if self.language == "fr" else "fr"
        self.press(NAMES[self.language])
        self.size = TELEPHONE if self.size == WIDE else WIDE
        self.page.set_viewport_size(self.size)
        expect(self.page.locator("html")).to_have_attribute("lang", self.language)
        self.page.goto(page)

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

    def reads(self, words: str, place: str = "main") -> None:
        """Wait until the page says this."""
        expect(self.page.locator(place)).to_contain_text(words)

    def reads_that(
        self, words: str | tuple[str, str], place: str = "main", **values: object
    ) -> None:
        """Wait until the page says words of the program, with any values but these."""
        said = re.split(r"%\((\w+)\)s", in_language(words, self.language))
        for number in range(1, len(said), 2):
            said[number] = re.escape(str(values.get(said[number], ""))) or ".*"
        said[::2] = map(re.escape, said[::2])
        expect(self.page.locator(place)).to_contain_text(re.compile("".join(said), re.DOTALL))

    def look(self, name: str) -> None:
        """Look at the page as it stands: it has no text beyond its edge."""
        self.page.wait_for_load_state()
        assert not self.page.evaluate(TOO_WIDE), f"{name} scrolls sideways"
        if SCREENSHOTS.is_dir():
            self.page.screenshot(path=SCREENSHOTS / f"day-{name}.png", full_page=True)


@contextmanager
def at_work(
    browser: Browser, party: SendingParty, email: str, language: str, size: ViewportSize
) -> Iterator[Colleague]:
    """Open a browser for somebody of the team, and sign in."""
    with open_browser(browser, language, size) as page:
        someone = Colleague(page, party, email, language, size)
        someone.open("")
        someone.write("email", email)
        someone.write("password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{party.url}/console/")
        yield someone
