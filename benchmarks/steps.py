"""Walks from the home page to “confirmed” on a telephone with a slow line, and counts.

`flask develop` runs with its sample party, as `make run` starts it: of this checkout, or of another
version for a comparison (a checkout with its own .venv, and its catalogues compiled). Visitors
without cookies or cache sign up in pairs: the first one presses the button of the email and that of
the page behind it, which opens in a browser of its own, as from a mail program; the second one
types the code. Each row is the median of the pairs (the lower one of two):

- *_words: words that are seen without a press, but for the foot of the page, which is the same on
  all pages (of the email: words of its text part, but for its links)
- *_kb: kilobytes that came over the line with the page, as they were compressed
- *_paint_s: from the press to the first paint
- *_field_px, *_button_px, *_button_end_px: from the top of the page to the field of the address, to
  the button that sends the form, and to its lower edge, at 390 pixels
- link_acts, code_acts: presses and typed fields of each of them; link_words: of all pages and the
  email; code_words: those that the second one sees, with the subject instead of the email

    PYTHONPATH=. .venv/bin/python benchmarks/steps.py --kbit 400 --latency 400 --pictures FOLDER
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

from benchmarks.parts.developed_site import DevelopedSite, developed
from benchmarks.parts.evening.rush_steps import FASTEST_HUMAN
from benchmarks.parts.installation import ROOT
from benchmarks.parts.measured_pages import Line, Telephone, count_words, telephone, telephones
from benchmarks.parts.printing import print_results

BY_LINK, BY_CODE = "camille{}@example.org", "dominique{}@example.org"
FAST_KBIT = 100_000
TARGETS = {"link_words": 350, "code_acts": 6, "button_px": 850, "kb": 30, "paint_s": 1.5}


def main() -> int:
    """Run once. Return 0 if all targets are met."""
    options = _read_options()
    if options.pictures:
        options.pictures.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder) / "instance"
        with developed(options.checkout.resolve(), instance) as site, telephones() as browser:
            walk = Walk(
                site=site,
                browser=browser,
                line=Line(options.kbit, options.latency),
                language=options.language,
                pictures=options.pictures,
            )
            replace(walk, line=Line(FAST_KBIT, 0)).as_figures()  # it warms the pages up
            numbers = range(1, 1 + options.pairs)
            walks = [replace(walk, number=each).as_figures() for each in numbers]
    figures = {name: statistics.median_low(walk[name] for walk in walks) for name in walks[0]}
    missed = [*_list_missed(figures)]
    print_results(figures, is_json=options.json)
    for each in missed:
        print(f"Missed: {each}")
    return 1 if missed else 0


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--checkout", type=Path, default=ROOT, help="the folder of a version")
    parser.add_argument("--language", default="fr")
    parser.add_argument("--pairs", type=int, default=3, help="of visitors")
    parser.add_argument("--kbit", type=int, default=400, help="speed of the line, a second")
    parser.add_argument("--latency", type=int, default=0, help="of each answer, in ms")
    parser.add_argument("--pictures", type=Path, help="a folder for the pages as they look")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


@dataclass(frozen=True, kw_only=True)
class Walk:
    """The two ways from the home page to the end, by a pair of visitors with a number."""

    site: DevelopedSite
    browser: Browser
    line: Line
    language: str
    pictures: Path | None
    number: int = 0

    def as_figures(self) -> dict[str, float]:
        """Return the figures of each page of the visitor with the link, and of both whole ways."""
        figures = dict(self._pages_by_link())
        words = sum(value for name, value in figures.items() if name.endswith("_words"))
        return {**figures, "link_words": words, **dict(self._by_code())}

    def _by_code(self) -> Iterator[tuple[str, float]]:
        address = BY_CODE.format(self.number)
        with telephone(self.browser, self.line, self.language) as phone:
            words = sum(
                value for name, value in self._sign_up(phone, address) if name.endswith("_words")
            )
            letter = self.site.wait_for_email(address)
            field = phone.page.locator("main input[name=code]")
            phone.fill_in(field, letter.code)
            phone.press(_button_of(field))
            yield "code_acts", phone.acts
            yield "code_words", words + count_words(letter.subject) + phone.measure().words

    def _pages_by_link(self) -> Iterator[tuple[str, float]]:
        address = BY_LINK.format(self.number)
        with telephone(self.browser, self.line, self.language) as phone:
            yield from self._sign_up(phone, address)
            acts = phone.acts
        letter = self.site.wait_for_email(address)
        yield "email_words", count_words(letter.text.replace(letter.link, ""))
        with telephone(self.browser, self.line, self.language) as phone:
            phone.acts = acts + 2  # they opened the email and pressed its button
            phone.open(letter.link)
            yield from self._measure(phone, "confirmation")
            phone.press(phone.page.locator("main form button[type=submit]").first)
            yield from self._measure(phone, "thanks")
            yield "link_acts", phone.acts

    def _sign_up(self, phone: Telephone, address: str) -> Iterator[tuple[str, float]]:
        page = phone.page
        phone.open(f"{self.site.url}/")
        yield from self._measure(phone, "home")
        if not _address_of(page).count():
            phone.press(page.locator("main a[href*='/join/']").first)
            yield from self._measure(phone, "form")
        yield from _places(page)
        phone.fill_in(_address_of(page), address)
        phone.press(page.locator("main input[name^=consent_]").first)
        time.sleep(FASTEST_HUMAN)
        phone.press(_button_of(_address_of(page)))
        yield from self._measure(phone, "check")

    def _measure(self, phone: Telephone, name: str) -> Iterator[tuple[str, float]]:
        figures = phone.measure(self.pictures and self.pictures / f"{name}.png")
        yield f"{name}_words", figures.words
        yield f"{name}_kb", figures.kilobytes
        yield f"{name}_paint_s", figures.paint_seconds


def _address_of(page: Page) -> Locator:
    return page.locator("main input[name=email]")


def _button_of(field: Locator) -> Locator:
    """Return the button of the form of a field."""
    return field.locator("xpath=ancestor::form//button[@type='submit']").first


def _places(page: Page) -> Iterator[tuple[str, float]]:
    field, button = _address_of(page).bounding_box(), _button_of(_address_of(page)).bounding_box()
    assert field
    assert button
    yield "field_px", round(field["y"])
    yield "button_px", round(button["y"])
    yield "button_end_px", round(button["y"] + button["height"])


def _list_missed(figures: dict[str, float]) -> Iterator[str]:
    for name, target in TARGETS.items():
        for row, value in figures.items():
            if (row == name or row.endswith(f"_{name}")) and value > target:
                yield f"{row} is {value}, and should be at most {target}."


if __name__ == "__main__":
    sys.exit(main())
