"""The forms of lists: a new list, the words after a confirmation, the reason of an export."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from flask_babel import gettext, lazy_gettext as _
from wtforms import BooleanField, Field, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from supporters.consent.rules import tidy_wording
from supporters.languages import LANGUAGES
from supporters.lists.list_sender import ListSender
from supporters.lists.list_thanks import NO_WORDS, ThanksText
from supporters.lists.models import (
    MAX_DESCRIPTION,
    MAX_NAME,
    MAX_NEXT_EMAIL,
    MAX_SENDER_NAME,
    MAX_SLUG,
    MAX_WELCOME,
    ListWords,
    MailingList,
)
from supporters.lists.purpose_changes import WordingFaults, languages_to_write
from supporters.lists.rules import SenderFault, is_slug
from supporters.people.models import MAX_ADDRESS
from supporters.personal_data.rules import LONGEST_REASON, SHORTEST_REASON, ExportError
from supporters.public_languages import default_public_language, public_languages
from supporters.territory.rules import FaultyPlace, PlaceKind, TypedTerritory, describe_commune
from supporters.text.local_dates import clock_of
from supporters.text.time_zones import PARTY_ZONE, group_zones
from supporters.web.console.error_messages import explain_wording
from supporters.web.forms import Form, SelectChoice, at_most
from supporters.web.labels import label
from supporters.web.labels.question_labels import PLACE_FAULTS

MOST_NAMED = 12

TEXTS_OF_LANGUAGE = ("name", "description", "sentence")
FIELDS = ("next_email", "sends_welcome", "welcome")


class WordFields(NamedTuple):
    """The fields of a list's words in a language."""

    code: str
    language: str
    name: Field
    description: Field


class WordsForm(Form):
    """The name and the description of a list in each language. One language is enough."""

    name_fr, name_en, name_de, name_es, name_it = (
        StringField(validators=[at_most(MAX_NAME)]) for _code in LANGUAGES
    )
    description_fr, description_en, description_de, description_es, description_it = (
        TextAreaField(validators=[at_most(MAX_DESCRIPTION)]) for _code in LANGUAGES
    )

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        for code in LANGUAGES.keys() - public_languages().keys():
            for name in TEXTS_OF_LANGUAGE:
                if f"{name}_{code}" in self:
                    del self[f"{name}_{code}"]

    def list_word_fields(self) -> list[WordFields]:
        """Return the fields of each language that the party offers."""
        return [
            WordFields(code, name, self[f"name_{code}"], self[f"description_{code}"])
            for code, name in public_languages().items()
        ]

    def validate(self, *arguments: Any, **options: Any) -> bool:
        """Refuse a list without a name, and half of the words of a language."""
        is_right: bool = super().validate(*arguments, **options)
        if not self.all_words():
            self[f"name_{default_public_language()}"].errors = [_("Give the list a name.")]
            return False
        halves = [code for code in public_languages() if not self._is_whole(code)]
        return is_right and not halves

    def _is_whole(self, code: str) -> bool:
        name, description = self[f"name_{code}"], self[f"description_{code}"]
        if description.data and not name.data:
            name.errors = [_("Give it a name in this language too, or empty its description.")]
            return False
        if name.data and not description.data:
            description.errors = [_("Describe in a sentence what subscribers will get.")]
            return False
        return True

    def all_words(self) -> list[ListWords]:
        """Return the words in each language that has some."""
        return [
            ListWords(self[f"name_{code}"].data, self[f"description_{code}"].data or "", code)
            for code in public_languages()
            if self[f"name_{code}"].data
        ]

    def words_first_in(self, language: str) -> tuple[ListWords, list[ListWords]]:
        """Return the first words, in this language if it has some, and those in the others."""
        first, *others = sorted(self.all_words(), key=lambda each: each.language != language)
        return first, others


