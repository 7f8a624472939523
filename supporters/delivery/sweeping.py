"""Repairs what a dead worker or a lost job left behind; run every minute and at each start."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, and_, func, or_, select, update

from supporters import clock
from supporters.campaigns.queries import list_running_campaigns
from supporters.database import db, transaction
from supporters.delivery.finishing import finish_if_done
from supporters.delivery.lanes import find_due_batch, start_lanes
from supporters.delivery.models import Delivery
from supporters.delivery.rules import LEASE, QUIET_PERIOD, DeliveryStatus
from supporters.delivery.workers import bury_worker, list_dead_workers

log = structlog.get_logger(__name__)


def sweep() -> None:
    """Mark the claims of dead workers as uncertain, end what is done, start lost lanes again."""
    dead = list_dead_workers()
    is_over = Delivery.claimed_at < clock.now() - LEASE
    uncertain = _mark_uncertain(and_(Delivery.claimed_by.is_not(None), is_over))
    if dead:
        names = [worker.name for worker in dead]
        uncertain += _mark_uncertain(Delivery.claimed_by.in_(names))
    if uncertain:
        log.warning("delivery.uncertain", mails=uncertain, dead_workers=len(dead))
    for worker in dead:
        bury_worker(worker)
    is_after_death = any(worker.is_news for worker in dead)
    for campaign in list_running_campaigns():
        if not finish_if_done(campaign.id):
            _restart_if_quiet(campaign.id, is_after_death=is_after_death)


def _mark_uncertain(condition: ColumnElement[bool]) -> int:
    """Settle claimed mails as uncertain: they may have gone out, so nobody sends them again."""
    with transaction():
        marked: Sequence[int] = db.session.scalars(
            update(Delivery)
            .where(Delivery.status == DeliveryStatus.CLAIMED, condition)
            .values(status=DeliveryStatus.UNCERTAIN, settled_at=clock.now(), reply="worker ended")
            .returning(Delivery.subscriber_id)
            .execution_options(synchronize_session=False)
        ).all()
    return len(marked)


def _restart_if_quiet(campaign_id: int, *, is_after_death: bool) -> None:
    """Start the lanes of a campaign that has work to do and that nobody works on."""
    first = find_due_batch(campaign_id, after=0, step=1)
    if first is None:
        return
    if is_after_death or not _is_worked_on(campaign_id, clock.now()):
        start_lanes(campaign_id, first_batch=first)


def _is_worked_on(campaign_id: int, now: datetime) -> bool:
    last_claim = db.session.scalar(
        select(func.max(Delivery.claimed_at)).where(
            Delivery.campaign_id == campaign_id,
            or_(
                Delivery.status != DeliveryStatus.QUEUED,
                Delivery.claimed_at.is_not(None),
            ),
        )
    )
    return last_claim is not None and last_claim > now - QUIET_PERIOD
