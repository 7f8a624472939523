"""The trash: a deleted draft stays in it for some time, and can be taken out.

Its text, its history and its pictures stay with it until it is deleted for ever.
"""

from datetime import datetime

import structlog
from sqlalchemy import select

from supporters import clock
from supporters.audit_log.audit_events import record_team_act
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.drafts import DraftError
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.pictures.picture_uses import release_pictures
from supporters.campaigns.queries import find_campaign
from supporters.campaigns.states import CAMPAIGN_STATES, CampaignMove, is_trashed, may_delete
from supporters.database import db, in_transaction, use_case

log = structlog.get_logger(__name__)


@use_case
def trash_draft(campaign_id: int, by_id: int | None) -> Campaign | DraftError:
    """Put a draft into the trash; a launched or frozen campaign stays."""
    campaign = find_campaign(campaign_id, for_update=True)
    if campaign is None:
        return DraftError.UNKNOWN
    if is_trashed(campaign.status):
        return campaign
    if not may_delete(campaign.status):
        return DraftError.NOT_A_DRAFT
    CAMPAIGN_STATES.transition(campaign, CampaignMove.TRASH)
    campaign.trashed_at, campaign.trashed_by = clock.now(), by_id
    record_team_act(CampaignAct.TRASHED, campaign_id)
    return campaign


@use_case
def take_out_of_trash(campaign_id: int) -> Campaign | DraftError:
    """Make a draft of the trash a draft again. One that isn't in the trash stays as it is."""
    campaign = find_campaign(campaign_id, for_update=True)
    if campaign is None:
        return DraftError.UNKNOWN
    if not is_trashed(campaign.status):
        return campaign
    CAMPAIGN_STATES.transition(campaign, CampaignMove.TAKE_OUT)
    campaign.trashed_at = campaign.trashed_by = None
    record_team_act(CampaignAct.TAKEN_OUT, campaign_id)
    return campaign


@use_case
def delete_for_ever(campaign_id: int) -> DraftError | None:
    """Delete a draft of the trash with its history. A draft outside of the trash stays."""
    campaign = find_campaign(campaign_id, for_update=True)
    if campaign is None:
        return DraftError.UNKNOWN
    if not is_trashed(campaign.status):
        return DraftError.NOT_TRASHED
    _delete(campaign, clock.now())
    record_team_act(CampaignAct.DELETED, campaign_id)
    return None


@use_case
def purge_trash(trashed_before: datetime, now: datetime) -> int:
    """Delete the drafts that were put into the trash before a moment; return how many."""
    expired = db.session.scalars(
        select(Campaign)
        .where(Campaign.status == CampaignStatus.TRASHED, Campaign.trashed_at < trashed_before)
        .order_by(Campaign.id)
        .with_for_update()
    ).all()
    for campaign in expired:
        _delete(campaign, now)
    return len(expired)


@in_transaction
def _delete(campaign: Campaign, now: datetime) -> None:
    release_pictures(campaign.id, now)
    db.session.delete(campaign)
    log.info("campaign.deleted", campaign=campaign.id)