class ListForm(WordsForm):
    """A new list."""

    slug = StringField(
        validators=[DataRequired(_("Write the end of the address.")), at_most(MAX_SLUG)]
    )

    sentence_fr, sentence_en, sentence_de, sentence_es, sentence_it = (
        TextAreaField(validators=[Optional()]) for _code in LANGUAGES
    )

    def list_sentence_fields(self) -> list[tuple[str, str, Field]]:
        """Return the codes and names of the languages, with the field of each sentence."""
        return [(code, name, self[f"sentence_{code}"]) for code, name in public_languages().items()]

    def list_compulsory(self) -> list[str]:
        """Return the names of the languages that own sentences can't leave out."""
        needed = languages_to_write()
        return [name for code, name in public_languages().items() if code in needed]

    def sentences(self) -> dict[str, str]:
        """Return the owner's own sentences by language, or an empty dict."""
        texts = {
            code: tidy_wording(self[f"sentence_{code}"].data or "") for code in public_languages()
        }
        return texts if any(texts.values()) else {}

    def show_errors(self, faults: WordingFaults) -> None:
        """Show the mistakes at each sentence."""
        for code, found in faults.items():
            self[f"sentence_{code}"].errors = [explain_wording(fault) for fault in found]

    def validate_slug(self, field: StringField) -> None:
        """Refuse a slug that isn't valid in a URL. Raises ValidationError."""
        if not is_slug(field.data or ""):
            raise ValidationError(
                _("Use small letters a–z, digits and single hyphens, as in lyon-3.")
            )


def _name_zones(zones: Iterable[str], group: str) -> list[SelectChoice]:
    """Return the zones of a group with their names, in the order of these."""
    named = sorted((clock_of(each), each) for each in zones)
    return [SelectChoice(zone, name, optgroup=group) for name, zone in named]


class SenderForm(Form):
    """The sender of a list's emails."""

    sender_name = StringField(validators=[at_most(MAX_SENDER_NAME)])
    reply_to = StringField(validators=[at_most(MAX_ADDRESS)])
    time_zone = SelectField()

    def __init__(self, mailing_list: MailingList, **options: Any) -> None:
        super().__init__(obj=mailing_list, **options)
        zones = group_zones()
        self.time_zone.choices = [
            SelectChoice("", clock_of(PARTY_ZONE), optgroup=gettext("The party’s")),
            *_name_zones(zones.overseas, gettext("Overseas")),
            *_name_zones(zones.union, gettext("European Economic Area")),
            *_name_zones(zones.elsewhere, gettext("Elsewhere")),
        ]

    def sender(self) -> ListSender:
        """Return the sender."""
        return ListSender(
            name=self.sender_name.data or "",
            reply_to=self.reply_to.data or "",
            time_zone=self.time_zone.data or "",
        )

    def show_fault(self, fault: SenderFault) -> None:
        """Show the mistake at its field."""
        is_name = fault in {SenderFault.NAME_LIKE_ADDRESS, SenderFault.NAME_UNREADABLE}
        (self.sender_name if is_name else self.reply_to).errors = [label(fault)]


class TerritoryForm(Form):
    """The places of a list's territory."""

    departements = StringField()
    communes = TextAreaField()
    postcodes = TextAreaField()

    def __init__(self, written: Mapping[PlaceKind, Sequence[str]], **options: Any) -> None:
        super().__init__(
            departements=", ".join(written[PlaceKind.DEPARTEMENT]),
            communes="\n".join(written[PlaceKind.COMMUNE]),
            postcodes="\n".join(written[PlaceKind.POSTCODE]),
            **options,
        )

    def typed(self) -> TypedTerritory:
        """Return the places as they were typed."""
        return TypedTerritory(
            departements=self.departements.data or "",
            communes=self.communes.data or "",
            postcodes=self.postcodes.data or "",
        )

    def show_faults(self, faults: Sequence[FaultyPlace]) -> None:
        """Show each fault at the field of its place."""
        for each in faults:
            field = self[f"{each.kind.value}s"]
            others = ", ".join(map(describe_commune, each.others[:MOST_NAMED]))
            words = str(PLACE_FAULTS[each.fault])
            field.errors = [*field.errors, words % {"place": each.typed, "others": others}]


class ExportForm(Form):
    """The reason of an export."""

    reason = TextAreaField(
        validators=[
            InputRequired(_("Write the use of the file.")),
            Length(
                min=SHORTEST_REASON,
                message=_("Use at least %(min)d characters: others will read it."),
            ),
            at_most(LONGEST_REASON),
        ]
    )
    has_mark = BooleanField()

    def refuse(self, error: ExportError) -> None:
        """Say why there is no file."""
        if error in {ExportError.REASON_TOO_SHORT, ExportError.REASON_TOO_LONG}:
            self.reason.errors = [label(error)]
        else:
            self.form_errors.append(label(error))


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
