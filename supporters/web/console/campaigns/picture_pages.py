"""The library of pictures: upload, description, where each is used, deletion.

The editor of campaigns uses the same two addresses and gets JSON.
"""

from http import HTTPStatus

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext as _
from flask_login import current_user
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, TextAreaField

from supporters.campaigns.pictures.email_pictures import as_markdown, url_of
from supporters.campaigns.pictures.models import MAX_DESCRIPTION, Picture
from supporters.campaigns.pictures.queries import (
    LibraryEntry,
    find_picture,
    list_campaigns_with,
    list_library_page,
)
from supporters.campaigns.pictures.stored_pictures import (
    DeletePictureError,
    PictureFault,
    add_picture,
    delete_picture,
    describe_picture,
)
from supporters.retention.labels import time_of
from supporters.retention.queries import get_days
from supporters.retention.rules import Category
from supporters.web.console.console_blueprint import PICTURE, done, for_writers
from supporters.web.console.visibility import current_scope
from supporters.web.forms import Form, at_most
from supporters.web.labels import label


class PictureForm(Form):
    """A new picture. Its description comes on the next page."""

    picture = FileField(validators=[FileRequired(_("Choose a picture."))])


class DescriptionForm(Form):
    """The description of a picture, for people who don't see it."""

    description = TextAreaField(validators=[at_most(MAX_DESCRIPTION)])
    is_decoration = BooleanField()


STATUSES = {
    PictureFault.TOO_HEAVY: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    PictureFault.TOO_MANY_PIXELS: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    PictureFault.NOT_A_PICTURE: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    PictureFault.DRAWING: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    PictureFault.HEIF: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    PictureFault.MOVES: HTTPStatus.UNPROCESSABLE_ENTITY,
    PictureFault.BROKEN: HTTPStatus.UNPROCESSABLE_ENTITY,
    PictureFault.EMPTY: HTTPStatus.UNPROCESSABLE_ENTITY,
}
HTML, JSON = "text/html", "application/json"


@for_writers.get("/pictures")
def pictures() -> ResponseReturnValue:
    """Show the library."""
    if request.accept_mimetypes.best_match([HTML, JSON]) == JSON:
        page = list_library_page(current_scope(), request.args.get("page", 1, type=int))
        found = [_describe_entry(each) for each in page.items]
        return jsonify(pictures=found, page=page.number, has_next=page.has_next)
    return _show_library(PictureForm())


@for_writers.post("/pictures")
def upload_picture() -> ResponseReturnValue:
    """Add a picture. A form gets a page, everything else JSON."""
    form = PictureForm()
    if not form.validate_on_submit():
        return _refuse(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    match add_picture(form.picture.data.stream, current_user.id):
        case PictureFault() as fault:
            form.picture.errors = [label(fault)]
            return _refuse(form, STATUSES[fault])
        case added if _is_from_a_page():
            words = gettext("The picture is in the library. Describe it now.")
            return done(words, "console.show_picture", picture_id=added.id)
        case added:
            return jsonify(_describe(added)), HTTPStatus.CREATED


def _is_from_a_page() -> bool:
    return HTML in request.accept_mimetypes.values()


def _refuse(form: PictureForm, status: HTTPStatus) -> ResponseReturnValue:
    if _is_from_a_page():
        return _show_library(form), status
    return jsonify(error=" ".join(map(str, form.picture.errors))), status


@for_writers.route(f"/pictures/{PICTURE}", methods=["GET", "POST"])
def show_picture(picture_id: int) -> ResponseReturnValue:
    """Show one picture: its description, its Markdown, and where it is used."""
    picture = find_picture(picture_id) or abort(404, gettext("There is no such picture."))
    form = DescriptionForm(obj=picture)
    if form.validate_on_submit():
        words, is_decoration = form.description.data or "", form.is_decoration.data
        if describe_picture(picture_id, words, is_decoration=is_decoration) is None:
            abort(404)
        return done(
            gettext("The description is saved."), "console.show_picture", picture_id=picture_id
        )
    return _show_picture(picture, form)


def _show_picture(picture: Picture, form: DescriptionForm) -> ResponseReturnValue:
    campaigns = list_campaigns_with(picture.id)
    seen = [each for each in campaigns if current_scope().covers_all(each.list_ids)]
    return form.render(
        "console/campaigns/picture.html",
        picture=picture,
        url=url_of(picture),
        markdown=as_markdown(picture),
        campaigns=seen,
        hidden_campaigns=len(campaigns) - len(seen),
    )


@for_writers.post(f"/pictures/{PICTURE}/delete")
def remove_picture(picture_id: int) -> ResponseReturnValue:
    """Delete a picture that no campaign uses."""
    match delete_picture(picture_id):
        case DeletePictureError.UNKNOWN:
            abort(404)
        case DeletePictureError.USED:
            flash(label(DeletePictureError.USED), "error")
            return redirect(url_for("console.show_picture", picture_id=picture_id), 303)
    return done(gettext("The picture is deleted."), "console.pictures")


def _show_library(form: PictureForm) -> str:
    number = request.args.get("page", 1, type=int)
    page = list_library_page(current_scope(), number)
    return render_template(
        "console/campaigns/pictures.html",
        form=form,
        page=page,
        retained_for=time_of(get_days(Category.PICTURES)),
        urls={each.picture.id: url_of(each.picture) for each in page.items},
    )


def _describe(picture: Picture) -> dict[str, object]:
    return {
        "id": picture.reference,
        "width": picture.width,
        "height": picture.height,
        "octets": picture.octets,
        "url": url_of(picture),
        "alt": picture.description,
        "decorative": picture.is_decoration,
    }


def _describe_entry(entry: LibraryEntry) -> dict[str, object]:
    return {**_describe(entry.picture), "campaigns": entry.campaigns, "used": entry.is_used}
