"""Writes and changes drafts of campaigns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from supporters import clock
from supporters.actors import current_actor
from supporters.audit_log.audit_events import Details, find_newest_act, record_act, record_team_act
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.approval_notices import announce_end
from supporters.campaigns.campaign_lists import CampaignList, ListChoice
from supporters.campaigns.document.blocks import Document
from supporters.campaigns.document.from_markdown import from_markdown
from supporters.campaigns.document.stored_document import read_stored, with_ids, write_document
from supporters.campaigns.document.to_plain_text import to_markdown
from supporters.campaigns.history.rules import is_same_sitting
from supporters.campaigns.history.saved_texts import (
    Parts,
    WrittenText,
    keep_present,
    keep_text,
    parts_of,
    place_of,
)
from supporters.campaigns.markdown import is_heavy, list_images
from supporters.campaigns.merge_fields import on_one_line
from supporters.campaigns.models import Campaign, CampaignStatus, SavedText, VersionEnd
from supporters.campaigns.other_languages.queries import find_other_text, list_in_languages
from supporters.campaigns.pictures.email_pictures import list_used
from supporters.campaigns.pictures.picture_uses import note_draft_pictures
from supporters.campaigns.queries import find_campaign
from supporters.campaigns.states import is_frozen, may_edit
from supporters.campaigns.text_differences import with_one_line_end
from supporters.campaigns.versions import HASH, end_version
from supporters.database import db, in_transaction, use_case
from supporters.lists.queries import get_list

VALUES = ("mailing_list_id", "purpose_id", "language", "subject", "preheader", "body", "document")
LISTS = "lists"
NAME = "internal_name"

DraftValues = Mapping[str, int | str | tuple[ListChoice, ...] | None]


@dataclass(frozen=True, kw_only=True)
class CampaignDraft:
    """The organiser's input: the lists, a language, the content, and a name for the team.

    The content is a document, or a body in Markdown, which becomes one. `lists` are all that get
    it; without them, the only one is `mailing_list_id`. An empty tuple is a draft to nobody yet.
    """

    mailing_list_id: int
    language: str
    subject: str
    body: str = ""
    document: Document | None = None
    purpose_id: int | None = None
    lists: tuple[ListChoice, ...] | None = None
    preheader: str = ""
    internal_name: str = ""


class DraftError(Enum):
    """Why a draft was not changed, restored or deleted."""

    UNKNOWN = auto()
    NOT_A_DRAFT = auto()
    CHANGED_MEANWHILE = auto()
    NOT_TRASHED = auto()
    TOO_MANY_NAMES = auto()
    LANGUAGE_TAKEN = auto()


@use_case
def create_campaign(draft: CampaignDraft, author_id: int | None) -> Campaign:
    """Store a new draft. Faults don't prevent that: they prevent the launch."""
    now = clock.now()
    campaign = Campaign(
        status=CampaignStatus.DRAFT, created_by=author_id, created_at=now, revision=1
    )
    _write(campaign, _values(draft), by=author_id, now=now)
    db.session.add(campaign)
    db.session.flush()
    note_pictures(campaign)
    keep_text(campaign)
    record_team_act(CampaignAct.CREATED, campaign.id)
    return campaign


@use_case
def edit_campaign(
    campaign_id: int,
    draft: CampaignDraft,
    *,
    author_id: int | None = None,
    read_revision: int | None = None,
) -> Campaign | DraftError:
    """Change a draft. A change of a frozen message voids its approval, or the request for it.

    With `read_revision`, a change that another person saved since that revision is not lost.
    """
    campaign = find_campaign(campaign_id, for_update=True)
    if campaign is None:
        return DraftError.UNKNOWN
    if not may_edit(campaign.status):
        return DraftError.NOT_A_DRAFT
    if draft.language != campaign.language and find_other_text(campaign_id, draft.language):
        return DraftError.LANGUAGE_TAKEN
    values = _values(draft, campaign)
    is_same = values == _values_of(campaign)
    if read_revision is not None and campaign.revision != read_revision:
        return campaign if is_same else DraftError.CHANGED_MEANWHILE
    if is_frozen(campaign.status) and is_same:
        return campaign
    change_draft(campaign, campaign, values, by_id=author_id)
    keep_text(campaign)
    record_edit(campaign)
    return campaign


def _has_other_message(text: WrittenText, values: DraftValues) -> bool:
    """Tell whether these values make another email. The name for the team is in no email."""
    return any(value != _part_of(text, part) for part, value in values.items() if part != NAME)


@in_transaction
def change_draft(
    campaign: Campaign, text: WrittenText, values: DraftValues, *, by_id: int | None
) -> None:
    """Write into a text of a locked draft. Its words until now are in its history."""
    keep_present(text)
    if is_frozen(campaign.status) and _has_other_message(text, values):
        void_approval(campaign, VersionEnd.CHANGED, by_id)
    text.revision += 1
    _write(text, values, by=by_id, now=clock.now())
    note_pictures(campaign)


