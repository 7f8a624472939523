"""The templates and the pieces of the team: save, rename, delete, insert.

The editor saves and reads pieces in JSON.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus

from flask import abort, flash, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext as _
from flask_login import current_user
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, InputRequired

from supporters.campaigns.beginnings.starting_texts import (
    ReadyTemplate,
    StartingText,
    TeamTextError,
    TextToSave,
    delete_team_text,
    read_ready,
    rename_team_text,
    save_text,
    start_from_campaign,
    start_from_team_text,
)
from supporters.campaigns.document.blocks import Document
from supporters.campaigns.document.stored_document import MAX_DOCUMENT, read_document
from supporters.campaigns.models import MAX_NAME, TeamText, TextKind
from supporters.campaigns.queries import find_team_text, list_team_texts
from supporters.languages import TEAM_LANGUAGES
from supporters.web.console.campaigns.campaign_pages import get_campaign_or_404, to_campaign
from supporters.web.console.campaigns.text_sketches import Shape, sketch
from supporters.web.console.console_blueprint import (
    CAMPAIGN,
    TEAM_TEXT,
    done,
    for_writers,
    name_of_author,
)
from supporters.web.forms import Form, at_most, offered_languages
from supporters.web.labels import label

MOST_DIGITS = {"campaign": 9, "saved": 18}  # of ids that a database can hold


def find_start(asked: Mapping[str, str]) -> StartingText | None:
    """Return the text that `ready`, `saved` or `campaign` names; None if there is none of them.

    A name of nothing is answered by 404.
    """
    if "campaign" in asked:
        return start_from_campaign(get_campaign_or_404(_read_id(asked, "campaign")))
    if "saved" in asked:
        return start_from_team_text(get_team_text_or_404(_read_id(asked, "saved")))
    if "ready" not in asked:
        return None
    language = asked.get("language", "")
    if asked["ready"] not in [*ReadyTemplate] or language not in TEAM_LANGUAGES:
        abort(404, gettext("There is no such template."))
    return read_ready(ReadyTemplate(asked["ready"]), language)


def sketch_ready(language: str) -> list[tuple[ReadyTemplate, list[Shape]]]:
    """Return the ready templates in a language, each with its picture."""
    return [(each, _sketch(read_ready(each, language))) for each in ReadyTemplate]


def sketch_templates() -> list[tuple[TeamText, list[Shape]]]:
    """Return the templates of the team, each with its picture."""
    saved = list_team_texts(TextKind.TEMPLATE)
    return [(each, _sketch(start_from_team_text(each))) for each in saved]


def _sketch(start: StartingText) -> list[Shape]:
    return [] if start.document is None else sketch(start.document)


def get_team_text_or_404(text_id: int) -> TeamText:
    """Return the template or the piece with this id, or answer 404."""
    return find_team_text(text_id) or abort(404, gettext("There is no such template."))


def _read_id(asked: Mapping[str, str], name: str) -> int:
    """Return the id; 0, which nothing has, for what is no number."""
    typed = asked[name]
    is_number = typed.isascii() and typed.isdecimal()
    return int(typed) if is_number and len(typed) <= MOST_DIGITS[name] + 1 else 0


class TextNameForm(Form):
    """The name of a template or a piece."""

    name = StringField(
        validators=[DataRequired(_("Give it a name that the team knows.")), at_most(MAX_NAME)]
    )


class PieceForm(TextNameForm):
    """A piece that the editor sends: its document in JSON, and the language of its draft."""

    document = StringField(validators=[InputRequired(_("Choose at least one block."))])
    language = SelectField(choices=offered_languages)

    def piece(self, document: Document) -> TextToSave:
        """Return the piece."""
        return TextToSave(
            kind=TextKind.PIECE,
            name=self.name.data or "",
            language=self.language.data,
            document=document,
        )


BESIDE_THE_DOCUMENT = 4_096  # octets, for the name


@for_writers.get("/templates")
def team_texts() -> str:
    """Show the templates and the pieces of the team."""
    return render_template(
        "console/campaigns/team_texts.html",
        templates=list_team_texts(TextKind.TEMPLATE),
        pieces=list_team_texts(TextKind.PIECE),
    )


@for_writers.route(f"/templates/{TEAM_TEXT}", methods=["GET", "POST"])
def show_team_text(text_id: int) -> ResponseReturnValue:
    """Show a template or a piece, and rename it."""
    saved = get_team_text_or_404(text_id)
    form = TextNameForm(obj=saved)
    if form.validate_on_submit():
        match rename_team_text(text_id, form.name.data or ""):
            case TeamText():
                return done(
                    gettext("The name is saved."), "console.show_team_text", text_id=text_id
                )
            case TeamTextError.UNKNOWN:
                abort(404)
            case refused:
                form.name.errors = [label(refused)]
    author = name_of_author(saved.created_by)
    return form.render("console/campaigns/team_text.html", saved=saved, author=author)


@for_writers.post(f"/templates/{TEAM_TEXT}/delete")
def remove_team_text(text_id: int) -> ResponseReturnValue:
    """Delete a template or a piece."""
    if delete_team_text(text_id) is TeamTextError.UNKNOWN:
        abort(404)
    words = gettext("It is deleted. Campaigns that were made of it stay as they are.")
    return done(words, "console.team_texts")


@for_writers.route(f"/campaigns/{CAMPAIGN}/template", methods=["GET", "POST"])
def save_template(campaign_id: int) -> ResponseReturnValue:
    """Save the text of a campaign as a template of the team."""
    campaign, form = get_campaign_or_404(campaign_id), TextNameForm()
    text = start_from_campaign(campaign).as_template(form.name.data or "")
    if text is None:
        words = gettext("This text has too many levels or too much markup to be a template.")
        flash(words, "error")
        return to_campaign(campaign_id)
    if form.validate_on_submit():
        match save_text(text, current_user.id):
            case TeamText() as saved:
                words = gettext("The template is saved for the whole team.")
                return done(words, "console.show_team_text", text_id=saved.id)
            case refused:
                form.name.errors = [label(refused)]
    return form.render("console/campaigns/template_form.html", campaign=campaign)


@for_writers.post("/pieces")
def save_piece() -> ResponseReturnValue:
    """Save blocks that were chosen in the editor as a piece of the team."""
    request.max_content_length = MAX_DOCUMENT + BESIDE_THE_DOCUMENT
    form = PieceForm(meta={"csrf": False})  # the header has the token
    if not form.validate():
        return _refuse_piece(
            " ".join(str(each) for texts in form.errors.values() for each in texts)
        )
    document = read_document(form.document.data or "")
    if isinstance(document, list):
        return _refuse_piece(label(document[0].kind))
    match save_text(form.piece(document), current_user.id):
        case TeamText() as saved:
            return jsonify(describe_piece(saved)), HTTPStatus.CREATED
        case refused:
            return _refuse_piece(label(refused))


def _refuse_piece(words: str) -> ResponseReturnValue:
    return jsonify(words=words), HTTPStatus.UNPROCESSABLE_ENTITY


@for_writers.get(f"/pieces/{TEAM_TEXT}")
def show_piece(text_id: int) -> ResponseReturnValue:
    """Return the blocks of a piece in JSON, for the editor."""
    return jsonify(document=json.loads(get_team_text_or_404(text_id).document))


def describe_piece(saved: TeamText) -> dict[str, str]:
    """Return what the editor knows of a piece before it is inserted."""
    return {
        "name": saved.name,
        "url": url_for("console.show_piece", text_id=saved.id),
    }
