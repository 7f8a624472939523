"""A telephone on a slow line: counts the words and bytes of pages, and times their first paint."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.browser.conftest import start_chromium

PHONE = {"width": 390, "height": 844}
BITS_OF_A_BYTE = 8
SETTLES_MS = 500  # later requests are those of the waiting page, again and again
WAITS_AT_MOST_MS = 60_000
WORD = re.compile(r"\S*\w\S*")
PAINTED_MS = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
SEEN_TEXT = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const isSeen = (element, range) => {
    const box = range.getBoundingClientRect();
    if (!box.width || box.bottom <= 0 || box.right <= 0) return false;
    if (element.closest('[aria-hidden=true], footer, option, script, noscript')) return false;
    for (let each = element; each; each = each.parentElement)
      if (each.offsetWidth <= 1 && getComputedStyle(each).position === 'absolute') return false;
    return element.checkVisibility({visibilityProperty: true, opacityProperty: true});
  };
  const texts = [];
  while (walker.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    if (isSeen(walker.currentNode.parentElement, range)) texts.push(walker.currentNode.data);
  }
  return texts.join(' ');
}"""


@dataclass(frozen=True)
class Line:
    """A line of a telephone: its speed, and the wait before each answer."""

    kbit: int
    latency_ms: int


@dataclass(frozen=True, kw_only=True)
class PageFigures:
    """The words of a page, the bytes that came with it, and how long its visitor saw nothing."""

    words: int
    kilobytes: float
    paint_seconds: float


def count_words(text: str) -> int:
    """Return how many words a text has; signs that stand alone are none."""
    return len(WORD.findall(text))


@dataclass
class Telephone:
    """A browser without cookies or cache. `acts` counts what its owner types and presses."""

    page: Page
    acts: int = 0
    _bytes: list[float] = field(default_factory=list)

    def slow_down(self, line: Line) -> None:
        """Load each page over a line from now on, and count its bytes."""
        devtools = self.page.context.new_cdp_session(self.page)
        devtools.send("Network.enable")
        throughput = line.kbit * 1000 // BITS_OF_A_BYTE
        conditions = {"offline": False, "latency": line.latency_ms}
        speeds = dict.fromkeys(("downloadThroughput", "uploadThroughput"), throughput)
        devtools.send("Network.emulateNetworkConditions", {**conditions, **speeds})
        devtools.on("Network.loadingFinished", self._count_bytes)
        devtools.on("Network.requestWillBeSent", self._count_redirect)

    def open(self, url: str) -> None:
        """Open an address."""
        self._bytes.clear()
        self.page.goto(url)

    def press(self, place: Locator) -> None:
        """Press a link, a box or a button, and wait for a page that it opens."""
        self.acts += 1
        self._bytes.clear()
        place.click()
        self.page.wait_for_load_state()

    def fill_in(self, place: Locator, text: str) -> None:
        """Type a text."""
        self.acts += 1
        place.fill(text)

    def measure(self, picture: Path | None = None) -> PageFigures:
        """Return the figures of the page that is open; `picture`: a file for its look."""
        self.page.wait_for_load_state("load")
        self.page.wait_for_timeout(SETTLES_MS)
        if picture:
            self.page.screenshot(path=picture, full_page=True)
        painted_ms = self.page.evaluate(PAINTED_MS)
        return PageFigures(
            words=count_words(self.page.evaluate(SEEN_TEXT)),
            kilobytes=round(sum(self._bytes) / 1000, 1),
            paint_seconds=round(painted_ms / 1000, 2),
        )

    def _count_bytes(self, event: dict[str, Any]) -> None:
        self._bytes.append(event["encodedDataLength"])

    def _count_redirect(self, event: dict[str, Any]) -> None:
        if answer := event.get("redirectResponse"):
            self._bytes.append(answer["encodedDataLength"])


@contextmanager
def telephones() -> Iterator[Browser]:
    """Run Chromium, in which each telephone is a context of its own."""
    with sync_playwright() as playwright:
        browser = start_chromium(playwright)
        yield browser
        browser.close()


@contextmanager
def telephone(browser: Browser, line: Line, language: str) -> Iterator[Telephone]:
    """Take a telephone that has never been on this site."""
    context = browser.new_context(viewport=PHONE, locale=language, is_mobile=True, has_touch=True)  # type: ignore[arg-type]
    context.set_default_timeout(WAITS_AT_MOST_MS)
    taken = Telephone(context.new_page())
    taken.slow_down(line)
    yield taken
    context.close()
