"""Writes and changes drafts of campaigns."""

from dataclasses import dataclass
from enum import Enum, auto

from supporters import clock
from supporters.campaigns.checking import find_faults
from supporters.campaigns.merging import Fault
from supporters.campaigns.models import Campaign
from supporters.campaigns.queries import find_campaign
from supporters.campaigns.rules import CampaignStatus, Move, may_move
from supporters.database import db, transaction
from supporters.lists.models import MailingList
from supporters.lists.queries import get_list


@dataclass(frozen=True, kw_only=True)
class CampaignDraft:
    """What an organiser writes: to which list, in which language, and what.

    `purpose_id` is one that the list has or had; without it the campaign is for today's.
    """

    mailing_list_id: int
    language: str
    subject: str
    body: str
    purpose_id: int | None = None


class DraftRefused(Enum):
    """Why a draft was not changed or deleted."""

    NOT_A_DRAFT = auto()


def create_campaign(draft: CampaignDraft, author_id: int | None) -> Campaign | list[Fault]:
    """Store a new draft, or return what must be mended in it."""
    if faults := find_faults(draft.subject, draft.body):
        return faults
    now = clock.now()
    with transaction():
        mailing_list = get_list(draft.mailing_list_id)
        campaign = Campaign(
            status=CampaignStatus.DRAFT, created_by=author_id, created_at=now, updated_at=now
        )
        _write(campaign, draft, mailing_list)
        db.session.add(campaign)
    return campaign


def edit_campaign(campaign_id: int, draft: CampaignDraft) -> Campaign | list[Fault] | DraftRefused:
    """Change a draft, or return what must be mended in it."""
    if faults := find_faults(draft.subject, draft.body):
        return faults
    with transaction():
        campaign = find_campaign(campaign_id, for_update=True)
        if campaign is None or not may_move(campaign.status, Move.EDIT):
            return DraftRefused.NOT_A_DRAFT
        _write(campaign, draft, get_list(draft.mailing_list_id))
        campaign.updated_at = clock.now()
    return campaign


def delete_draft(campaign_id: int) -> DraftRefused | None:
    """Delete a draft; what was launched stays."""
    with transaction():
        campaign = find_campaign(campaign_id, for_update=True)
        if campaign is None or not may_move(campaign.status, Move.EDIT):
            return DraftRefused.NOT_A_DRAFT
        db.session.delete(campaign)
    return None


def _write(campaign: Campaign, draft: CampaignDraft, mailing_list: MailingList) -> None:
    campaign.mailing_list_id = mailing_list.id
    campaign.purpose_id = draft.purpose_id or mailing_list.purpose_id
    campaign.language = draft.language
    campaign.subject = " ".join(draft.subject.splitlines()).strip()
    campaign.body = draft.body
