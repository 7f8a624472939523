"""Public pages fit small telephones, whatever the party's name, its languages and the font."""

from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from benchmarks.parts.measured_pages import PHONE, SEEN_TEXT, count_words
from supporters.config import Settings
from supporters.development.sample_data import LISTS
from supporters.languages import LANGUAGES
from supporters.lists.mailing_lists import create_list
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


LOWEST = 850  # px
MOST_WORDS = 90
OF_PARTY = {
    "fr": "du Parti de l’Exemple",
    "en": "of Parti de l’Exemple",
    "de": "des Parti de l’Exemple",
    "es": "del Parti de l’Exemple",
    "it": "del Parti de l’Exemple",
}
LOWER_EDGE = "document.querySelector('.button-large').getBoundingClientRect().bottom"


def make_three_lists() -> None:
    """Make the lists of the sample party, with consent texts in the offered languages."""
    for each in LISTS:
        create_list(each)


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


@pytest.mark.parametrize("of_party", [{}, OF_PARTY], ids=["plain", "with the article"])
def test_the_form_of_three_lists_is_short_in_each_language(
    browser: Browser, settings: Settings, of_party: dict[str, str]
) -> None:
    languages = LanguageSettings(offered=tuple(LANGUAGES), of_party=of_party)
    edges, words = {}, {}
    with (
        running_app(replace(settings, languages=languages)) as app,
        open_pages(browser, app, viewport=PHONE) as page,
    ):
        make_three_lists()
        for path in [f"/{code}/{rest}" for code in LANGUAGES for rest in ("", "join/la-lettre")]:
            page.goto(path)
            edges[path] = round(page.evaluate(LOWER_EDGE))
            words[path] = count_words(page.evaluate(SEEN_TEXT))
    assert {path: edge for path, edge in edges.items() if edge > LOWEST} == {}
    assert {path: count for path, count in words.items() if count > MOST_WORDS} == {}


def open_the_form_of_eight(page: Page) -> None:
    """Make five more lists, and open the home page."""
    for number in range(5):
        make_list(f"list-{number}", f"Liste {number}")
    page.goto("/fr/")


def test_eight_lists_are_one_form_that_folds_five(browser: Browser, app: Flask) -> None:
    with open_pages(browser, app, viewport=PHONE) as page:
        make_three_lists()
        open_the_form_of_eight(page)
        boxes = page.locator("input[name^=consent_]")
        expect(boxes).to_have_count(8)
        assert page.evaluate(LOWER_EDGE) <= LOWEST
        assert [each.is_visible() for each in boxes.all()] == [True] * 3 + [False] * 5
        page.get_by_text("Voir les 5 autres listes").click()
        boxes.nth(6).check()
        page.locator("input[name=email]").fill("camille")
        page.get_by_role("button", name="m’inscris").click()
        expect(page.get_by_role("alert")).to_be_visible()
        expect(boxes.nth(6)).to_be_visible()
        expect(boxes.nth(6)).to_be_checked()
