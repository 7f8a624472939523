"""The party's theme: the look of emails and public pages, with previews beside its form."""

import re
from http import HTTPStatus
from urllib.parse import urlencode

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from supporters.campaigns.beginnings.starting_texts import ReadyTemplate, read_ready
from supporters.campaigns.pictures.email_pictures import url_of
from supporters.campaigns.pictures.queries import find_picture, list_newest_pictures
from supporters.campaigns.theme_changes import (
    ThemeError,
    change_theme,
    find_choice,
    find_pictures_of,
    make_row,
)
from supporters.delivery.message.text_previews import preview_text
from supporters.lists.queries import list_open_lists
from supporters.mail.mail_theme import Theme, find_row, theme_of
from supporters.mail.social_links import Network
from supporters.public_languages import public_languages
from supporters.web.console.console_blueprint import (
    console,
    done,
    name_of_author,
    owners_only,
    recent_password_required,
)
from supporters.web.console.installation.theme_forms import ThemeForm
from supporters.web.console.preview_looks import DARKNESS, show_as_asked
from supporters.web.headers import show_as_email
from supporters.web.labels import label
from supporters.web.public.page_theme import make_page_theme
from supporters.web.public.signup.page_capture import put_in_files

PICTURE_FIELDS = ("logo", "picture", "share", "icon")
DARK_SCREEN = re.compile(r"@media screen and \(prefers-color-scheme: ?dark\)")


@console.route("/settings/theme", methods=["GET", "POST"])
@owners_only
@recent_password_required
def mail_theme() -> ResponseReturnValue:
    """Show and change the look. The button of the preview stores nothing."""
    form = _make_form()
    is_look = request.form.get("look") == "yes"
    if form.validate_on_submit() and not is_look:
        match change_theme(form.choice(), current_user.id):
            case ThemeError() as refused:
                form.logo.errors = [label(refused)]
            case has_changed:
                return _after_change(has_changed=has_changed)
    page = _show(form)
    is_refused = form.is_submitted() and (form.errors or not is_look)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK


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


@console.get("/settings/theme/preview.html")
@owners_only
def mail_theme_html() -> str:
    """Show a sample email with the theme that the address describes, or with the stored one."""
    sample = read_ready(ReadyTemplate.MONTHLY, current_user.language)
    content = preview_text(sample, _find_asked_theme())
    show_as_email()
    return show_as_asked(content, sample.language, request.args)


@console.get("/settings/theme/page.html")
@owners_only
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
    return urlencode([(name, request.form[name]) for name in names if name in request.form])


def _logos(form: ThemeForm) -> dict[str, str]:
    """Return the addresses of the pictures that can be chosen, by their values in the form."""
    ids = [int(value) for value, *_label in form.logo.iter_choices() if value]
    return {str(each.id): url_of(each) for each in map(find_picture, ids) if each}
