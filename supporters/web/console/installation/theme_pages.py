"""The party's theme: the look of emails and public pages, its forms, with previews beside."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, gettext, lazy_gettext as _
from flask_login import current_user
from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, RadioField, StringField, ValidationError
from wtforms.validators import Regexp

from supporters.campaigns.beginnings.starting_texts import ReadyTemplate, read_ready
from supporters.campaigns.pictures.email_pictures import url_of
from supporters.campaigns.pictures.models import Picture
from supporters.campaigns.pictures.queries import find_picture, list_newest_pictures
from supporters.campaigns.pictures.stored_pictures import PictureFault, add_picture
from supporters.campaigns.theme_changes import (
    ThemeChoice,
    ThemeError,
    change_theme,
    find_choice,
    find_pictures_of,
    make_row,
)
from supporters.delivery.message.text_previews import preview_text
from supporters.languages import LANGUAGES
from supporters.lists.queries import list_open_lists
from supporters.mail.mail_theme import Theme, find_row, theme_of
from supporters.mail.palettes import BLACK, WHITE, is_readable, suggest_words
from supporters.mail.social_links import MAX_LINK, Network, find_link_fault
from supporters.mail.theme_models import MAX_ADDRESS, MAX_ALT, MAX_SHARE_WORDS, Alignment
from supporters.public_languages import public_languages
from supporters.text.contrast import COLOUR, contrast_ratio
from supporters.web.console.console_blueprint import (
    done,
    for_owners,
    name_of_author,
    recent_password_required,
)
from supporters.web.console.preview_looks import DARKNESS, show_as_asked
from supporters.web.forms import Form, SelectChoice, at_most
from supporters.web.headers import show_as_email
from supporters.web.labels import label
from supporters.web.public.page_theme import make_page_theme
from supporters.web.public.signup.page_capture import put_in_files

NO_PICTURE = ""
NAMES = {WHITE: _("White"), BLACK: _("Black")}
PICTURE_FIELDS = ("logo", "picture", "share", "icon")
DARK_SCREEN = re.compile(r"@media screen and \(prefers-color-scheme: ?dark\)")


def _colour() -> StringField:
    whole = rf"(?:{COLOUR.pattern})$"
    return StringField(validators=[Regexp(whole, COLOUR.flags, _("Write a colour as #0d4450."))])


class ThemeForm(Form):
    """The theme. Each network and each language has a field of its own."""

    accent = _colour()
    accent_words = _colour()
    stripe = _colour()
    logo = RadioField(validators=[])
    new_logo = FileField()
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


@for_owners.route("/settings/theme", methods=["GET", "POST"])
@recent_password_required
def mail_theme() -> ResponseReturnValue:
    """Show and change the look. The button of the preview stores nothing but a new logo."""
    form = _make_form()
    fault = _take_logo(form)
    is_look = request.form.get("look") == "yes"
    if form.validate_on_submit() and not (is_look or fault):
        match change_theme(form.choice(), current_user.id):
            case ThemeError() as refused:
                form.logo.errors = [label(refused)]
            case has_changed:
                return _after_change(has_changed=has_changed)
    form.new_logo.errors = [label(fault)] if fault else []
    page = _show(form)
    is_refused = form.is_submitted() and (form.errors or not is_look)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK


def _take_logo(form: ThemeForm) -> PictureFault | None:
    """Put an uploaded logo into the library and choose it; return why it was refused."""
    if not form.new_logo.data:
        return None
    added = add_picture(form.new_logo.data.stream, current_user.id)
    if isinstance(added, PictureFault):
        return added
    form.offer(list_newest_pictures(including={added.id}))
    form.logo.data = str(added.id)
    return None


def _after_change(*, has_changed: bool) -> ResponseReturnValue:
    words = gettext("Nothing was changed.")
    if has_changed:
        words = gettext(
            "Saved. Public pages and emails that are written from now on have this look."
        )
    return done(words, "console.mail_theme")


def _show(form: ThemeForm) -> str:
    row = find_row()
    return render_template(
        "console/installation/theme.html",
        form=form,
        logos=_logos(form),
        typed=_list_typed(form),
        row=row,
        changed_by=name_of_author(row.changed_by) if row else None,
    )


@for_owners.get("/settings/theme/preview.html")
def mail_theme_html() -> str:
    """Show a sample email with the theme that the address describes, or with the stored one."""
    sample = read_ready(ReadyTemplate.MONTHLY, current_user.language)
    content = preview_text(sample, _find_asked_theme())
    show_as_email()
    return show_as_asked(content, sample.language, request.args)


@for_owners.get("/settings/theme/page.html")
def mail_theme_page() -> str:
    """Show a sample of the sign-up page with the theme that the address describes."""
    looks = make_page_theme(_find_asked_theme())
    page = render_template(
        "console/installation/theme_sample.html", looks=looks, lists=list_open_lists()
    )
    darkness = DARKNESS.get(request.args.get("dark", ""), DARKNESS["no"])
    show_as_email()  # a frame without scripts, whose style stands in it
    return DARK_SCREEN.sub(darkness, put_in_files(page))


def _find_asked_theme() -> Theme:
    """Return the theme that the address describes, or the stored one."""
    form = _make_form(request.args if "accent" in request.args else None)
    if "accent" in request.args and not form.validate():
        form.drop_faults()
    choice = form.choice()
    return theme_of(make_row(choice, find_pictures_of(choice)))


def _make_form(asked: MultiDict[str, str] | None = None) -> ThemeForm:
    choice = find_choice()
    stored = {
        **vars(choice),
        **{name: str(getattr(choice, f"{name}_id") or "") for name in PICTURE_FIELDS},
        **{f"share_words_{each}": choice.share_words.get(each, "") for each in public_languages()},
        **{f"link_{each}": choice.links.get(each, "") for each in Network},
    }
    more = {} if asked is None else {"formdata": asked, "meta": {"csrf": False}}
    form = ThemeForm(data=stored, **more)
    form.offer(list_newest_pictures(including=choice.pictures))
    return form


def _list_typed(form: ThemeForm) -> str:
    """Return what was typed as the query of a preview; empty for the stored theme."""
    names = [field.name for field in form if field.name != "csrf_token"]
    typed = {name: request.form[name] for name in names if name in request.form}
    return urlencode({**typed, "logo": form.logo.data or ""} if typed else {})


def _logos(form: ThemeForm) -> dict[str, str]:
    """Return the addresses of the pictures that can be chosen, by their values in the form."""
    ids = [int(value) for value, *_label in form.logo.iter_choices() if value]
    return {str(each.id): url_of(each) for each in map(find_picture, ids) if each}
