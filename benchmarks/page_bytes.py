"""Counts the bytes that the pages of the console take over the line, in a real Chromium.

The sample party runs as `make run` starts it, with the compressed copies of static files that
`make install` makes. An owner signs in, and opens pages: the editor of a stored draft with an empty
cache, then with a filled one, and each page that links lead to. A page counts with its styles,
scripts, images and later requests, headers included. The emails and public pages that it shows in
frames are what one came to see: they stand in a column apart. Results:

- editor_cold_kb, editor_gzip_kb: with an empty cache; if the browser or the proxy knows gzip alone
- editor_kb: with a filled cache
- pages, heaviest_kb, over_limit: the other pages, with a filled cache

It fails if the editor has more than 125 kB with an empty cache, or a page more than 15 kB with a
filled one. The audit log, which grows with what the team did, may have more.

    PYTHONPATH=. .venv/bin/python benchmarks/page_bytes.py --json
"""

import argparse
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import CDPSession, Page, sync_playwright

from benchmarks.parts.printing import Figure, print_results, print_step
from supporters.web.static_copies import make_copies
from tests.browser.conftest import open_browser, start_chromium
from tests.browser.test_main_job import sign_in
from tests.servers.sample_site import Site, start_site

COLD_KB, PAGE_KB = 125.0, 15.0
LONG = {"/console/audit"}  # fifty acts of the team, and their filters
FILE = re.compile(r"\.(csv|svg|png|pdf|zip|eml|md|json|html)$")
MODERN, GZIP_ALONE = ["gzip", "deflate", "br"], ["gzip", "deflate"]
SETTLES_MS = 800


class Line:
    """The line of a page: the bytes that came for the page itself, and for its frames."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._devtools: CDPSession = page.context.new_cdp_session(page)
        self._devtools.send("Network.enable")
        self._main = self._devtools.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        self._frames: dict[str, str] = {}
        self._bytes: Counter[bool] = Counter()
        self._devtools.on("Network.requestWillBeSent", self._begin)
        self._devtools.on("Network.loadingFinished", self._count)

    def accept(self, encodings: list[str]) -> None:
        """Ask for these encodings from now on."""
        self._devtools.send("Network.setAcceptedEncodings", {"encodings": encodings})

    def forget(self) -> None:
        """Empty the cache."""
        self._devtools.send("Network.clearBrowserCache")

    def open(self, url: str) -> tuple[float, float]:
        """Open a page; return the kilobytes of the page, and those of its frames."""
        self._bytes.clear()
        self._page.goto(url)
        self._page.wait_for_load_state("load")
        self._page.wait_for_timeout(SETTLES_MS)
        return self._bytes[True] / 1000, self._bytes[False] / 1000

    def _begin(self, event: dict[str, Any]) -> None:
        self._frames[event["requestId"]] = event.get("frameId", self._main)

    def _count(self, event: dict[str, Any]) -> None:
        is_own = self._frames.get(event["requestId"], self._main) == self._main
        self._bytes[is_own] += event["encodedDataLength"]


def main() -> int:
    """Run once. Return 0 if all pages are within their limits."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    make_copies()
    print_step("Making the sample party")
    with (
        tempfile.TemporaryDirectory() as folder,
        start_site("127.0.0.1", Path(folder)) as site,
        sync_playwright() as playwright,
    ):
        browser = start_chromium(playwright)
        with open_browser(browser) as page:
            sign_in(page, site)
            figures = _measure(page, site)
        browser.close()
    print_results(figures, is_json=options.json)
    is_light = figures["editor_cold_kb"] <= COLD_KB and not figures["over_limit"]
    return 0 if is_light else 1


def _measure(page: Page, site: Site) -> dict[str, Any]:
    line = Line(page)
    drafts = f"{site.url}/console/campaigns?show=drafts"
    page.goto(drafts)
    draft = page.locator("main td a, main th a").first.get_attribute("href")
    editor = f"{site.url}{draft}/edit"
    colds = []
    for encodings in (GZIP_ALONE, MODERN):
        line.accept(encodings)
        line.forget()
        colds.append(line.open(editor)[0])
    warm = line.open(editor)[0]
    table = sorted(_walk(page, site, line), reverse=True)
    for kilobytes, in_frames, path in table:
        print(f"{kilobytes:8.1f} {in_frames:8.1f}  {path}")
    heavy = [path for kilobytes, _, path in table if kilobytes > PAGE_KB and path not in LONG]
    figures: dict[str, Figure] = {
        "editor_cold_kb": round(colds[1], 1),
        "editor_gzip_kb": round(colds[0], 1),
        "editor_kb": round(warm, 1),
        "pages": len(table),
        "heaviest_kb": round(table[0][0], 1),
        "over_limit": len(heavy),
    }
    return figures


def _walk(page: Page, site: Site, line: Line) -> Iterator[tuple[float, float, str]]:
    """Yield each page that links lead to, one of a kind, the second time that it is opened."""
    waiting, seen = ["/console/"], set[str]()
    while waiting:
        path = waiting.pop(0)
        kind = re.sub(r"\d+", "0", path)
        if kind in seen:
            continue
        seen.add(kind)
        line.open(site.url + path)
        here = urlsplit(page.url).path
        waiting += [each for each in _links(page) if not FILE.search(each)]
        if here == path:
            own, framed = line.open(site.url + path)
            yield own, framed, path


def _links(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector_all(
        "a[href^='/console/']", "links => links.map(each => each.getAttribute('href'))"
    )
    return [urlsplit(each).path for each in found]


if __name__ == "__main__":
    sys.exit(main())
