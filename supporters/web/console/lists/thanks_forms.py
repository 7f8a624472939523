"""The form of the words after a confirmation: the same fields for each language."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from wtforms import BooleanField, StringField, TextAreaField

from supporters.languages import LANGUAGES
from supporters.lists.list_thanks import NO_WORDS, ThanksText
from supporters.lists.models import MAX_NEXT_EMAIL, MAX_WELCOME
from supporters.web.forms import Form, at_most

FIELDS = ("next_email", "sends_welcome", "welcome")


class ThanksForm(Form):
    """The words. `fields_of` returns the fields of a language."""

    @staticmethod
    def describe(texts: Mapping[str, ThanksText]) -> dict[str, str | bool]:
        """Return the values of the fields for stored words."""
        return {
            f"{name}_{code}": getattr(texts.get(code, NO_WORDS), name)
            for code in LANGUAGES
            for name in FIELDS
        }

    def fields_of(self, code: str) -> dict[str, Any]:
        """Return the fields of a language by their names."""
        return {name: self[f"{name}_{code}"] for name in FIELDS}

    def texts(self) -> dict[str, ThanksText]:
        """Return the words in each language."""
        return {code: self._text_of(code) for code in LANGUAGES}

    def show_empty(self) -> None:
        """Show that a welcome email has no words."""
        for code, text in self.texts().items():
            if text.sends_welcome and not text.welcome:
                fault = gettext("Write the welcome email, or untick “Send a welcome email”.")
                self[f"welcome_{code}"].errors = [fault]

    def _text_of(self, code: str) -> ThanksText:
        fields = self.fields_of(code)
        return ThanksText(
            next_email=" ".join((fields["next_email"].data or "").split()),
            welcome=tidy_paragraphs(fields["welcome"].data or ""),
            sends_welcome=fields["sends_welcome"].data,
        )


def tidy_paragraphs(text: str) -> str:
    """Return a text whose paragraphs are separated by one empty line."""
    paragraphs = text.replace("\r\n", "\n").strip().split("\n\n")
    return "\n\n".join(" ".join(each.split()) for each in paragraphs if each.strip())


for _code in LANGUAGES:
    setattr(ThanksForm, f"next_email_{_code}", StringField(validators=[at_most(MAX_NEXT_EMAIL)]))
    setattr(ThanksForm, f"sends_welcome_{_code}", BooleanField())
    setattr(ThanksForm, f"welcome_{_code}", TextAreaField(validators=[at_most(MAX_WELCOME)]))
