"""The templates and the pieces of the team: save, rename, delete, insert.

The editor saves and reads pieces in JSON.
"""

import json
from http import HTTPStatus

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from supporters.campaigns.beginnings.models import TeamText, TextKind
from supporters.campaigns.beginnings.queries import list_team_texts
from supporters.campaigns.beginnings.starting_texts import start_from_campaign
from supporters.campaigns.beginnings.team_texts import (
    TeamTextError,
    TextToSave,
    delete_team_text,
    rename_team_text,
    save_text,
)
from supporters.campaigns.document.stored_document import MAX_DOCUMENT, read_document
from supporters.web.console.account_names import name_of_author
from supporters.web.console.campaigns.campaign_pages import get_campaign_or_404
from supporters.web.console.campaigns.starting_points import get_team_text_or_404
from supporters.web.console.campaigns.team_text_forms import PieceForm, TextNameForm
from supporters.web.console.console_blueprint import CAMPAIGN, TEAM_TEXT, console, writers_only
from supporters.web.labels import label

BESIDE_THE_DOCUMENT = 4_096  # octets, for the name


@console.get("/templates")
@writers_only
def team_texts() -> str:
    """Show the templates and the pieces of the team."""
    return render_template(
        "console/campaigns/team_texts.html",
        templates=list_team_texts(TextKind.TEMPLATE),
        pieces=list_team_texts(TextKind.PIECE),
    )


@console.route(f"/templates/{TEAM_TEXT}", methods=["GET", "POST"])
@writers_only
def show_team_text(text_id: int) -> ResponseReturnValue:
    """Show a template or a piece, and rename it."""
    saved = get_team_text_or_404(text_id)
    form = TextNameForm(obj=saved)
    if form.validate_on_submit():
        match rename_team_text(text_id, form.name.data or ""):
            case TeamText():
                flash(gettext("The name is saved."), "success")
                return redirect(url_for("console.show_team_text", text_id=text_id), 303)
            case TeamTextError.UNKNOWN:
                abort(404)
            case refused:
                form.name.errors = [label(refused)]
    page = render_template(
        "console/campaigns/team_text.html",
        form=form,
        saved=saved,
        is_template=saved.kind is TextKind.TEMPLATE,
        author=name_of_author(saved.created_by),
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.is_submitted() else HTTPStatus.OK


@console.post(f"/templates/{TEAM_TEXT}/delete")
@writers_only
def remove_team_text(text_id: int) -> ResponseReturnValue:
    """Delete a template or a piece."""
    if delete_team_text(text_id) is TeamTextError.UNKNOWN:
        abort(404)
    flash(gettext("It is deleted. Campaigns that were made of it stay as they are."), "success")
    return redirect(url_for("console.team_texts"), 303)


@console.route(f"/campaigns/{CAMPAIGN}/template", methods=["GET", "POST"])
@writers_only
def save_template(campaign_id: int) -> ResponseReturnValue:
    """Save the text of a campaign as a template of the team."""
    campaign = get_campaign_or_404(campaign_id)
    start = start_from_campaign(campaign)
    if start.document is None:
        words = gettext("This text has too many levels or too much markup to be a template.")
        flash(words, "error")
        return redirect(url_for("console.show_campaign", campaign_id=campaign_id), 303)
    form = TextNameForm()
    if form.validate_on_submit():
        text = TextToSave(
            kind=TextKind.TEMPLATE,
            name=form.name.data or "",
            language=start.language,
            subject=start.subject,
            preheader=start.preheader,
            document=start.document,
        )
        match save_text(text, current_user.id):
            case TeamText() as saved:
                flash(gettext("The template is saved for the whole team."), "success")
                return redirect(url_for("console.show_team_text", text_id=saved.id), 303)
            case refused:
                form.name.errors = [label(refused)]
    page = render_template("console/campaigns/template_form.html", form=form, campaign=campaign)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.is_submitted() else HTTPStatus.OK


@console.post("/pieces")
@writers_only
def save_piece() -> ResponseReturnValue:
    """Save blocks that were chosen in the editor as a piece of the team."""
    request.max_content_length = MAX_DOCUMENT + BESIDE_THE_DOCUMENT
    form = PieceForm(meta={"csrf": False})  # the header has the token
    if not form.validate():
        words = " ".join(str(each) for texts in form.errors.values() for each in texts)
        return jsonify(words=words), HTTPStatus.UNPROCESSABLE_ENTITY
    document = read_document(form.document.data or "")
    if isinstance(document, list):
        return jsonify(words=label(document[0].kind)), HTTPStatus.UNPROCESSABLE_ENTITY
    piece = TextToSave(
        kind=TextKind.PIECE,
        name=form.name.data or "",
        language=form.language.data,
        document=document,
    )
    match save_text(piece, current_user.id):
        case TeamText() as saved:
            return jsonify(describe_piece(saved)), HTTPStatus.CREATED
        case refused:
            return jsonify(words=label(refused)), HTTPStatus.UNPROCESSABLE_ENTITY


@console.get(f"/pieces/{TEAM_TEXT}")
@writers_only
def show_piece(text_id: int) -> ResponseReturnValue:
    """Return the blocks of a piece in JSON, for the editor."""
    return jsonify(document=json.loads(get_team_text_or_404(text_id).document))


def describe_piece(saved: TeamText) -> dict[str, str]:
    """Return what the editor knows of a piece before it is inserted."""
    return {
        "name": saved.name,
        "url": url_for("console.show_piece", text_id=saved.id),
    }
