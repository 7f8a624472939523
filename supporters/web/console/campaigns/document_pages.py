"""The document of a draft, as the editor reads and saves it: in JSON, with a revision.

A save that isn't for the newest revision is refused, and says who changed the draft. Each refusal
has a sentence for the writer, whose text stays in the editor. The editor saves by PUT. A page that
is being closed can only send a form, by POST, with the same fields and `revision`.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from flask import abort, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from supporters import clock
from supporters.campaigns import drafts
from supporters.campaigns.document.stored_document import (
    MAX_DOCUMENT,
    DocumentFault,
    DocumentFaultKind,
    read_document,
    write_document,
)
from supporters.campaigns.language_texts import edit_text
from supporters.campaigns.models import Campaign, SavedText
from supporters.campaigns.other_languages.queries import other_language
from supporters.campaigns.states import is_frozen, may_edit
from supporters.campaigns.text_restore import rescue_text
from supporters.web.console.campaigns.audience.audiences import audiences_of, list_audiences
from supporters.web.console.campaigns.campaign_forms import DocumentForm
from supporters.web.console.campaigns.campaign_pages import get_campaign_or_404
from supporters.web.console.campaigns.draft_addresses import document_of, urls_of
from supporters.web.console.campaigns.draft_findings import list_faults, list_findings
from supporters.web.console.campaigns.languages.language_tabs import text_of_page
from supporters.web.console.console_blueprint import CAMPAIGN, for_writers, name_of_author
from supporters.web.console.visibility import current_scope
from supporters.web.labels import label

BESIDE_THE_DOCUMENT = 16_384  # octets, for the subject and the rest
LISTS = "mailing_list_id"
FIELDS = (LISTS, "language", "subject", "preheader", "internal_name")
Json = dict[str, Any]


@for_writers.get(f"/campaigns/{CAMPAIGN}/document")
def show_document(campaign_id: int) -> ResponseReturnValue:
    """Return the document of a draft. A text in Markdown is read as one; nothing is stored."""
    campaign = text_of_page(get_campaign_or_404(campaign_id))
    document = document_of(campaign)
    if document is None:
        return _refuse_markup()
    answer = {
        "document": json.loads(write_document(document)),
        **_fields_of(campaign),
        "revision": campaign.revision,
        "may_edit": may_edit(campaign.status),
        "is_frozen": is_frozen(campaign.status),
        **list_findings(campaign),
    }
    return jsonify(answer), {"ETag": _tag(campaign)}


def _refuse_markup() -> ResponseReturnValue:
    words = gettext(
        "This text has too many levels or too much markup for the editor. Shorten it in the "
        "form without the editor."
    )
    return _refuse(HTTPStatus.UNPROCESSABLE_ENTITY, "no_document", words)


@for_writers.get(f"/campaigns/{CAMPAIGN}/findings")
def show_findings(campaign_id: int) -> ResponseReturnValue:
    """Return what is found in a draft now: its links may have answered since its last save."""
    return jsonify(list_findings(text_of_page(get_campaign_or_404(campaign_id))))


@for_writers.post("/campaigns/documents")
def create_document() -> ResponseReturnValue:
    """Make a new draft of what the editor sends: its first save."""
    read = _read_body()
    if isinstance(read, DocumentFault):
        return refuse_faults([read])
    draft = _read_draft(read)
    if not isinstance(draft, drafts.CampaignDraft):
        return draft
    made = drafts.create_campaign(draft, current_user.id)
    answer = {"id": made.id, "urls": urls_of(made), **_saved(made)}
    return jsonify(answer), HTTPStatus.CREATED, {"ETag": _tag(made)}


@for_writers.route(f"/campaigns/{CAMPAIGN}/document", methods=["PUT", "POST"])
def save_document(campaign_id: int) -> ResponseReturnValue:
    """Save a draft. Faults don't prevent that: they come back with their blocks."""
    campaign = text_of_page(get_campaign_or_404(campaign_id))
    typed = _read_body()
    if isinstance(typed, DocumentFault):
        return refuse_faults([typed])
    if (revision := _read_revision()) is None:
        return _refuse_without_revision()
    if is_frozen(campaign.status) and typed.get("void_approval") is not True:
        return _refuse_frozen()
    draft = _read_draft(typed, campaign)
    if not isinstance(draft, drafts.CampaignDraft):
        return draft
    return _save(campaign, draft, revision)


@for_writers.post(f"/campaigns/{CAMPAIGN}/rescued")
def rescue_document(campaign_id: int) -> ResponseReturnValue:
    """Put words that only a browser had into the history. The text of the draft stays."""
    campaign = text_of_page(get_campaign_or_404(campaign_id))
    typed = _read_body()
    if isinstance(typed, DocumentFault):
        return refuse_faults([typed])
    typed.pop("mailing_list_id", None)  # the history has no list, and the former one may be gone
    draft = _read_draft(typed, campaign)
    if not isinstance(draft, drafts.CampaignDraft):
        return draft
    at, other = _read_moment(typed.get("at")), other_language(campaign)
    rescued = rescue_text(campaign_id, draft, other=other, by_id=current_user.id, written_at=at)
    if not isinstance(rescued, SavedText):
        return abort(404)
    page = url_for("console.saved_text", campaign_id=campaign_id, number=rescued.number)
    return jsonify({"url": page}), HTTPStatus.CREATED


def _read_draft(
    typed: Json, campaign: Campaign | None = None
) -> drafts.CampaignDraft | ResponseReturnValue:
    """Return what the page sent as a draft, or the refusal."""
    document = read_document(typed["document"])
    if isinstance(document, list):
        return refuse_faults(document)
    if not (form := _read_form(typed, campaign)).validate():
        return _refuse_fields(form)
    return replace(form.draft(), document=document)


