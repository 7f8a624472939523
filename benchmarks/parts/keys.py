"""Measures how long a key takes in the editor of a running site, in a real Chromium."""

import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import start_chromium
from tests.browser.test_composer import SAVED, wait_for
from tests.browser.test_main_job import sign_in
from tests.browser.test_pasting import PASTE
from tests.servers.sample_site import start_site

TYPED = "Nous serons là samedi, comme chaque semaine. " * 4
# From the key to the moment at which the browser has run all that it caused, before it paints.
WATCH = """() => {
  window.keys = [];
  const done = new MessageChannel();
  let began = 0;
  done.port1.onmessage = () => window.keys.push(performance.now() - began);
  addEventListener("keydown", () => { began = performance.now(); }, true);
  addEventListener("keyup", () => done.port2.postMessage(0), true);
}"""
BLOCK = "<h2>Réunion publique</h2><p>Nous serons <b>là</b>, comme <i>chaque</i> semaine.</p>"


def measure_keys(blocks: int) -> dict[str, float]:
    """Return the median and the 95th percentile of a key in milliseconds, in so many blocks."""
    with (
        tempfile.TemporaryDirectory() as folder,
        start_site("127.0.0.1", Path(folder)) as site,
        sync_playwright() as playwright,
    ):
        browser = start_chromium(playwright)
        page = browser.new_page(locale="fr-FR")
        sign_in(page, site)
        page.goto(f"{site.url}/console/campaigns/new")
        page.locator("#subject").fill("Samedi")
        times = _type_in_the_middle(page, blocks)
        browser.close()
    return {
        "ms_key": round(statistics.median(times), 1),
        "ms_key_95": round(statistics.quantiles(times, n=20)[-1], 1),
    }


def _type_in_the_middle(page: Page, blocks: int) -> list[float]:
    page.locator(".ProseMirror").click()
    page.evaluate(PASTE, ["text/html", BLOCK * (blocks // 2)])
    wait_for(page, SAVED)
    page.locator(".ProseMirror p").nth(blocks // 4).click()
    page.evaluate(WATCH)
    page.keyboard.type(TYPED)
    times: list[float] = page.evaluate("window.keys")
    return times
