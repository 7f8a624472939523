"""The forms of the notice of a breach: its texts by language, and its approval."""

from collections.abc import Mapping

from flask_babel import gettext, lazy_gettext as _
from wtforms import HiddenField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Optional

from supporters.breaches.breach_notices import BreachNoticeText, NoticeTexts
from supporters.breaches.models import MAX_TEXT
from supporters.languages import LANGUAGES
from supporters.public_languages import default_public_language, public_languages
from supporters.web.console.typed_number import explain_number, is_number
from supporters.web.forms import Form, at_most

MAX_SUBJECT = 150
PARTS = {
    "subject": _("Subject"),
    "nature": _("The breach"),
    "consequences": _("Likely consequences for them"),
    "measures": _("Measures"),
}


def _line() -> StringField:
    return StringField(validators=[Optional(), at_most(MAX_SUBJECT)])


def _text() -> TextAreaField:
    return TextAreaField(validators=[Optional(), at_most(MAX_TEXT)])


class BreachNoticeForm(Form):
    """The notice in each language. One that nobody reads may stay empty, but the first."""

    subject_fr, subject_en, subject_de, subject_es, subject_it = (_line() for _code in LANGUAGES)
    nature_fr, nature_en, nature_de, nature_es, nature_it = (_text() for _code in LANGUAGES)
    consequences_fr, consequences_en, consequences_de, consequences_es, consequences_it = (
        _text() for _code in LANGUAGES
    )
    measures_fr, measures_en, measures_de, measures_es, measures_it = (
        _text() for _code in LANGUAGES
    )

    def __init__(self, counts: Mapping[str, int]) -> None:
        """Need the first language, and those of the affected people."""
        super().__init__()
        read = (code for code in LANGUAGES if counts.get(code))
        self.needed = {default_public_language(), *read}

    @property
    def languages(self) -> dict[str, str]:
        """The codes and names of the languages to write in: the offered and the needed ones."""
        others = {code: LANGUAGES[code] for code in LANGUAGES if code in self.needed}
        return {**public_languages(), **others}

    def validate(self, extra_validators: object = None) -> bool:
        """Demand every part of each language that is needed or begun."""
        is_right = bool(super().validate(extra_validators))
        for code, language in self.languages.items():
            fields = {name: self[f"{part}_{code}"] for part, name in PARTS.items()}
            if code not in self.needed and not any(each.data for each in fields.values()):
                continue
            for name, each in fields.items():
                if not each.data:
                    words = gettext(
                        "%(part)s (%(language)s): write this part.", part=name, language=language
                    )
                    each.errors, is_right = [words], False
        return is_right

    def read_texts(self) -> NoticeTexts:
        """Return the texts of the languages that were written."""
        return {
            code: BreachNoticeText(**{part: self[f"{part}_{code}"].data or "" for part in PARTS})
            for code in self.languages
            if self[f"subject_{code}"].data
        }

    def fill(self, texts: NoticeTexts) -> None:
        """Fill the texts in."""
        for code, text in texts.items():
            for part in PARTS:
                self[f"{part}_{code}"].data = getattr(text, part)


class BreachApprovalForm(Form):
    """The typed number of people, and the fingerprint of the notice that was read."""

    fingerprint = HiddenField()
    people = StringField(validators=[DataRequired(_("Type the number of people."))])

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def show_change(self, number: int) -> None:
        """Say that the notice or the number of people changed."""
        self.number = number
        words = gettext("The notice or the number of people changed. Read it again.")
        self.people.errors = [words]

    def validate_people(self, field: StringField) -> None:
        """Refuse another number than the shown one. Raises ValidationError."""
        if not is_number(field.data, self.number):
            raise ValidationError(explain_number(self.number))
