"""Sentences with the party's name and its article, where the operator gave the words."""

import dataclasses

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from flask_babel import force_locale

from supporters.config import DEVELOPMENT_PARTY
from supporters.consent.rules import split_wording
from supporters.languages import LANGUAGES
from supporters.lists.models import ListWords
from supporters.lists.short_wordings import short_wording
from supporters.settings.language_settings import LanguageSettings
from tests.factories.lists import make_list

GET_NEWS = "{{ _('Get news from %(party)s.', party=settings.party_name) }}"
OF_PARTY = {
    "fr": "du Parti de l’Exemple",
    "en": "of the Example Party",
    "de": "der Beispielpartei",
    "es": "del Partido del Ejemplo",
    "it": "del Partito dell’Esempio",
}


def give_words(app: Flask, words: dict[str, str]) -> None:
    """Let the operator give the words for “of the party”."""
    languages = LanguageSettings(tuple(LANGUAGES), words)
    settings = dataclasses.replace(app.extensions["settings"], languages=languages)
    app.extensions["settings"] = settings


def say(app: Flask, language: str, source: str = GET_NEWS) -> str:
    """Return a sentence of a template."""
    settings = app.extensions["settings"]
    with app.test_request_context(), force_locale(language):
        return render_template_string(source, settings=settings)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_has_the_words_of_the_operator(app: Flask, language: str) -> None:
    give_words(app, OF_PARTY)
    said = say(app, language)
    assert OF_PARTY[language] in said
    assert DEVELOPMENT_PARTY not in said.replace(OF_PARTY[language], "")


def test_without_the_words_the_sentence_needs_no_article(app: Flask) -> None:
    give_words(app, {"en": "of the Example Party"})
    assert say(app, "fr") == f"{DEVELOPMENT_PARTY}\N{NARROW NO-BREAK SPACE}: recevez nos nouvelles."


def test_the_words_are_escaped(app: Flask) -> None:
    give_words(app, {"en": "of <b>Us</b>"})
    assert say(app, "en") == "News of &lt;b&gt;Us&lt;/b&gt;."


def test_a_sentence_without_a_better_one_stays(app: Flask) -> None:
    give_words(app, OF_PARTY)
    source = "{{ _('Your new address with %(party)s', party=settings.party_name) }}"
    assert (
        say(app, "fr", source)
        == f"{DEVELOPMENT_PARTY}\N{NARROW NO-BREAK SPACE}: votre nouvelle adresse"
    )


def test_a_consent_has_the_article_where_the_legal_name_stays_whole(app: Flask) -> None:
    give_words(app, OF_PARTY)
    with app.test_request_context():
        french, german = (
            split_wording(short_wording(ListWords("Nord", "", code), code)).legend
            for code in ("fr", "de")
        )
    assert "messages politiques du Parti de l’Exemple" in french
    assert f"Nachrichten per E-Mail erhalten ({DEVELOPMENT_PARTY}):" in german


def test_the_home_page_names_the_party_with_its_article(app: Flask, client: FlaskClient) -> None:
    make_list()
    give_words(app, OF_PARTY)
    assert "du Parti de l’Exemple" in client.get("/fr/").text