@in_transaction
def record_edit(text: WrittenText) -> None:
    """Record an edit. The editor saves every few seconds: one record tells ten minutes of them."""
    campaign_id, other = place_of(text)
    last = find_newest_act(CampaignAct.EDITED, campaign_id)
    by_id, now = current_actor().account_id, text.updated_at
    if last and is_same_sitting(last.occurred_at, last.account_id, now=now, by_id=by_id):
        return
    language: Details = {"language": other} if other else {}
    record_team_act(CampaignAct.EDITED, campaign_id, {"revision": text.revision, **language})


@in_transaction
def void_approval(campaign: Campaign, because: VersionEnd, by_id: int | None) -> None:
    """Make a locked frozen campaign a draft again, and tell the persons concerned."""
    version = end_version(campaign, because, by_id)
    details = {HASH: version.hash, "because": because.value}
    record_act(CampaignAct.APPROVAL_VOIDED, campaign.id, details)
    announce_end(campaign, version)


def draft_with(campaign: Campaign, saved: SavedText) -> Campaign:
    """Return a draft like a campaign with a saved text, to be shown. It is never stored."""
    return Campaign(
        id=campaign.id,
        mailing_list_id=campaign.mailing_list_id,
        purpose_id=campaign.purpose_id,
        status=CampaignStatus.DRAFT,
        **parts_of(saved),
    )


def _write(text: WrittenText, values: DraftValues, *, by: int | None, now: datetime) -> None:
    for name, value in values.items():
        if not isinstance(value, tuple):
            setattr(text, name, value)
        elif isinstance(text, Campaign) and value != text.choices:
            text.lists = _rows_of(value)
    text.updated_by = by
    text.updated_at = now


def _rows_of(chosen: Sequence[ListChoice]) -> list[CampaignList]:
    return [
        CampaignList(mailing_list_id=list_id, purpose_id=purpose_id, position=position)
        for position, (list_id, purpose_id) in enumerate(chosen)
    ]


@in_transaction
def note_pictures(campaign: Campaign) -> None:
    """Record the pictures in all texts of a locked draft; the first one says their descriptions."""
    bodies = [text.body for text in reversed(list_in_languages(campaign))]
    if not any(map(is_heavy, bodies)):
        used = [each for body in bodies for each in list_used(list_images(body))]
        note_draft_pictures(campaign.id, used, clock.now())


def _values(draft: CampaignDraft, before: Campaign | None = None) -> DraftValues:
    """Return the stored values of a draft."""
    shown = _with_purpose(ListChoice(draft.mailing_list_id, draft.purpose_id))
    lists = (shown,) if draft.lists is None else tuple(map(_with_purpose, draft.lists))
    first = lists[0] if lists else shown
    return {
        **first._asdict(),
        LISTS: tuple(dict.fromkeys(lists)),
        "language": draft.language,
        NAME: on_one_line(draft.internal_name),
        **text_values(draft, before),
    }


def _with_purpose(choice: ListChoice) -> ListChoice:
    """Return a choice with its purpose. Raises sqlalchemy.exc.NoResultFound without its list."""
    mailing_list = get_list(choice.mailing_list_id)
    return choice._replace(purpose_id=choice.purpose_id or mailing_list.purpose_id)


def text_of(draft: CampaignDraft, language: str, before: WrittenText | None) -> Parts:
    """Return the parts of a text that the history of a campaign would have of a draft."""
    values = {"language": language, **text_values(draft, before)}
    return {part: None if value is None else str(value) for part, value in values.items()}


def text_values(draft: CampaignDraft, before: WrittenText | None) -> DraftValues:
    """Return the stored values of a text: its lines, its document, its Markdown."""
    return {
        "subject": on_one_line(draft.subject),
        "preheader": on_one_line(draft.preheader),
        **_body_values(draft, before),
    }


def _body_values(draft: CampaignDraft, before: WrittenText | None) -> DraftValues:
    """Return the text as a document and as Markdown. Where one stays, so does the other."""
    body = with_one_line_end(draft.body)
    old = None if before is None else before.document
    if draft.document is not None:
        written = write_document(draft.document)
        if before is not None and written == old:
            return {"body": with_one_line_end(before.body), "document": old}
        return {"body": to_markdown(draft.document), "document": written}
    if before is not None and body == with_one_line_end(before.body):
        return {"body": body, "document": old}
    document = from_markdown(body)
    if document is None:
        return {"body": body, "document": None}
    with_old_ids = with_ids(document, read_stored(old) if old else None)
    return {"body": body, "document": write_document(with_old_ids)}


def _values_of(campaign: Campaign) -> DraftValues:
    return {name: _part_of(campaign, name) for name in (*VALUES, LISTS, NAME)}


def _part_of(text: WrittenText, part: str) -> int | str | tuple[ListChoice, ...] | None:
    if part == LISTS and isinstance(text, Campaign):
        return text.choices
    value: int | str | None = getattr(text, part)
    return with_one_line_end(text.body) if part == "body" else value
