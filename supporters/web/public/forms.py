"""The forms of signing up."""

import re
from collections.abc import Sequence
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, EmailField, HiddenField, StringField, ValidationError
from wtforms.validators import InputRequired, Optional

from supporters.people.addresses import Address, AddressInvalid, parse_address
from supporters.people.models import MAX_ADDRESS, MAX_GIVEN_NAME
from supporters.people.profile import PROFILE_FIELDS, Profile
from supporters.signup.queries import Offer
from supporters.signup.rules import CODE_DIGITS
from supporters.web.forms import Form, at_most

F = TypeVar("F", "JoinForm", "RenewForm", "BoxesForm", "InvitedForm", "SentencesForm")
DECOY = "zq7"  # a name that no program which fills in forms knows
_EVENT_ID = re.compile(r"\b[0-9]{1,19}\b")
NOT_15 = _("You must be 15 or over to join. Tick the box if you are.")

NOT_A_PERSON = _(
    "A field that nobody sees was filled in, by a program of your browser perhaps. Tick the box if "
    "you are a person, and press the button again."
)


class ConsentField(BooleanField):
    """A box for one wording. It counts only if the wording is the one that stood beside it."""

    def __init__(self, *arguments: Any, wording_id: int, **options: Any) -> None:
        self.wording_id = str(wording_id)
        self.is_stale = False
        super().__init__(*arguments, **options)

    def _value(self) -> str:
        return self.wording_id

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the box as ticked only for today's wording."""
        self.data = valuelist[:1] == [self.wording_id]
        self.is_stale = bool(valuelist) and not self.data


def text_is_current(_form: Form, field: ConsentField) -> None:
    """Refuse a box that stood beside an older text. Raises ValidationError."""
    if field.is_stale:
        raise ValidationError(
            _("This text was changed while you read it. Please read it again and tick the box.")
        )


def is_ticked(_form: Form, field: ConsentField) -> None:
    """Refuse a compulsory box that isn't ticked. Raises ValidationError."""
    if not field.data and not field.is_stale:
        raise ValidationError(_("Tick this box if you want to join. Without it we may not write."))


def is_ticked_again(_form: Form, field: ConsentField) -> None:
    """Refuse a yes without its box. Raises ValidationError."""
    if not field.data and not field.is_stale:
        raise ValidationError(_("Tick this box if you agree. If you don’t, say no below."))


def page_is_current(form: Any, field: HiddenField) -> None:
    """Refuse what was sent from a page with another fingerprint. Raises ValidationError."""
    if field.data != form.page_hash:
        raise ValidationError(
            _("This page was changed while you had it open. Please read it again and send it.")
        )


def is_a_name(_form: Form, field: StringField) -> None:
    """Refuse an address of the web or of mail where a name belongs. Raises ValidationError."""
    text = (field.data or "").casefold()
    if any(each in text for each in ("://", "www.", "@")):
        raise ValidationError(_("Enter a first name, without any address."))


class PageForm(Form):
    """A form that says which page was read, so that the page can be kept as it was shown."""

    page = HiddenField(validators=[page_is_current])

    page_hash: str | None


class AddressForm(Form):
    """An e-mail address."""

    email = EmailField(
        validators=[
            InputRequired(_("Enter your e-mail address, as in name@example.org.")),
            at_most(MAX_ADDRESS),
        ]
    )

    address: Address

    def validate_email(self, field: EmailField) -> None:
        """Keep the address that was read. Raises ValidationError."""
        try:
            self.address = parse_address(field.data or "")
        except AddressInvalid as error:
            raise ValidationError(
                _("This isn’t an address that we can write to. Enter it as in name@example.org.")
            ) from error


class ProfileForm(Form):
    """A profile: a field for each of Profile; the signup page takes its language from the page."""

    given_name = StringField(validators=[Optional(), at_most(MAX_GIVEN_NAME), is_a_name])

    def read_profile(self, **known: str) -> Profile:
        """Return the profile; a field is in the form, or its value is known already."""
        asked = [name for name in PROFILE_FIELDS if name not in known]
        values: dict[str, Any] = {name: self[name].data or None for name in asked}
        return Profile(**values, **known)


class JoinForm(AddressForm, ProfileForm, PageForm):
    """What a visitor fills in; the boxes are added for each page.

    Nobody sees the decoy. What fills it in is most likely a script, but may be a program that fills
    in forms for a person: `asked` says that the page asks whether it is one.
    """

    is_15 = BooleanField(validators=[InputRequired(NOT_15)])
    decoy = StringField(name=DECOY)
    asked = HiddenField()
    is_person = BooleanField()
    opened = HiddenField()

    def is_from_a_person(self) -> bool:
        """Tell whether the decoy is empty and, if it wasn't once, the box says so.

        Otherwise the form asks.
        """
        is_empty = not self.decoy.data
        self.asked.data = "1" if self.asked.data or not is_empty else ""
        self.decoy.data = ""
        if is_empty and (self.is_person.data or not self.asked.data):
            return True
        self.is_person.errors = [NOT_A_PERSON]
        return False


class RenewForm(PageForm):
    """The answer of somebody who is asked again; the box is added for the sentence."""


