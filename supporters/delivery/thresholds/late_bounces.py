"""Counts emails that the relay took and that came back, for the thresholds of their campaign."""

from collections import Counter
from datetime import datetime

from sqlalchemy import func, select

from supporters.bounce_classes.classes import WEIGHTS, Weight
from supporters.campaigns.queries import find_campaign
from supporters.campaigns.states import UNFINISHED
from supporters.database import db, use_case
from supporters.delivery.models import DeliveryBatch
from supporters.delivery.thresholds.automatic_pause import pause_for_relay, pause_for_threshold
from supporters.delivery.thresholds.threshold_rules import Measure, find_too_many_refused
from supporters.delivery.thresholds.threshold_settings import find_thresholds
from supporters.mailbox_health.models import RecordedFailure


@use_case
def judge_late_bounces(campaign_id: int, now: datetime) -> Measure | None:
    """Pause a campaign that isn't over if too many emails came back; return the measure.

    Dead addresses count as those that the relay refused. Answers against us, as a blocklist or a
    failed authentication, pause it as a relay that refuses us does: they say nothing about people.
    """
    campaign = find_campaign(campaign_id, for_update=True)
    if campaign is None or campaign.status not in UNFINISHED:
        return None
    came_back, codes = _count_late(campaign_id)
    accepted, refused = db.session.execute(
        select(
            func.coalesce(func.sum(DeliveryBatch.accepted), 0),
            func.coalesce(func.sum(DeliveryBatch.refused), 0),
        ).where(DeliveryBatch.campaign_id == campaign_id)
    ).one()
    answers, thresholds = int(accepted + refused), find_thresholds()
    of_us = find_too_many_refused(
        refused=came_back[Weight.NOT_THEIRS], answers=answers, thresholds=thresholds
    )
    if of_us is not None:
        pause_for_relay(campaign, codes.most_common(1)[0][0], now)
        return of_us
    dead = find_too_many_refused(
        refused=came_back[Weight.DEAD] + int(refused), answers=answers, thresholds=thresholds
    )
    if dead is not None and came_back[Weight.DEAD]:
        pause_for_threshold(campaign, dead, now)
    return dead


def _count_late(campaign_id: int) -> tuple[Counter[Weight], Counter[str]]:
    """Return how many emails came back by weight, and the codes of answers against us."""
    came_back, codes = Counter[Weight](), Counter[str]()
    rows = db.session.execute(
        select(RecordedFailure.bounce_class, RecordedFailure.code, func.count())
        .where(RecordedFailure.campaign_id == campaign_id, RecordedFailure.was_accepted)
        .group_by(RecordedFailure.bounce_class, RecordedFailure.code)
    )
    for bounce_class, code, count in rows:
        weight = WEIGHTS[bounce_class]
        came_back[weight] += count
        if weight is Weight.NOT_THEIRS:
            codes[f"550 {code}" if code else "550"] += count
    return came_back, codes
