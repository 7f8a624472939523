"""Public pages fit small telephones, whatever the party's name, its languages and the font."""

from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from supporters.config import Settings
from supporters.languages import LANGUAGES
from supporters.settings.language_settings import LanguageSettings
from tests.browser.pages_of_app import open_pages
from tests.browser.widths import NARROW_FONT, WIDE_FONT, what_is_too_wide
from tests.conftest import running_app
from tests.factories.lists import make_list
from tests.machinery.prepared_states import always_made_once

pytestmark = pytest.mark.browser

TELEPHONES = (256, 320, 390)
NAMES = (
    "Parti de l’Exemple",
    "Sozialdemokratische Partei Deutschlands",
    "Rassemblement pour l’Intercommunalité",
)
GERMAN_FIRST = ("de", *(code for code in LANGUAGES if code != "de"))
PAGES = ("/fr/", "/de/nowhere", "/de/stall/national", "/de/embed/national", "/console/reset")
SHOW_STATE = "document.querySelectorAll('#stall-state, #stall-state *').forEach(e => e.hidden = 0)"
IN_TWO_FONTS = f"""
<p style="font-family: 'DejaVu Sans Mono', Arial, system-ui">a</p>
<p style="font-family: '{NARROW_FONT}'">a</p>
"""


@always_made_once
def national() -> None:
    """Make a list."""
    make_list()


def measure(page: Page, path: str) -> list[str]:
    """Return what is too wide on a page; the whole status line of a stall is shown."""
    page.goto(path)
    page.evaluate(SHOW_STATE)
    faults = []
    for width in TELEPHONES:
        page.set_viewport_size({"width": width, "height": 844})
        faults += [f"{path} at {width} px {each}" for each in what_is_too_wide(page)]
    return faults


@pytest.mark.parametrize("count", [2, 3, len(LANGUAGES)])
@pytest.mark.parametrize("name", NAMES)
def test_a_long_name_and_any_number_of_languages_fit(
    browser: Browser, settings: Settings, name: str, count: int
) -> None:
    languages = LanguageSettings(offered=GERMAN_FIRST[:count])
    chosen = replace(settings, party_name=name, languages=languages)
    with running_app(chosen) as app, open_pages(browser, app) as page:
        faults = [each for path in PAGES for each in measure(page, path)]
    assert faults == []


def test_a_frame_is_as_white_as_the_site_around_it(browser: Browser, app: Flask) -> None:
    with open_pages(browser, app) as page:
        page.goto("/fr/embed/national")
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(255, 255, 255)"


def test_only_the_fonts_of_the_tests_count(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(IN_TWO_FONTS)
    devtools = page.context.new_cdp_session(page)
    devtools.send("DOM.enable")
    devtools.send("CSS.enable")
    root = devtools.send("DOM.getDocument")["root"]["nodeId"]
    found = devtools.send("DOM.querySelectorAll", {"nodeId": root, "selector": "p"})["nodeIds"]
    shown = [devtools.send("CSS.getPlatformFontsForNode", {"nodeId": each}) for each in found]
    page.close()
    names = [font["familyName"] for each in shown for font in each["fonts"]]
    assert names == [WIDE_FONT, NARROW_FONT]
