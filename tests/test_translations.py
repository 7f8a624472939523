"""Every text is translated, keeps its placeholders and tags, and reads as French (REQ-137)."""

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.support import Translations
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from flask_security.utils import get_message
from jinja2 import Environment
from wtforms import StringField
from wtforms.validators import DataRequired

from supporters.config import DEVELOPMENT_PARTY
from supporters.consent.rules import find_wording_faults, split_wording
from supporters.lists.models import ListWords
from supporters.lists.short_wordings import short_wording
from supporters.web.forms import Form
from tests.factories.accounts import csrf_token_on
from tests.factories.signups import ADDRESS
from tests.public_texts import Id, placeholders_of, read_catalogue, texts_by_source

ROOT = Path(__file__).parents[1]
TAG = re.compile(r"<[^>]+>")
THIN_SPACE = "\N{NARROW NO-BREAK SPACE}"
UNSPACED = re.compile(rf"[^{THIN_SPACE}](?:[;!?»]|:(?!//)|%%)|«(?!{THIN_SPACE})|'")
WRONG_WORDS = re.compile(
    r"courriel|newsletter|\bmél\b|(?<!e-)\bmails?\b|\bemails?\b", re.IGNORECASE
)

SPOKEN_ATTRIBUTES = {"alt", "aria-label", "placeholder", "title"}
NOT_PROSE = {"code", "script", "style"}
NEVER_SEEN = re.compile(r"-hint\b|-error\b|\bwide\b")  # ends of ids, a class in its own block
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.*") if path.is_file())


@cache
def catalogue() -> Catalog:
    """Return the French catalogue of the repository."""
    return read_catalogue("fr")


def translations() -> list[Message]:
    """Return its entries, without the header."""
    return [message for message in catalogue() if message.id]


def pairs() -> Iterator[tuple[str, str]]:
    """Yield each English text with its French, singular and plural apart."""
    for message in translations():
        if message.pluralizable:
            yield from zip(message.id, message.string, strict=True)
        else:
            yield message.id, message.string


def extracted() -> set[Id]:
    """Return the texts found in the sources."""
    return set[Id]().union(*texts_by_source().values())


def refuse(faults: list[str], what_to_do: str) -> None:
    if faults:
        pytest.fail("\n".join([what_to_do, *(f"  {fault}" for fault in faults)]), pytrace=False)


def test_catalogue_has_every_text_of_the_sources_and_no_other() -> None:
    differing = extracted() ^ {message.id for message in translations()}
    refuse(sorted(map(str, differing)), "Run make messages, then translate what is new:")


def test_every_text_is_translated() -> None:
    faults = [english for english, french in pairs() if not french.strip()]
    refuse(faults, "Write the French of:")


def test_nothing_is_fuzzy_or_left_over() -> None:
    faults = [str(message.id) for message in translations() if message.fuzzy]
    refuse([*faults, *map(str, catalogue().obsolete)], "Settle these entries:")


def test_placeholders_are_kept() -> None:
    faults = [
        english
        for english, french in pairs()
        if placeholders_of(english) != placeholders_of(french)
    ]
    refuse(faults, "The French must have the same placeholders:")


def test_tags_are_kept() -> None:
    faults = [
        english
        for english, french in pairs()
        if sorted(TAG.findall(english)) != sorted(TAG.findall(french))
    ]
    refuse(faults, "The French must have the same tags:")


def test_french_has_thin_spaces_and_curved_apostrophes() -> None:
    faults = [french for _, french in pairs() if UNSPACED.search(TAG.sub("", french))]
    refuse(faults, "A narrow no-break space before ; : ! ? » % and after «, and ’ for ':")


def test_french_says_e_mail_and_nothing_else_for_it() -> None:
    faults = [french for _, french in pairs() if WRONG_WORDS.search(french)]
    refuse(faults, "The word is e-mail, or messagerie for where it arrives:")


def test_compiled_catalogue_says_what_is_written() -> None:
    compiled = BytesIO()
    write_mo(compiled, catalogue())
    compiled.seek(0)
    spoken = Translations(compiled)
    singles = {m.id: m.string for m in translations() if not m.pluralizable}
    assert {english: spoken.gettext(english) for english in singles} == singles
    plurals = {m.id: m.string for m in translations() if m.pluralizable}
    assert {id_: (spoken.ngettext(*id_, 1), spoken.ngettext(*id_, 2)) for id_ in plurals} == plurals


def test_no_template_has_a_text_of_its_own() -> None:
    faults = [
        f"{path.relative_to(ROOT)}: {text}" for path in TEMPLATES for text in _own_texts_of(path)
    ]
    refuse(faults, "Say it with _():")


def _own_texts_of(path: Path) -> list[str]:
    kept = "".join(_data_of(path.read_text(encoding="utf-8")))
    texts = Prose(kept).texts if path.suffix in {".html", ".xml"} else kept.splitlines()
    return [text for text in texts if re.search(r"[^\W\d_]", NEVER_SEEN.sub("", text))]


def _data_of(source: str) -> Iterator[str]:
    """Yield the literal text of a template, and a mark for each expression."""
    for _, kind, value in Environment().lex(source):  # noqa: S701 - nothing is rendered
        if kind == "data":
            yield value
        elif kind == "variable_begin":
            yield "\N{OBJECT REPLACEMENT CHARACTER}"


class Prose(HTMLParser):
    """The words of a page that a person sees or hears."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the words of attributes that are read out."""
        self._open += [tag] if tag in NOT_PROSE else []
        self.texts += [value for name, value in attrs if value and name in SPOKEN_ATTRIBUTES]

    def handle_endtag(self, tag: str) -> None:
        """Leave an element that isn't prose."""
        if tag in NOT_PROSE:
            self._open.remove(tag)

    def handle_data(self, data: str) -> None:
        """Keep the words between tags."""
        if not self._open and data.strip():
            self.texts.append(data.strip())


def test_consent_names_the_party_its_politics_and_the_list(app: Flask) -> None:
    text = short_wording(ListWords("La Lettre nationale", "Une fois par mois.", "fr"), "fr")
    legend, box = split_wording(text)
    assert DEVELOPMENT_PARTY in legend
    assert "messages politiques" in legend
    assert box == "La Lettre nationale – Une fois par mois."
    assert find_wording_faults(text, DEVELOPMENT_PARTY) == []


def test_form_says_in_french_what_we_have_no_words_for(app: Flask) -> None:
    class OneField(Form):
        name = StringField(validators=[DataRequired()])

    with app.test_request_context(), force_locale("fr"):
        form = OneField()
        form.validate()
        assert form.name.errors == ["Ce champ est requis."]


def test_sign_in_refuses_in_french(client: FlaskClient) -> None:
    page = "/console/sign-in"
    form = {"email": ADDRESS, "csrf_token": csrf_token_on(client, page)}
    answer = client.post(page, data=form, headers={"Accept-Language": "fr"})
    assert "Cette adresse et ce mot de passe ne vont pas ensemble." in answer.text


def test_sign_in_has_french_for_what_we_have_no_words_for(app: Flask) -> None:
    with app.test_request_context(), force_locale("fr"):
        assert get_message("INVALID_CODE") == ("Code invalide", "error")
