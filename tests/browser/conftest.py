"""A running installation as `make run` starts it, and a real Chromium without a network."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright, ViewportSize, expect, sync_playwright

from supporters.config import load_settings
from tests.browser.widths import take_picture_in_narrow_font, what_is_too_wide
from tests.conftest import running_app
from tests.factories.lists import make_list
from tests.servers.ports import free_port
from tests.servers.processes import started_web, wait_until
from tests.servers.sample_site import Site, start_site

ROOT = Path(__file__).parents[2]
SCREENSHOTS = Path(__file__).parent / "screenshots"
FONTS = Path(__file__).parent / "fonts.conf"
# The shell has the same engine without a window, for half of the CPU time.
CHROMIUM = shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--in-process-gpu",
    "--disable-site-isolation-trials",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
LONGEST_WAIT = 30_000  # a machine that runs other tests is slow
expect.set_options(timeout=LONGEST_WAIT)
HERE = ("http://127.0.0.1:", "http://localhost:")
ONLY_VIOLATIONS = {"resultTypes": ["violations"], "preload": False}  # a third of the time
WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 320, "height": 640}
# Contrasts are most of axe's work. A page has the same colours at each width.
EXCEPT_CONTRAST = {**ONLY_VIOLATIONS, "rules": {"color-contrast": {"enabled": False}}}
ONLY_CONTRAST = {**ONLY_VIOLATIONS, "runOnly": ["color-contrast"]}
AXE_IS_THERE = Axe("true")  # puts no second copy of its script into the page
OF_THE_TEAM = "/(console|dev)/"
VIEWS = (("wide", WIDE, Axe(), ONLY_VIOLATIONS), ("narrow", NARROW, AXE_IS_THERE, EXCEPT_CONTRAST))


@pytest.fixture(scope="package")
def instance(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an instance folder with sample data, which all files here share."""
    return shutil.copytree(sample, tmp_path_factory.mktemp("instance") / "copy")


@pytest.fixture(scope="package")
def site(instance: Path) -> Iterator[Site]:
    """Start everything with sample data, as `make run` does, and end it by Ctrl-C.

    It has a name: an IP address can't have passkeys.
    """
    with start_site("localhost", instance) as site:
        yield site


@pytest.fixture(scope="package")
def other_origin() -> str:
    """Return the origin of another site of the party."""
    return f"http://localhost:{free_port()}"


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an installation without a worker, which all files here share."""
    return tmp_path_factory.mktemp("open")


@pytest.fixture(scope="package")
def open_site(folder: Path, migrated_sqlite: Path, other_origin: str) -> Iterator[Site]:
    """Run its pages: it has one list, and the other site may show its form."""
    with _running_pages(folder, migrated_sqlite, other_origin) as site:
        yield site


@pytest.fixture(scope="package")
def limited_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an installation that takes one signup a minute from a network."""
    return tmp_path_factory.mktemp("limited")


@pytest.fixture(scope="package")
def limited_site(limited_folder: Path, migrated_sqlite: Path, other_origin: str) -> Iterator[Site]:
    """Run its pages: it has one list, and the other site may show its form."""
    settings = {"SUPPORTERS_SIGNUP_RATE": "1"}
    with _running_pages(limited_folder, migrated_sqlite, other_origin, **settings) as site:
        yield site


@contextmanager
def _running_pages(folder: Path, migrated: Path, form_origin: str, **more: str) -> Iterator[Site]:
    port = free_port()
    settings = {
        "SUPPORTERS_ENV": "development",
        "SUPPORTERS_BASE_URL": f"http://127.0.0.1:{port}",
        "SUPPORTERS_INSTANCE_DIR": str(folder),
        "SUPPORTERS_LANGUAGES": "fr,en,de",
        "SUPPORTERS_FORM_ORIGINS": form_origin,
        **more,
    }
    shutil.copy(migrated, folder / "supporters.db")
    with running_app(load_settings(settings)):
        make_list()
    with started_web({**os.environ, **settings}, port, log=folder / "web.log"):
        assert wait_until(lambda: is_answering(settings["SUPPORTERS_BASE_URL"]))
        yield Site(settings["SUPPORTERS_BASE_URL"])


def is_answering(url: str) -> bool:
    """Tell whether the pages at an address are served."""
    try:
        with urlopen(f"{url}/livez"):  # noqa: S310 - our own address
            return True
    except OSError:
        return False


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Start the driver of browsers."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Start Chromium. Each test opens a browser of its own in it, without cookies or cache."""
    browser = start_chromium(playwright)
    yield browser
    browser.close()


def start_chromium(playwright: Playwright) -> Browser:
    """Start Chromium with the fonts of the tests alone, so that all machines measure the same."""
    return playwright.chromium.launch(
        executable_path=CHROMIUM,
        args=CHROMIUM_OPTIONS,
        env={**os.environ, "FONTCONFIG_FILE": str(FONTS)},
    )


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a browser of this test alone."""
    with open_browser(browser) as page:
        yield page


@pytest.fixture(scope="module")
def passer_by(browser: Browser) -> Iterator[Page]:
    """Open a browser for the tests that only look at one page each."""
    with open_browser(browser) as page:
        yield page


@contextmanager
def open_browser(
    browser: Browser, locale: str = "fr-FR", size: ViewportSize = WIDE
) -> Iterator[Page]:
    """Open a visitor's browser, French unless said; a request to another host fails the test."""
    context = browser.new_context(locale=locale, viewport=size)
    context.set_default_timeout(LONGEST_WAIT)
    page = context.new_page()
    elsewhere: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: elsewhere.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    yield page
    strangers = {url for url in elsewhere if not url.startswith((*HERE, "data:"))}
    context.close()
    assert strangers == set()
    assert [text for text in complaints if "Content Security Policy" in text] == []


def look_at(page: Page, name: str) -> None:
    """Refuse what axe finds on a page, wide and narrow, and sideways scrolling.

    A public page is looked at in the dark as well, and must fit a telephone with text spacing and
    in other fonts. Pictures of the page are kept if the folder for them exists.
    """
    page.wait_for_load_state()
    for size, viewport, axe, options in VIEWS:
        page.set_viewport_size(viewport)
        _look(page, f"{name}-{size}", axe, options)
        overflow = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert not overflow, f"{name} scrolls sideways at {viewport['width']} px"
    if not re.search(OF_THE_TEAM, page.url):
        assert what_is_too_wide(page) == [], f"{name} at {NARROW['width']} px"
        if SCREENSHOTS.is_dir():
            take_picture_in_narrow_font(page, SCREENSHOTS / f"{name}-narrow-font.png")
        page.emulate_media(color_scheme="dark")
        _look(page, f"{name}-dark", AXE_IS_THERE, ONLY_CONTRAST)
        page.emulate_media(color_scheme="light")
    page.set_viewport_size(WIDE)


def _look(page: Page, name: str, axe: Axe, options: dict[str, Any]) -> None:
    if SCREENSHOTS.is_dir():
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
    violations = axe.run(page, options=options).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in violations] == [], name