class BoxesForm(PageForm):
    """What somebody who is known joins besides; the boxes are added for what they can."""


class InvitedForm(PageForm):
    """What somebody who is invited ticks; the box of the consent is added for its wording."""

    is_15 = BooleanField(validators=[InputRequired(NOT_15)])


class SentencesForm(PageForm):
    """One button that agrees to the sentences of a page, behind a link that only a mailbox got.

    Nobody else's page can send it: the link can't be guessed, so no cookie is needed (ADR 029).
    """

    class Meta(PageForm.Meta):
        """How the form is checked."""

        csrf = False


class ConfirmForm(Form):
    """What the holder of a mailbox confirms; a box is added for each that waits.

    It needs no cookie: only the mailbox has its address.
    """

    class Meta(Form.Meta):
        """How the form is protected."""

        csrf = False

    given_name = StringField(validators=[Optional(), at_most(MAX_GIVEN_NAME), is_a_name])
    shown = HiddenField()

    box_names: Sequence[str]

    @property
    def shown_ids(self) -> frozenset[int]:
        """Return the boxes that the page had when it was sent."""
        return frozenset(int(each) for each in _EVENT_ID.findall(self.shown.data or ""))

    def validate(self, *arguments: Any, **options: Any) -> bool:
        """Refuse a page with nothing ticked: closing it is how nothing is confirmed."""
        is_right: bool = super().validate(*arguments, **options)
        if any(self[name].data for name in self.box_names):
            return is_right
        self.form_errors.append(
            _(
                "Nothing is ticked, so nothing was confirmed. "
                "Tick what you want to receive, or close this page."
            )
        )
        return False


class CodeForm(Form):
    """The six digits of the letter."""

    code = StringField(validators=[InputRequired(_("Enter the 6 digits from our letter."))])

    def validate_code(self, field: StringField) -> None:
        """Take the digits, however they were grouped. Raises ValidationError."""
        digits = "".join((field.data or "").split()).replace("-", "")
        if len(digits) != CODE_DIGITS or not (digits.isascii() and digits.isdecimal()):
            raise ValidationError(_("The code has 6 digits. Copy it from our letter."))
        field.data = digits


def make_join_form(offers: Sequence[Offer], page_hash: str | None) -> JoinForm:
    """Return the form of a page with a box for each offer, the first of them compulsory.

    Without the fingerprint of the page it is the blank form of the page for keeping.
    """
    boxes = {}
    for index, offer in enumerate(offers):
        checks = [is_ticked, text_is_current] if index == 0 else [text_is_current]
        boxes[consent_name(offer)] = ConsentField(validators=checks, wording_id=offer[1].id)
    form: type[JoinForm] = type("JoinFormWithBoxes", (JoinForm,), boxes)
    return _make(form, page_hash)


def make_confirm_form(event_ids: Sequence[int], given_name: str | None) -> ConfirmForm:
    """Return the form with a box for each request in the consent log, ticked until it is sent."""
    names = [box_name(each) for each in event_ids]
    boxes = {name: BooleanField(default=True) for name in names}
    kind: type[ConfirmForm] = type("ConfirmFormWithBoxes", (ConfirmForm,), boxes)
    form = kind(given_name=given_name)
    form.box_names = names
    return form


def box_name(event_id: int) -> str:
    """Return the name of the box of a request in the consent log."""
    return f"box_{event_id}"


def make_renew_form(wording_id: int, page_hash: str | None) -> RenewForm:
    """Return the form with the box for a sentence; without a fingerprint, the blank one."""
    box = ConsentField(validators=[is_ticked_again, text_is_current], wording_id=wording_id)
    form: type[RenewForm] = type("RenewFormWithBox", (RenewForm,), {"agree": box})
    return _make(form, page_hash)


def make_boxes_form(offers: Sequence[Offer], page_hash: str | None) -> BoxesForm:
    """Return a form with a box for each offer, none of them compulsory; or the blank one."""
    boxes = {
        consent_name(offer): ConsentField(validators=[text_is_current], wording_id=offer[1].id)
        for offer in offers
    }
    form: type[BoxesForm] = type("FormWithBoxes", (BoxesForm,), boxes)
    return _make(form, page_hash)


def make_invited_form(wording_id: int, page_hash: str | None) -> InvitedForm:
    """Return the form of an invitation with the box for a sentence; or the blank one."""
    box = ConsentField(validators=[is_ticked, text_is_current], wording_id=wording_id)
    form: type[InvitedForm] = type("InvitedFormWithBox", (InvitedForm,), {"consent": box})
    return _make(form, page_hash)


def make_sentences_form(page_hash: str | None) -> SentencesForm:
    """Return the form of a page with sentences; or the blank one."""
    return _make(SentencesForm, page_hash)


def _make(kind: type[F], page_hash: str | None) -> F:
    form = kind() if page_hash else kind(formdata=None, meta={"csrf": False})
    form.page_hash = page_hash
    return form


def consent_name(offer: Offer) -> str:
    """Return the name of the box of a list, or of what is no list."""
    mailing_list, wording = offer
    return f"consent_{mailing_list.id}" if mailing_list else f"purpose_{wording.purpose_id}"
