"""Writes and changes drafts of campaigns."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from supporters import clock
from supporters.actors import current_actor
from supporters.audit_log.audit_events import find_newest_act, record_act, record_team_act
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.approval_notices import announce_end
from supporters.campaigns.document.blocks import Document
from supporters.campaigns.document.from_markdown import from_markdown
from supporters.campaigns.document.stored_document import read_stored, with_ids, write_document
from supporters.campaigns.document.to_plain_text import to_markdown
from supporters.campaigns.history.rules import is_same_sitting
from supporters.campaigns.history.saved_texts import PARTS, Parts, keep_present, keep_text, parts_of
from supporters.campaigns.markdown import is_heavy, list_images
from supporters.campaigns.models import Campaign, CampaignStatus, SavedText, VersionEnd
from supporters.campaigns.pictures.email_pictures import list_used
from supporters.campaigns.pictures.picture_uses import note_draft_pictures
from supporters.campaigns.queries import find_campaign
from supporters.campaigns.states import is_frozen, may_edit
from supporters.campaigns.text_differences import with_one_line_end
from supporters.campaigns.versions import HASH, end_version
from supporters.database import db, in_transaction, use_case
from supporters.lists.models import MailingList
from supporters.lists.queries import get_list

VALUES = ("mailing_list_id", "purpose_id", "language", "subject", "preheader", "body", "document")
NAME = "internal_name"

DraftValues = dict[str, int | str | None]


@dataclass(frozen=True, kw_only=True)
class CampaignDraft:
    """The organiser's input: a list, a language, the content, and a name for the team.

    The content is a document, or a body in Markdown, which becomes one. `purpose_id` is one that
    the list has or had; without it the campaign is for today's.
    """

    mailing_list_id: int
    language: str
    subject: str
    body: str = ""
    document: Document | None = None
    purpose_id: int | None = None
    preheader: str = ""
    internal_name: str = ""


class DraftError(Enum):
    """Why a draft was not changed, restored or deleted."""

    UNKNOWN = auto()
    NOT_A_DRAFT = auto()
    CHANGED_MEANWHILE = auto()
    NOT_TRASHED = auto()
    TOO_MANY_NAMES = auto()


@use_case
def create_campaign(draft: CampaignDraft, author_id: int | None) -> Campaign:
    """Store a new draft. Faults don't prevent that: they prevent the launch."""
    now = clock.now()
    mailing_list = get_list(draft.mailing_list_id)
    campaign = Campaign(
        status=CampaignStatus.DRAFT, created_by=author_id, created_at=now, revision=1
    )
    _write(campaign, _values(draft, mailing_list), by=author_id, now=now)
    db.session.add(campaign)
    db.session.flush()
    _note_pictures(campaign)
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
    mailing_list = get_list(draft.mailing_list_id)
    values = _values(draft, mailing_list, campaign)
    is_same = values == _values_of(campaign)
    if read_revision is not None and campaign.revision != read_revision:
        return campaign if is_same else DraftError.CHANGED_MEANWHILE
    if is_frozen(campaign.status) and is_same:
        return campaign
    change_draft(campaign, values, author_id)
    keep_text(campaign)
    _record_edit(campaign)
    return campaign


def _has_other_message(campaign: Campaign, values: DraftValues) -> bool:
    """Tell whether these values make another email. The name for the team is in no email."""
    before = _values_of(campaign)
    return any(value != before[part] for part, value in values.items() if part != NAME)


@in_transaction
def change_draft(campaign: Campaign, values: DraftValues, by_id: int | None) -> None:
    """Write into a locked draft. Its text until now is in its history."""
    keep_present(campaign)
    if is_frozen(campaign.status) and _has_other_message(campaign, values):
        void_approval(campaign, VersionEnd.CHANGED, by_id)
    campaign.revision += 1
    _write(campaign, values, by=by_id, now=clock.now())
    _note_pictures(campaign)


@in_transaction
def _record_edit(campaign: Campaign) -> None:
    """Record an edit. The editor saves every few seconds: one record tells ten minutes of them."""
    last = find_newest_act(CampaignAct.EDITED, campaign.id)
    by_id, now = current_actor().account_id, campaign.updated_at
    if last and is_same_sitting(last.occurred_at, last.account_id, now=now, by_id=by_id):
        return
    record_team_act(CampaignAct.EDITED, campaign.id, {"revision": campaign.revision})


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


def text_of(draft: CampaignDraft, campaign: Campaign) -> Parts:
    """Return the parts of a text that the history of a campaign would have of a draft."""
    values = _values(draft, get_list(draft.mailing_list_id), campaign)
    return {part: None if values[part] is None else str(values[part]) for part in PARTS}


def _write(campaign: Campaign, values: DraftValues, *, by: int | None, now: datetime) -> None:
    for name, value in values.items():
        setattr(campaign, name, value)
    campaign.updated_by = by
    campaign.updated_at = now


def _note_pictures(campaign: Campaign) -> None:
    if not is_heavy(campaign.body):
        used = list_used(list_images(campaign.body))
        note_draft_pictures(campaign.id, used, campaign.updated_at)


def _values(
    draft: CampaignDraft, mailing_list: MailingList, before: Campaign | None = None
) -> DraftValues:
    """Return the stored values of a draft."""
    return {
        "mailing_list_id": mailing_list.id,
        "purpose_id": draft.purpose_id or mailing_list.purpose_id,
        "language": draft.language,
        "subject": " ".join(draft.subject.splitlines()).strip(),
        "preheader": " ".join(draft.preheader.splitlines()).strip(),
        NAME: " ".join(draft.internal_name.splitlines()).strip(),
        **_text_values(draft, before),
    }


def _text_values(draft: CampaignDraft, before: Campaign | None) -> DraftValues:
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
    values = {name: getattr(campaign, name) for name in (*VALUES, NAME)}
    return {**values, "body": with_one_line_end(campaign.body)}
