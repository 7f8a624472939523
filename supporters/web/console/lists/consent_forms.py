"""The forms of consents: new texts, and reconfirmation."""

from collections.abc import Mapping
from typing import Any

from flask_babel import format_decimal, gettext, lazy_gettext as _
from wtforms import RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired

from supporters.consent.rules import WordingChange, tidy_wording
from supporters.languages import LANGUAGES
from supporters.lists.purpose_changes import WordingFaults, find_faults, languages_to_write
from supporters.public_languages import public_languages
from supporters.web.console.error_messages import explain_missing_wording, explain_wording
from supporters.web.console.typed_number import explain_number, is_number
from supporters.web.forms import Form, SelectChoice


class TextsForm(Form):
    """A sentence in each language."""

    fr, en, de, es, it = (TextAreaField() for _code in LANGUAGES)
    current: Mapping[str, str] = {}

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        for code in LANGUAGES.keys() - public_languages().keys():
            del self[code]

    def texts(self) -> dict[str, str]:
        """Return the sentences, by language."""
        return {code: tidy_wording(self[code].data or "") for code in public_languages()}

    def is_suggested(self, code: str) -> bool:
        """Tell whether a sentence is the first one of its language."""
        return bool(self.current) and code not in self.current

    def has_suggestions(self) -> bool:
        """Tell whether a language gets its first sentence."""
        return any(map(self.is_suggested, public_languages()))

    def is_optional(self, code: str) -> bool:
        """Tell whether a language may stay without a sentence."""
        return code not in languages_to_write(self.current)

    def show_errors(self, faults: WordingFaults) -> None:
        """Show the mistakes at each sentence."""
        for code, found in faults.items():
            self[code].errors = [explain_wording(fault) for fault in found]

    def is_ready(self) -> bool:
        """Tell whether the texts can be published. Mistakes are shown at their fields."""
        if not self.validate_on_submit():
            return False
        texts = self.texts()
        faults = find_faults(texts, self.current)
        self.show_errors(faults)
        for code in faults:
            if not texts[code]:
                self[code].errors = [explain_missing_wording(code)]
        return not faults


class RewordingForm(TextsForm):
    """New sentences, and the meaning of the change. Only an owner can decide it."""

    change = RadioField(
        choices=[
            SelectChoice(WordingChange.SAME_MEANING.value, _("Same meaning, better words")),
            SelectChoice(WordingChange.MATERIAL.value, _("A different meaning")),
        ],
        validators=[InputRequired(_("Choose the meaning of the change."))],
    )
    people = StringField()

    @property
    def is_material(self) -> bool:
        """Whether the meaning changes: then the owner types a number of people."""
        return bool(self.change.data == WordingChange.MATERIAL.value)

    def is_meant(self, people: int) -> bool:
        """Tell whether the text can be published. A new meaning needs the typed number."""
        if not self.is_material or not people or is_number(self.people.data, people):
            return True
        self.people.errors = [
            gettext(
                "%(number)s people agreed to the current text, and it stays in force for "
                "them. Type that number.",
                number=format_decimal(people),
            )
        ]
        return False


class ReconfirmationStartForm(Form):
    """The typed number of people who get the email."""

    people = StringField()

    def __init__(self, to_ask: int) -> None:
        super().__init__()
        self.to_ask = to_ask

    def validate_people(self, field: StringField) -> None:
        """Refuse another number than the shown one. Raises ValidationError."""
        if not is_number(field.data, self.to_ask):
            raise ValidationError(explain_number(self.to_ask))

    def show_change(self, people: int) -> None:
        """Say that the number of people has changed."""
        self.to_ask = people
        number = format_decimal(people)
        self.people.errors = [
            gettext("There are %(number)s people to ask now. Nothing was sent.", number=number)
        ]
