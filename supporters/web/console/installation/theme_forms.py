"""The form of the party's theme: colours, pictures and words of its emails and pages."""

from collections.abc import Sequence
from typing import Any

from flask_babel import format_decimal, gettext, lazy_gettext as _
from wtforms import BooleanField, Field, RadioField, StringField, ValidationError
from wtforms.validators import Regexp

from supporters.campaigns.pictures.models import Picture
from supporters.campaigns.theme_changes import ThemeChoice
from supporters.languages import LANGUAGES
from supporters.mail.palettes import BLACK, WHITE, is_readable, suggest_words
from supporters.mail.social_links import MAX_LINK, Network, find_link_fault
from supporters.mail.theme_models import MAX_ADDRESS, MAX_ALT, MAX_SHARE_WORDS, Alignment
from supporters.public_languages import public_languages
from supporters.text.contrast import COLOUR, contrast_ratio
from supporters.web.forms import Form, SelectChoice, at_most
from supporters.web.labels import label

NO_PICTURE = ""
NAMES = {WHITE: _("White"), BLACK: _("Black")}


def _colour() -> StringField:
    whole = rf"(?:{COLOUR.pattern})$"
    return StringField(validators=[Regexp(whole, COLOUR.flags, _("Write a colour as #0d4450."))])


class ThemeForm(Form):
    """The theme. Each network and each language has a field of its own."""

    accent = _colour()
    accent_words = _colour()
    stripe = _colour()
    logo = RadioField(validators=[])
    logo_alt = StringField(validators=[at_most(MAX_ALT)])
    shows_name = BooleanField()
    alignment = RadioField(
        choices=[
            SelectChoice(Alignment.LEFT, _("On the left")),
            SelectChoice(Alignment.CENTER, _("In the middle")),
        ]
    )
    postal_address = StringField(validators=[at_most(MAX_ADDRESS)])
    picture = RadioField(validators=[])
    picture_alt = StringField(validators=[at_most(MAX_ALT)])
    picture_in_mails = BooleanField()
    icon = RadioField(validators=[])
    share = RadioField(validators=[])

    def offer(self, pictures: Sequence[Picture]) -> None:
        """Set the pictures that can be chosen."""
        offered = [SelectChoice(str(each.id), words_of_picture(each)) for each in pictures]
        for field, nothing in (
            (self.logo, gettext("No logo")),
            (self.picture, gettext("No picture")),
            (self.icon, gettext("The envelope of this program")),
            (self.share, gettext("The header picture, or else the logo")),
        ):
            field.choices = [SelectChoice(NO_PICTURE, nothing), *offered]

    @property
    def link_fields(self) -> dict[Network, StringField]:
        """The fields of the networks."""
        return {each: self[_name_of(each)] for each in Network}

    @property
    def share_fields(self) -> dict[str, StringField]:
        """The fields of the words beside a shared link, by the names of the languages."""
        return {name: self[_words_field(code)] for code, name in public_languages().items()}

    def validate_accent_words(self, field: StringField) -> None:
        """Refuse words that can't be read on the accent. Raises ValidationError."""
        ground, words = self.accent.data or "", field.data or ""
        if not (COLOUR.fullmatch(ground) and COLOUR.fullmatch(words)) or is_readable(words, ground):
            return
        refusal = gettext(
            "These words can’t be read on the main colour: the contrast is %(ratio)s, and at least "
            "4.5 is needed. %(colour)s can be read on it.",
            ratio=format_decimal(round(contrast_ratio(words, ground), 1)),
            colour=NAMES[suggest_words(ground)],
        )
        raise ValidationError(refusal)

    def validate_logo_alt(self, field: StringField) -> None:
        """Ask for the words of a logo that stands alone. Raises ValidationError."""
        if self.logo.data and not self.shows_name.data and not field.data:
            raise ValidationError(
                _("Say what the logo shows: mail programs without pictures show these words.")
            )

    def choice(self) -> ThemeChoice:
        """Return what was chosen."""
        return ThemeChoice(
            accent=self.accent.data or "",
            accent_words=self.accent_words.data or "",
            stripe=self.stripe.data or "",
            alignment=Alignment(self.alignment.data),
            shows_name=self.shows_name.data,
            logo_id=_chosen(self.logo),
            logo_alt=self.logo_alt.data or "",
            links={key: field.data for key, field in self.link_fields.items() if field.data},
            postal_address=self.postal_address.data or "",
            picture_id=_chosen(self.picture),
            picture_alt=self.picture_alt.data or "",
            picture_in_mails=self.picture_in_mails.data,
            share_id=_chosen(self.share),
            share_words={code: self[_words_field(code)].data or "" for code in public_languages()},
            icon_id=_chosen(self.icon),
        )

    def drop_faults(self) -> None:
        """Put the stored value into each field with a mistake, for the preview."""
        for field in self:
            if field.errors:
                field.data = field.object_data


def _chosen(field: RadioField) -> int | None:
    return int(field.data) if field.data else None


def words_of_picture(picture: Picture) -> str:
    """Return the words beside a picture that can be chosen."""
    return picture.description or str(gettext("No description yet"))


def _name_of(network: Network) -> str:
    return f"link_{network}"


def _words_field(language: str) -> str:
    return f"share_words_{language}"


def _check_link(network: Network) -> Any:
    def check(_form: Form, field: Field) -> None:
        fault = find_link_fault(network, field.data) if field.data else None
        if fault is not None:
            raise ValidationError(label(fault) % {"network": label(network)})

    return check


for _network in Network:
    _field = StringField(validators=[at_most(MAX_LINK), _check_link(_network)])
    setattr(ThemeForm, _name_of(_network), _field)

for _language in LANGUAGES:
    _field = StringField(validators=[at_most(MAX_SHARE_WORDS)])
    setattr(ThemeForm, _words_field(_language), _field)
