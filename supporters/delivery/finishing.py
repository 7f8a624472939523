"""Ends a campaign when every mail is settled, and keeps note of the relay's troubles."""

from typing import cast

import structlog
from sqlalchemy import ColumnElement, CursorResult, exists, select, update

from supporters import clock
from supporters.campaigns.models import Campaign
from supporters.campaigns.rules import CampaignStatus
from supporters.database import db, transaction
from supporters.delivery.models import Delivery
from supporters.delivery.rules import UNSETTLED, DeliveryStatus

log = structlog.get_logger(__name__)


def finish_if_done(campaign_id: int) -> bool:
    """Set a running campaign to sent when no mail of it is open any more; tell whether it was."""
    with transaction():
        finished = db.session.execute(
            update(Campaign)
            .where(
                Campaign.id == campaign_id,
                Campaign.status == CampaignStatus.RUNNING,
                ~_is_open(campaign_id),
            )
            .values(status=CampaignStatus.SENT, finished_at=clock.now(), trouble=None)
            .execution_options(synchronize_session=False)
        )
    is_finished = cast(CursorResult[tuple[int]], finished).rowcount == 1
    if is_finished:
        log.info("campaign.sent", campaign=campaign_id)
    return is_finished


def fit_in(campaign: Campaign) -> None:
    """Deal with mails that a worker gave back to a campaign that is no longer running.

    A cancelled one skips them. One that ended, because the worker was believed dead, goes on. To be
    called in the transaction that records them, with the campaign locked.
    """
    if campaign.status is CampaignStatus.CANCELLED:
        skip_the_rest(campaign.id)
    elif campaign.status is CampaignStatus.SENT and db.session.scalar(
        select(_is_open(campaign.id))
    ):
        campaign.status = CampaignStatus.RUNNING
        campaign.finished_at = None


def skip_the_rest(campaign_id: int) -> None:
    """Skip what hasn't left; to be called in the transaction that cancels."""
    db.session.execute(
        update(Delivery)
        .where(
            Delivery.campaign_id == campaign_id,
            Delivery.status.in_([DeliveryStatus.QUEUED, DeliveryStatus.DEFERRED]),
        )
        .values(status=DeliveryStatus.SKIPPED, settled_at=clock.now(), reply="cancelled")
        .execution_options(synchronize_session=False)
    )


def note_trouble(campaign_id: int, trouble: str | None) -> None:
    """Keep the relay's trouble with a campaign, or forget it once mail goes out again."""
    with transaction():
        db.session.execute(
            update(Campaign)
            .where(Campaign.id == campaign_id)
            .values(trouble=trouble, trouble_at=clock.now() if trouble else None)
            .execution_options(synchronize_session=False)
        )


def _is_open(campaign_id: int) -> ColumnElement[bool]:
    """Return the condition that something can still become of one of the mails."""
    return exists().where(Delivery.campaign_id == campaign_id, Delivery.status.in_(UNSETTLED))
