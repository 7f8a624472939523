"""The button that signs up is on the first screen of a telephone, in each language."""

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
from tests.conftest import running_app
from tests.factories.lists import make_list

pytestmark = pytest.mark.browser

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
