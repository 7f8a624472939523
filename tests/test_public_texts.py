"""Everything that the public reads and receives is in all languages (ADR 072)."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Message

from supporters.languages import LANGUAGES
from tests.public_texts import (
    DRAFT,
    OF_THE_PUBLIC,
    OF_THE_TEAM,
    PUBLIC_ONLY,
    ROOT,
    is_one_of,
    list_drafts,
    list_missing,
    main,
    placeholders_of,
    public_texts,
    read_catalogue,
    texts_by_source,
)

MARKED_WORDS = {"de": "„“", "es": "«»", "it": "«»"}
OF_PARTY = "%(of_party)s"
PARTY = "%(party)s"
TAG = re.compile(r"<[^>]+>")
COURTESY = re.compile(r"[\w,;:)»’”] (?:Suo|Sua|Suoi|Sue|Lei|Le)\b")


def entries(language: str, domain: str = "messages") -> list[Message]:
    """Return the entries of a catalogue, without its header."""
    return [each for each in read_catalogue(language, domain) if each.id]


def pairs(language: str) -> Iterator[tuple[str, str]]:
    """Yield each English text with its translation, singular and plural apart."""
    for each in entries(language):
        if each.pluralizable:
            yield from zip(each.id, each.string, strict=True)
        else:
            yield each.id, each.string


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_no_public_text_is_missing(language: str) -> None:
    missing = list_missing(language)
    assert missing == [], f"Translate what python -m tests.public_texts {language} prints."


def test_each_source_of_texts_is_for_the_public_or_for_the_team() -> None:
    unknown = [
        source
        for source in texts_by_source()
        if is_one_of(source, OF_THE_PUBLIC) == is_one_of(source, OF_THE_TEAM)
    ]
    assert unknown == [], "Name them in one of the two lists of tests/public_texts.py."


@pytest.mark.parametrize("language", PUBLIC_ONLY)
def test_a_catalogue_has_public_texts_only(language: str) -> None:
    others = {each.id for each in entries(language)} - public_texts()
    assert others == set(), "Delete these entries: no source has them, or only the team reads them."


@pytest.mark.parametrize("language", PUBLIC_ONLY)
def test_placeholders_and_tags_are_kept(language: str) -> None:
    faults = [
        english
        for english, words in pairs(language)
        if placeholders_of(english) != placeholders_of(words)
        or sorted(TAG.findall(english)) != sorted(TAG.findall(words))
    ]
    assert faults == []


@pytest.mark.parametrize("language", PUBLIC_ONLY)
def test_quotation_marks_are_those_of_the_language(language: str) -> None:
    opening, closing = MARKED_WORDS[language]
    faults = [
        words
        for english, words in pairs(language)
        if "“" in english and not (opening in words and closing in words)
    ]
    assert faults == []


def test_italian_addresses_the_reader_in_small_letters() -> None:
    faults = [words for _, words in pairs("it") if COURTESY.search(words)]
    assert faults == []


def test_german_has_one_word_for_a_button() -> None:
    assert [words for _, words in pairs("de") if "Knopf" in words] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_with_of_the_party_replace_known_ones(language: str) -> None:
    phrases = entries(language, "party")
    assert phrases
    for each in phrases:
        assert each.id.replace(OF_PARTY, PARTY) in public_texts()
        assert OF_PARTY in each.string
        assert placeholders_of(each.string) == placeholders_of(each.id)


def test_the_command_counts_the_drafts_of_a_machine(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--review"]) == 0
    lines = [f"{code}: {len(list_drafts(code))} drafts to review" for code in PUBLIC_ONLY]
    assert capsys.readouterr().out.splitlines() == lines
    assert DRAFT == "review: machine draft"


# A name may begin with an article, which fuses with these words or is declined behind them.
GLUES = {
    "fr": "à de dans sur par pour chez avec",
    "de": "an auf aus bei für in mit von vom zu zum zur durch",
    "es": "a con de del desde en para por",
    "it": "a con da di in per su tra",
}
NAMES = "party|list"


@pytest.mark.parametrize("language", GLUES)
def test_no_name_stands_bare_behind_a_preposition(language: str) -> None:
    glued = re.compile(
        rf"\b(?:{GLUES[language].replace(' ', '|')})\s+%\((?:{NAMES})\)s", re.IGNORECASE
    )
    assert [words for _, words in pairs(language) if glued.search(words)] == []


def test_german_has_one_preposition_for_joining_a_list() -> None:
    joining = re.compile(r"\bbei (?:\w+ ){1,2}Listen? \w*anmelde|\bbei denen Sie sich anmelden")
    found = [words for _, words in pairs("de") if joining.search(words.replace("Bei ", "bei "))]
    assert found == []


BUTTON = re.compile(r"<button.*?</button>|class=\"button[^>]*>.*?</a>", re.DOTALL)
WORDS = re.compile(r"_\('((?:[^'\\]|\\.)*)'")
INFINITIVE = re.compile(r"(?:^|: )\w+(?:[aei]re|[aeo]rsi)\b", re.IGNORECASE)


def test_italian_buttons_have_one_mood() -> None:
    """They say what the page does for the reader (“Annulla”), and never “Annullare”."""
    pages = [each.read_text() for each in (ROOT / "templates" / "public").rglob("*.html")]
    named = {
        words
        for page in pages
        for button in BUTTON.findall(page)
        for words in WORDS.findall(button)
    }
    translated = {english: words for english, words in pairs("it") if english in named}
    assert len(translated) > 50
    assert [words for words in translated.values() if INFINITIVE.search(words)] == []


# Words that a reader of the language stumbled over, each replaced once.
REPLACED = {
    "es": ("hágalos suprimir", "haga suprimir", "va de camino"),
    "it": ("ino ad allora non è nella lista", "è in viaggio"),
}


@pytest.mark.parametrize("language", REPLACED)
@pytest.mark.parametrize("domain", ["messages", "party"])
def test_a_replaced_sentence_is_replaced_everywhere(language: str, domain: str) -> None:
    texts = [str(each.string) for each in entries(language, domain)]
    found = [words for words in texts if any(each in words for each in REPLACED[language])]
    assert found == []
