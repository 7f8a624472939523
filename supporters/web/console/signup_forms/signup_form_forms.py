"""The form by which the team makes a sign-up form: its lists, words, questions, picture and way."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from flask import current_app
from flask_babel import gettext, lazy_gettext as _
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException
from wtforms import (
    Field,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from supporters.campaigns.pictures.models import Picture
from supporters.languages import LANGUAGES
from supporters.lists.models import MAX_SLUG, MailingList
from supporters.lists.rules import is_slug
from supporters.public_languages import default_public_language, public_languages
from supporters.questions.queries import Question, words_of
from supporters.signup_forms.models import (
    MAX_ALT,
    MAX_GOES_TO,
    MAX_INTRO,
    MAX_TEAM_NAME,
    MAX_THANKS,
    MAX_TITLE,
)
from supporters.signup_forms.rules import FormDraft, FormFault, FormFaultAt, FormWords
from supporters.web.console.installation.theme_pages import words_of_picture
from supporters.web.console.lists.list_forms import tidy_paragraphs
from supporters.web.forms import Form, SelectChoice, at_most
from supporters.web.labels import label

WORDS = ("title", "intro", "thanks", "picture_alt")
NO_PICTURE = ""
BOXES: dict[str, Any] = {"option_widget": CheckboxInput(), "widget": ListWidget(prefix_label=False)}


class Offer(NamedTuple):
    """The parts for a form: lists, their questions, pictures, and languages written before."""

    lists: Sequence[MailingList]
    questions: Sequence[Question]
    pictures: Sequence[Picture]
    written: Collection[str] = ()


def _slug() -> StringField:
    return StringField(
        validators=[InputRequired(_("Choose the end of its address.")), at_most(MAX_SLUG)]
    )


def _team_name() -> StringField:
    return StringField(
        validators=[InputRequired(_("Give the form a name for the team.")), at_most(MAX_TEAM_NAME)]
    )


class SlugForm(Form):
    """The address of a new form."""

    slug = _slug()

    def validate_slug(self, field: StringField) -> None:
        """Refuse what can't stand in an address, or is a page of ours. Raises ValidationError."""
        if not is_slug(field.data or ""):
            raise ValidationError(
                _("Use small letters a–z, digits and single hyphens, as in lyon-3.")
            )
        if _is_page_of_ours(field.data or ""):
            raise ValidationError(label(FormFault.SLUG_TAKEN))

    def show_taken(self) -> None:
        """Show that the address is taken."""
        self.slug.errors = [label(FormFault.SLUG_TAKEN)]


class CopyForm(SlugForm):
    """The name and the address of a copy."""

    name = _team_name()


class SignupFormForm(SlugForm):
    """A sign-up form. The fields for its words in each language are added below."""

    name = _team_name()
    lists = SelectMultipleField(coerce=int, **BOXES)
    questions = SelectMultipleField(coerce=int, **BOXES)
    picture = RadioField(validators=[], default=NO_PICTURE)
    goes_to = StringField(validators=[at_most(MAX_GOES_TO)])

    def __init__(self, offer: Offer, *, is_new: bool = False, **values: Any) -> None:
        super().__init__(**values)
        if not is_new:
            del self.slug
        self.languages: Mapping[str, str] = {
            code: name
            for code, name in LANGUAGES.items()
            if code in public_languages() or code in offer.written
        }
        for code in LANGUAGES.keys() - self.languages.keys():
            for part in WORDS:
                del self[f"{part}_{code}"]
        self.lists.choices = [SelectChoice(each.id, _name_of(each)) for each in offer.lists]
        names = {each.id: each.name for each in offer.lists}
        self.questions.choices = [
            SelectChoice(each.id, f"{words_of(each).label} ({names[each.list_id]})")
            for each in offer.questions
        ]
        pictures = [SelectChoice(str(each.id), words_of_picture(each)) for each in offer.pictures]
        self.picture.choices = [SelectChoice(NO_PICTURE, gettext("No picture")), *pictures]

    def fields_of(self, code: str) -> dict[str, Field]:
        """Return the fields of a language by their names."""
        return {part: self[f"{part}_{code}"] for part in WORDS}

    @property
    def picture_ids(self) -> list[int]:
        """The pictures that can be chosen."""
        return [int(each.data) for each in self.picture if each.data]

    def draft(self) -> FormDraft:
        """Return the form as it was written, with the languages that something was written in."""
        words = {code: self._words(code) for code in self.languages}
        return FormDraft(
            name=self.name.data or "",
            words={code: each for code, each in words.items() if not each.is_empty},
            list_ids=tuple(self.lists.data or ()),
            question_ids=frozenset(self.questions.data or ()),
            goes_to=self.goes_to.data or "",
            picture_id=int(self.picture.data) if self.picture.data else None,
        )

    def show_faults(self, faults: Sequence[FormFaultAt]) -> None:
        """Show each fault at its field."""
        for each in faults:
            name = each.part
            if each.part == "title":
                name = f"title_{each.language or default_public_language()}"
            self[name].errors = [*self[name].errors, label(each.fault)]

    def _words(self, code: str) -> FormWords:
        fields = self.fields_of(code)
        return FormWords(
            title=" ".join((fields["title"].data or "").split()),
            intro=tidy_paragraphs(fields["intro"].data or ""),
            thanks=tidy_paragraphs(fields["thanks"].data or ""),
            picture_alt=" ".join((fields["picture_alt"].data or "").split()),
        )


def values_of(draft: FormDraft) -> dict[str, object]:
    """Return the values of the fields for a stored form."""
    return {
        "name": draft.name,
        "lists": [*draft.list_ids],
        "questions": sorted(draft.question_ids),
        "picture": str(draft.picture_id or NO_PICTURE),
        "goes_to": draft.goes_to,
        **{
            f"{part}_{code}": getattr(words, part)
            for code, words in draft.words.items()
            for part in WORDS
        },
    }


def _name_of(mailing_list: MailingList) -> str:
    if mailing_list.is_open:
        return mailing_list.name
    return f"{mailing_list.name} ({label(mailing_list.status)})"


def _is_page_of_ours(word: str) -> bool:
    try:
        endpoint, _ = current_app.url_map.bind("").match(f"/{word}")
    except (HTTPException, RoutingException):
        return True
    return not str(endpoint).startswith("public.short_address")


for _code in LANGUAGES:
    setattr(SignupFormForm, f"title_{_code}", StringField(validators=[at_most(MAX_TITLE)]))
    setattr(SignupFormForm, f"intro_{_code}", TextAreaField(validators=[at_most(MAX_INTRO)]))
    setattr(SignupFormForm, f"thanks_{_code}", TextAreaField(validators=[at_most(MAX_THANKS)]))
    setattr(SignupFormForm, f"picture_alt_{_code}", StringField(validators=[at_most(MAX_ALT)]))
