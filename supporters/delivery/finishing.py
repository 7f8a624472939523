"""Ends a campaign when every mail is settled, and keeps note of the relay's troubles."""

from typing import cast

import structlog
from sqlalchemy import CursorResult, exists, update

from supporters import clock
from supporters.campaigns.models import Campaign
from supporters.campaigns.rules import CampaignStatus
from supporters.database import db, transaction
from supporters.delivery.models import Delivery
from supporters.delivery.rules import UNSETTLED

log = structlog.get_logger(__name__)


def finish_if_done(campaign_id: int) -> bool:
    """Set a running campaign to sent when no mail of it is open any more; tell whether it was."""
    is_open = exists().where(Delivery.campaign_id == campaign_id, Delivery.status.in_(UNSETTLED))
    with transaction():
        finished = db.session.execute(
            update(Campaign)
            .where(Campaign.id == campaign_id, Campaign.status == CampaignStatus.RUNNING, ~is_open)
            .values(status=CampaignStatus.SENT, finished_at=clock.now(), trouble=None)
            .execution_options(synchronize_session=False)
        )
    is_finished = cast(CursorResult[tuple[int]], finished).rowcount == 1
    if is_finished:
        log.info("campaign.sent", campaign=campaign_id)
    return is_finished


def note_trouble(campaign_id: int, trouble: str | None) -> None:
    """Keep the relay's trouble with a campaign, or forget it once mail goes out again."""
    with transaction():
        db.session.execute(
            update(Campaign)
            .where(Campaign.id == campaign_id)
            .values(trouble=trouble, trouble_at=clock.now() if trouble else None)
            .execution_options(synchronize_session=False)
        )
