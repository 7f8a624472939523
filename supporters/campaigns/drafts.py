"""Writes and changes drafts of campaigns."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from supporters import clock
from supporters.campaigns.approval_notices import announce_end
from supporters.campaigns.markdown import is_heavy, list_images
from supporters.campaigns.models import Campaign, CampaignStatus, VersionEnd
from supporters.campaigns.pictures.email_pictures import list_used
from supporters.campaigns.pictures.picture_uses import note_draft_pictures, release_pictures
from supporters.campaigns.queries import find_campaign
from supporters.campaigns.states import is_frozen, may_delete, may_edit
from supporters.campaigns.text_differences import with_one_line_end
from supporters.campaigns.versions import HASH, end_version
from supporters.database import db, in_transaction, use_case
from supporters.lists.models import MailingList
from supporters.lists.queries import get_list
from supporters.organisers.acts import Act
from supporters.organisers.audit_events import record_act, record_team_act

VALUES = ("mailing_list_id", "purpose_id", "language", "subject", "preheader", "body")


@dataclass(frozen=True, kw_only=True)
class CampaignDraft:
    """The organiser's input: a list, a language, and the content.

    `purpose_id` is one that the list has or had; without it the campaign is for today's.
    """

    mailing_list_id: int
    language: str
    subject: str
    body: str
    purpose_id: int | None = None
    preheader: str = ""


class DraftError(Enum):
    """Why a draft was not changed or deleted."""

    UNKNOWN = auto()
    NOT_A_DRAFT = auto()
    CHANGED_MEANWHILE = auto()


@use_case
def create_campaign(draft: CampaignDraft, author_id: int | None) -> Campaign:
    """Store a new draft. Faults don't prevent that: they prevent the launch."""
    now = clock.now()
    mailing_list = get_list(draft.mailing_list_id)
    campaign = Campaign(
        status=CampaignStatus.DRAFT, created_by=author_id, created_at=now, revision=1
    )
    _write(campaign, draft, mailing_list, by=author_id, now=now)
    db.session.add(campaign)
    db.session.flush()
    _note_pictures(campaign)
    record_team_act(Act.CAMPAIGN_CREATED, campaign.id)
    return campaign


@use_case
def edit_campaign(
    campaign_id: int,
    draft: CampaignDraft,
    *,
    author_id: int | None = None,
    read_revision: int | None = None,
) -> Campaign | DraftError:
    """Change a draft. A change of a frozen campaign voids its approval, or the request for it.

    With `read_revision`, a change that another person saved since that revision is not lost.
    """
    campaign = find_campaign(campaign_id, for_update=True)
    if campaign is None:
        return DraftError.UNKNOWN
    if not may_edit(campaign.status):
        return DraftError.NOT_A_DRAFT
    mailing_list = get_list(draft.mailing_list_id)
    if read_revision is not None and campaign.revision != read_revision:
        is_sent_twice = _values(draft, mailing_list) == _values_of(campaign)
        return campaign if is_sent_twice else DraftError.CHANGED_MEANWHILE
    if is_frozen(campaign.status):
        if _values(draft, mailing_list) == _values_of(campaign):
            return campaign
        void_approval(campaign, VersionEnd.CHANGED, author_id)
    campaign.revision += 1
    _write(campaign, draft, mailing_list, by=author_id, now=clock.now())
    _note_pictures(campaign)
    record_team_act(Act.CAMPAIGN_EDITED, campaign_id, {"revision": campaign.revision})
    return campaign


@in_transaction
def void_approval(campaign: Campaign, because: VersionEnd, by_id: int | None) -> None:
    """Make a locked frozen campaign a draft again, and tell the persons concerned."""
    version = end_version(campaign, because, by_id)
    details = {HASH: version.hash, "because": because.value}
    record_act(Act.APPROVAL_VOIDED, campaign.id, details)
    announce_end(campaign, version)


@use_case
def delete_draft(campaign_id: int) -> DraftError | None:
    """Delete a draft; a launched or frozen campaign stays."""
    campaign = find_campaign(campaign_id, for_update=True)
    if campaign is None:
        return DraftError.UNKNOWN
    if not may_delete(campaign.status):
        return DraftError.NOT_A_DRAFT
    release_pictures(campaign_id, clock.now())
    db.session.delete(campaign)
    record_team_act(Act.CAMPAIGN_DELETED, campaign_id)
    return None


def _write(
    campaign: Campaign,
    draft: CampaignDraft,
    mailing_list: MailingList,
    *,
    by: int | None,
    now: datetime,
) -> None:
    for name, value in _values(draft, mailing_list).items():
        setattr(campaign, name, value)
    campaign.updated_by = by
    campaign.updated_at = now


def _note_pictures(campaign: Campaign) -> None:
    if not is_heavy(campaign.body):
        used = list_used(list_images(campaign.body))
        note_draft_pictures(campaign.id, used, campaign.updated_at)


def _values(draft: CampaignDraft, mailing_list: MailingList) -> dict[str, int | str]:
    """Return the stored values of a draft."""
    return {
        "mailing_list_id": mailing_list.id,
        "purpose_id": draft.purpose_id or mailing_list.purpose_id,
        "language": draft.language,
        "subject": " ".join(draft.subject.splitlines()).strip(),
        "preheader": " ".join(draft.preheader.splitlines()).strip(),
        "body": with_one_line_end(draft.body),
    }


def _values_of(campaign: Campaign) -> dict[str, int | str]:
    values = {name: getattr(campaign, name) for name in VALUES}
    return {**values, "body": with_one_line_end(campaign.body)}
