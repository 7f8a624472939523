"""The forms of the public pages."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from flask_babel import LazyString, lazy_gettext as _
from wtforms import BooleanField, Field, HiddenField, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired

from supporters.people.address_suggestions import AddressDoubt
from supporters.people.profile import PROFILE_FIELDS, PROFILE_WORDS, Profile
from supporters.questions.queries import Question
from supporters.signup.queries import SignupBox
from supporters.signup.rules import CODE_DIGITS
from supporters.web.forms import Form
from supporters.web.public.signup.address_forms import AddressForm
from supporters.web.public.signup.consent_fields import (
    ConsentField,
    a_list_is_ticked,
    consent_name,
    is_reconfirmed,
    is_ticked,
    text_is_current,
)
from supporters.web.public.signup.page_capture import is_shown_page
from supporters.web.public.signup.profile_fields import TYPED_FIELDS
from supporters.web.public.signup.question_fields import make_question_fields
from supporters.web.public.surfaces import sent_fields

F = TypeVar("F", bound="PageForm")
AFTER_BOXES = (*(name for name in TYPED_FIELDS if PROFILE_WORDS[name].offer), "is_15", "is_person")
DECOY = "zq7"  # password managers and form fillers do not know this name
_EVENT_ID = re.compile(r"\b[0-9]{1,19}\b")
TOO_YOUNG_MESSAGE = _("You can sign up from the age of 15. Confirm that you are 15 or over.")

DECOY_MESSAGE = _(
    "A hidden field was filled in, perhaps by a program in your browser. If you are a "
    "person, tick the box and press the button again."
)


def page_is_current(form: Any, field: HiddenField) -> None:
    """Refuse a form of another page. Raises ValidationError."""
    if not is_shown_page(field.data or "", form.page_hash):
        raise ValidationError(
            _("This page has changed since you opened it. Read it again, then send it.")
        )


class PageForm(Form):
    """A form with the fingerprint of its page, for the page snapshot."""

    page = HiddenField(validators=[page_is_current])

    page_hash: str | None


class ProfileForm(Form):
    """A field for each value of a profile. The signup page knows the language already."""

    def list_typed(self) -> list[tuple[Field, str]]:
        """Return the fields that are typed, each with the kind of its input."""
        return [(self[name], each.kind) for name, each in TYPED_FIELDS.items()]

    def list_offered(self) -> list[tuple[Field, str, LazyString]]:
        """Return the typed fields that the sign-up form unfolds, each with the words to do so."""
        typed = self.list_typed()
        offers = [(*each, PROFILE_WORDS[each[0].short_name].offer) for each in typed]
        return [(field, kind, offer) for field, kind, offer in offers if offer]

    def read_profile(self, **known: str) -> Profile:
        """Return the profile: from the form, and from values that are known already."""
        asked = [name for name in PROFILE_FIELDS if name not in known]
        values: dict[str, Any] = {name: self[name].data or None for name in asked}
        return Profile(**values, **known)


for _name, _typed in TYPED_FIELDS.items():
    setattr(ProfileForm, _name, _typed.make(_name))


class LocalForm(Form):
    """The commune that finds local lists, the place of those that were found, and what is kept."""

    keep_postcode = BooleanField()
    commune = SelectField(choices=[], validate_choice=False)
    local = HiddenField()


class JoinForm(AddressForm, ProfileForm, LocalForm, PageForm):
    """The sign-up form; a box is added for each wording of the page.

    The decoy is hidden. Mostly scripts fill it in, but a form filler of a real person may do so
    too. Then `asked` is set, and the page shows a box to confirm that the visitor is a person.
    """

    is_15 = BooleanField(validators=[InputRequired(TOO_YOUNG_MESSAGE)])
    decoy = StringField(name=DECOY)
    asked = HiddenField()
    is_person = BooleanField()
    opened = HiddenField()
    kept_email = HiddenField()  # an address that the person has looked at again

    def __iter__(self) -> Iterator[Field]:
        """Return the fields in the order of the page, for the summary of its errors."""
        later = [self[name] for name in AFTER_BOXES]
        return iter([*(each for each in super().__iter__() if each not in later), *later])

    def read_profile(self, **known: str) -> Profile:
        """Return the profile, without the values that shall not be kept."""
        boxes = {name: each.kept_by for name, each in TYPED_FIELDS.items()}
        values: dict[str, Any] = {
            name: None if (box := boxes.get(name)) and not self[box.name].data else value
            for name, value in vars(super().read_profile(**known)).items()
        }
        return Profile(**values)

    def is_from_a_person(self) -> bool:
        """Tell whether the decoy is empty and, if it was filled in before, the box is ticked.

        Otherwise the form shows the box.
        """
        is_empty = not self.decoy.data
        self.asked.data = "1" if self.asked.data or not is_empty else ""
        self.decoy.data = ""
        if is_empty and (self.is_person.data or not self.asked.data):
            return True
        self.is_person.errors = [DECOY_MESSAGE]
        return False

    def ask_about(self, typed: str, doubt: AddressDoubt) -> None:
        """Ask about an address; the same address is taken the next time."""
        super().ask_about(typed, doubt)
        self.kept_email.data = typed


class ReconfirmationForm(PageForm):
    """The form of a reconfirmation; the box is added for its wording."""


class BoxesForm(PageForm):
    """The form for more lists in My data; a box is added for each wording."""


class InvitationForm(PageForm):
    """The form of an invitation; the box of the consent is added for its wording."""

    is_15 = BooleanField(validators=[InputRequired(TOO_YOUNG_MESSAGE)])


class WordingsForm(PageForm):
    """One button that gives consent to all wordings of a page with a secret link.

    Only the mailbox got the link, and nobody can guess it, so no cookie is needed (ADR 029).
    """

    class Meta(PageForm.Meta):
        """No CSRF token: the secret link protects the form."""

        csrf = False


class ConfirmForm(Form):
    """The form of the confirmation link, without its boxes: the page has one for each open request.

    It needs no cookie: only the mailbox has the link.
    """

    class Meta(Form.Meta):
        """No CSRF token: the secret link protects the form."""

        csrf = False

    given_name = TYPED_FIELDS["given_name"].make("given_name")

    has_ticked_box = True

    def validate(self, *arguments: Any, **options: Any) -> bool:
        """Refuse a form without a ticked box."""
        is_right: bool = super().validate(*arguments, **options)
        if self.has_ticked_box:
            return is_right
        self.form_errors.append(
            _(
                "No box is ticked, so nothing was confirmed. "
                "Tick what you want to receive, or close this page."
            )
        )
        return False


class CodeForm(Form):
    """The form for the six digits of the confirmation email."""

    code = StringField(validators=[InputRequired(_("Enter the 6 digits from our email."))])

    def validate_code(self, field: StringField) -> None:
        """Accept the digits with spaces or hyphens between them. Raises ValidationError."""
        digits = "".join((field.data or "").split()).replace("-", "")
        if len(digits) != CODE_DIGITS or not (digits.isascii() and digits.isdecimal()):
            raise ValidationError(_("The code has 6 digits. Copy it from our email."))
        field.data = digits


def join_form_class(
    offers: Sequence[SignupBox], questions: Sequence[Question] = (), *, has_own_list: bool
) -> type[JoinForm]:
    """Return the form with a box for each offered wording, and a field for each question.

    The first box is compulsory on the page of its list; on another page, any list is enough.
    """
    boxes = make_question_fields(questions)
    first = is_ticked if has_own_list else a_list_is_ticked
    for index, offer in enumerate(offers):
        checks = [first, text_is_current] if index == 0 else [text_is_current]
        boxes[consent_name(offer)] = ConsentField(validators=checks, wording_id=offer[1].id)
    return type("JoinFormWithBoxes", (JoinForm,), boxes)


def make_join_form(
    kind: type[JoinForm], page_hash: str | None, *, has_cookie: bool = True
) -> JoinForm:
    """Return the form of a page; without a page fingerprint, the blank form of its snapshot.

    Without a cookie it has no CSRF token.
    """
    if has_cookie or not page_hash:
        return _make(kind, page_hash)
    form = kind(formdata=sent_fields(), meta={"csrf": False})
    form.page_hash = page_hash
    return form


def read_shown_ids(shown: str) -> frozenset[int]:
    """Return the ids of the boxes that a submitted page showed."""
    return frozenset(int(each) for each in _EVENT_ID.findall(shown))


def box_name(event_id: int) -> str:
    """Return the name of the box of a consent event."""
    return f"box_{event_id}"


def make_reconfirmation_form(wording_id: int, page_hash: str | None) -> ReconfirmationForm:
    """Return the form with the box for a wording; without a page fingerprint, the blank form."""
    box = ConsentField(validators=[is_reconfirmed, text_is_current], wording_id=wording_id)
    form: type[ReconfirmationForm] = type("RenewFormWithBox", (ReconfirmationForm,), {"agree": box})
    return _make(form, page_hash)


def make_boxes_form(offers: Sequence[SignupBox], page_hash: str | None) -> BoxesForm:
    """Return a form with an optional box for each wording; or the blank form."""
    boxes = {
        consent_name(offer): ConsentField(validators=[text_is_current], wording_id=offer[1].id)
        for offer in offers
    }
    form: type[BoxesForm] = type("FormWithBoxes", (BoxesForm,), boxes)
    return _make(form, page_hash)


def make_invitation_form(wording_id: int, page_hash: str | None) -> InvitationForm:
    """Return the form of an invitation with the box for a wording; or the blank form."""
    box = ConsentField(validators=[is_ticked, text_is_current], wording_id=wording_id)
    form: type[InvitationForm] = type("InvitedFormWithBox", (InvitationForm,), {"consent": box})
    return _make(form, page_hash)


def make_wordings_form(page_hash: str | None) -> WordingsForm:
    """Return the form with one button for several wordings; or the blank form."""
    return _make(WordingsForm, page_hash)


def _make(kind: type[F], page_hash: str | None) -> F:
    form = kind() if page_hash else kind(formdata=None, meta={"csrf": False})
    form.page_hash = page_hash
    return form