def _read_moment(milliseconds: object) -> datetime:
    """Return the moment that a browser names; now if it names none."""
    try:
        return datetime.fromtimestamp(int(str(milliseconds)) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return clock.now()


def _refuse_without_revision() -> ResponseReturnValue:
    words = gettext("The page didn’t say which version it changed. Reload it, and try again.")
    return _refuse(HTTPStatus.PRECONDITION_REQUIRED, "no_revision", words)


def _refuse_frozen() -> ResponseReturnValue:
    words = gettext(
        "This message is frozen for its approval. A change makes the approval, or the request "
        "for it, void."
    )
    return _refuse(HTTPStatus.CONFLICT, "frozen", words)


def _save(campaign: Campaign, draft: drafts.CampaignDraft, revision: int) -> ResponseReturnValue:
    match edit_text(
        campaign.id,
        other_language(campaign),
        draft,
        author_id=current_user.id,
        read_revision=revision,
    ):
        case Campaign() as saved:
            return jsonify(_saved(saved)), {"ETag": _tag(saved)}
        case drafts.DraftError.CHANGED_MEANWHILE:
            return _refuse_change(text_of_page(get_campaign_or_404(campaign.id)))
        case drafts.DraftError.LANGUAGE_TAKEN:
            words = gettext("This campaign has another text in this language.")
            return _refuse(HTTPStatus.UNPROCESSABLE_ENTITY, "fields", words)
        case _:
            words = gettext("This campaign was launched or deleted, so its message can’t change.")
            return _refuse(HTTPStatus.CONFLICT, "no_draft", words)


def _saved(campaign: Campaign) -> Json:
    return {
        "revision": campaign.revision,
        "saved_at": campaign.updated_at.isoformat(),
        "faults": [*list_faults(campaign)],
    }


def _fields_of(campaign: Campaign) -> Json:
    return {
        LISTS: " ".join(audiences_of(campaign)),
        "language": campaign.language,
        "subject": campaign.subject,
        "preheader": campaign.preheader,
        "internal_name": campaign.internal_name,
    }


def _tag(campaign: Campaign) -> str:
    return f'"{campaign.revision}"'


def _read_revision() -> int | None:
    """Return the revision that the page changed; None if it names none."""
    tags = [*request.if_match.as_set(), *request.form.getlist("revision")]
    number = tags[0] if len(tags) == 1 else ""
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else None


def _read_body() -> Json | DocumentFault:
    """Return the fields that the page sent, with the document in JSON, or a fault."""
    request.max_content_length = MAX_DOCUMENT + BESIDE_THE_DOCUMENT
    try:
        typed = _read_sent()
        document = _encode(typed.pop("document", None))
        _encode(typed)
    except RequestEntityTooLarge:
        return DocumentFault(DocumentFaultKind.TOO_LARGE)
    except (AttributeError, TypeError, ValueError, RecursionError):
        return DocumentFault(DocumentFaultKind.NOT_JSON)
    return {**typed, "document": document}


def _encode(value: Any) -> bytes:
    """Return JSON in UTF-8. Raises UnicodeEncodeError for half a character: nothing stores it."""
    return json.dumps(value, ensure_ascii=False).encode()


def _read_sent() -> Any:
    if not request.form:
        return json.loads(request.get_data())
    return {**request.form, "document": json.loads(request.form.get("document", ""))}


def _read_form(typed: Json, campaign: Campaign | None = None) -> DocumentForm:
    """Return the fields beside the document. One that wasn't sent stays as it is."""
    stored = _fields_of(campaign) if campaign else {}
    values = {**stored, **{key: typed[key] for key in FIELDS if key in typed}}
    texts = {key: value if isinstance(value, str) else "" for key, value in values.items()}
    fields = MultiDict({**texts, LISTS: texts.get(LISTS, "").split()})
    form = DocumentForm(formdata=fields, meta={"csrf": False})  # the header has the token
    form.offer(list_audiences(current_scope()))
    return form


def _refuse(status: HTTPStatus, error: str, words: str, **more: object) -> ResponseReturnValue:
    return jsonify({"error": error, "words": str(words), **more}), status


def _refuse_change(campaign: Campaign) -> ResponseReturnValue:
    """Say who saved the draft meanwhile, and when."""
    who = name_of_author(campaign.updated_by)
    words = gettext("%(who)s saved this draft after you opened it. Yours is not lost.", who=who)
    return _refuse(
        HTTPStatus.PRECONDITION_FAILED,
        "changed",
        words,
        by=who,
        at=campaign.updated_at.isoformat(),
        revision=campaign.revision,
    )


def refuse_faults(faults: list[DocumentFault]) -> ResponseReturnValue:
    """Answer that a document can't be stored, with its faults."""
    described = [
        {
            "block_id": fault.block_id,
            "number": fault.number,
            "kind": fault.kind.name.lower(),
            "words": str(label(fault.kind)),
        }
        for fault in faults
    ]
    is_large = faults[0].kind is DocumentFaultKind.TOO_LARGE
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE if is_large else HTTPStatus.UNPROCESSABLE_ENTITY
    return _refuse(status, "document", str(label(faults[0].kind)), faults=described)


def _refuse_fields(form: DocumentForm) -> ResponseReturnValue:
    faults = [
        {"field": name, "words": str(words)}
        for name, texts in form.errors.items()
        for words in texts
    ]
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return _refuse(status, "fields", faults[0]["words"], faults=faults)
