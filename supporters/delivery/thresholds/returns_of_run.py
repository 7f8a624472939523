"""Pauses a campaign by what came back of it: complaints, dead addresses, refusals of us (REQ-74).

After somebody resumes it, only new ones count.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from supporters.bounce_classes.classes import Weight
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.queries import find_campaign
from supporters.database import db, in_transaction
from supporters.delivery.acts import DeliveryNotice
from supporters.delivery.after_sending.models import COMPLAINTS, ReturnCount
from supporters.delivery.after_sending.return_counts import OF_WEIGHT
from supporters.delivery.progress import get_progress
from supporters.delivery.thresholds.automatic_pause import pause_for_threshold, tell_about
from supporters.delivery.thresholds.threshold_rules import (
    Measure,
    find_too_many_complaints,
    find_too_many_refused,
    find_too_many_returned,
    must_tell_of_complaints,
)
from supporters.delivery.thresholds.threshold_settings import find_thresholds


class _Reached(NamedTuple):
    measure: Measure
    figures: Collection[str]
    is_about_us: bool


@in_transaction
def judge_returns(campaign_id: int, now: datetime) -> None:
    """Pause a campaign, or tell the team, if what came back of it reached a threshold."""
    campaign = find_campaign(campaign_id)
    if campaign is None:
        return
    rows = _list_counts(campaign_id)
    _tell_of_complaints(campaign, rows, now)
    if campaign.status is CampaignStatus.RUNNING and _find_reached(campaign, rows) is not None:
        _pause(campaign_id, now)


def _pause(campaign_id: int, now: datetime) -> None:
    """Pause a campaign that is still running once its row is locked."""
    campaign = find_campaign(campaign_id, for_update=True)
    if campaign is None or campaign.status is not CampaignStatus.RUNNING:
        return
    rows = _list_counts(campaign_id)
    reached = _find_reached(campaign, rows)
    if reached is None:
        return
    pause_for_threshold(campaign, reached.measure, now, is_about_us=reached.is_about_us)
    for row in rows:
        if row.figure in reached.figures:
            row.known = row.people


def _list_counts(campaign_id: int) -> Sequence[ReturnCount]:
    rows = select(ReturnCount).where(ReturnCount.campaign_id == campaign_id)
    fresh = rows.execution_options(populate_existing=True)
    return db.session.scalars(fresh.order_by(ReturnCount.figure)).all()


def _find_reached(campaign: Campaign, rows: Sequence[ReturnCount]) -> _Reached | None:
    """Return the first threshold that is reached: that of complaints, then bounces."""
    thresholds, accepted = find_thresholds(), get_progress(campaign.id).accepted
    dead, about_us = OF_WEIGHT[Weight.DEAD], OF_WEIGHT[Weight.NOT_THEIRS]
    found = (
        _Reached(measure, figures, is_about_us=is_about_us)
        for measure, figures, is_about_us in (
            (
                find_too_many_complaints(
                    complained=_sum_new(rows, {COMPLAINTS}),
                    accepted=accepted,
                    thresholds=thresholds,
                ),
                {COMPLAINTS},
                False,
            ),
            (
                find_too_many_refused(
                    refused=_sum_new(rows, dead), answers=accepted, thresholds=thresholds
                ),
                dead,
                False,
            ),
            (
                find_too_many_returned(
                    about_us=_sum_new(rows, about_us),
                    accepted=accepted,
                    audience=campaign.audience or 0,
                    thresholds=thresholds,
                ),
                about_us,
                True,
            ),
        )
        if measure is not None
    )
    return next(found, None)


def _sum_new(rows: Sequence[ReturnCount], figures: Collection[str]) -> int:
    return sum(row.people - row.known for row in rows if row.figure in figures)


def _tell_of_complaints(campaign: Campaign, rows: Sequence[ReturnCount], now: datetime) -> None:
    """Tell the team once of a campaign, before its complaints pause it."""
    row = next((each for each in rows if each.figure == COMPLAINTS), None)
    if row is None or row.told_at is not None:
        return
    accepted = get_progress(campaign.id).accepted
    if must_tell_of_complaints(complained=row.people, accepted=accepted):
        row.told_at = now
        limit = find_thresholds().complained
        numbers = {"count": row.people, "base": accepted, "limit": limit}
        tell_about(campaign, DeliveryNotice.COMPLAINTS_BEGIN, **numbers)
