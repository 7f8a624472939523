"""The time of grace after a launch: no email leaves yet, and the launch can be taken back."""

from datetime import datetime, timedelta
from enum import Enum, auto

import structlog
from sqlalchemy import ColumnElement, or_, select

from supporters.audit_log.audit_events import record_act
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.approval_notices import announce_end
from supporters.campaigns.models import Campaign, VersionEnd
from supporters.campaigns.queries import find_campaign
from supporters.campaigns.states import CAMPAIGN_STATES, CampaignMove
from supporters.campaigns.versions import HASH, end_version
from supporters.database import db, delete_where, in_transaction, use_case
from supporters.delivery.database_clock import database_time
from supporters.delivery.models import Delivery, DeliveryBatch, DeliveryErased, batches
from supporters.extensions import current_settings
from supporters.locks import Lock

log = structlog.get_logger(__name__)


class TakeBackError(Enum):
    """Why a launch isn't taken back. TOO_LATE: its first email has left, or may leave now."""

    UNKNOWN = auto()
    NOT_NOW = auto()
    TOO_LATE = auto()


def grace() -> timedelta:
    """Return how long after a launch its first email leaves."""
    return timedelta(seconds=current_settings().grace_seconds)


def launch_and_first_email(hour: datetime) -> tuple[datetime, datetime]:
    """Return when a campaign that is planned for an hour is launched, and begins to leave."""
    return hour, hour + grace()


@in_transaction
def find_beginning() -> datetime | None:
    """Return when the first email of a launch may leave; None for at once."""
    return database_time() + grace() if grace() else None


def has_begun(now: datetime) -> ColumnElement[bool]:
    """Return the condition that the grace of a campaign is over."""
    return or_(Campaign.begins_at.is_(None), Campaign.begins_at <= now)


def count_seconds(campaign: Campaign) -> int:
    """Return how many seconds of the grace of a campaign are left; 0 once it has begun."""
    if campaign.begins_at is None or not CAMPAIGN_STATES.allows(
        campaign.status, CampaignMove.TAKE_BACK
    ):
        return 0
    return max(0, round((campaign.begins_at - database_time()).total_seconds()))


@use_case
def take_back_launch(campaign_id: int, by_id: int | None) -> Campaign | TakeBackError:
    """Make a launched campaign a draft again, as if it had never had an audience.

    Only during its grace. A sender that claims at this moment waits for us, or we for it.
    """
    Lock.ERASURE.take()  # nobody's row is erased between its batch and our deletion
    campaign = find_campaign(campaign_id, for_update=True)
    if campaign is None:
        return TakeBackError.UNKNOWN
    if not CAMPAIGN_STATES.allows(campaign.status, CampaignMove.TAKE_BACK) or campaign.restored_at:
        return TakeBackError.NOT_NOW
    if not count_seconds(campaign) or _is_claimed(campaign_id):
        return TakeBackError.TOO_LATE
    for table in (DeliveryErased, Delivery, DeliveryBatch):
        delete_where(table, table.campaign_id == campaign_id)
    campaign.audience = campaign.launched_at = campaign.begins_at = None
    campaign.wave_batches = campaign.wave_ended_at = campaign.wave_continued_at = None
    campaign.audience_check_began_at = campaign.audience_checked_at = None
    campaign.left_out = 0
    version = end_version(campaign, VersionEnd.WITHDRAWN, by_id, move=CampaignMove.TAKE_BACK)
    record_act(CampaignAct.TAKEN_BACK, campaign_id, {HASH: version.hash})
    announce_end(campaign, version)
    log.info("campaign.taken_back", campaign=campaign_id)
    return campaign


def _is_claimed(campaign_id: int) -> bool:
    """Lock the batches of a campaign, and tell whether a sender holds one or has held one."""
    held = db.session.execute(
        select(batches.c.claimed_by, batches.c.accepted + batches.c.deferred + batches.c.uncertain)
        .where(batches.c.campaign_id == campaign_id)
        .order_by(batches.c.number)
        .with_for_update()
    ).all()
    return any(holder or tried for holder, tried in held)
