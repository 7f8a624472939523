"""Lets a campaign continue after its first wave: a person does, or a time passes.

While it holds, the campaign is running and no batch after the wave can be claimed. So there is no
state to enter when the wave ends, and a crash at that moment changes nothing (ADR 099).
"""

from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy import exists, select

from supporters import clock
from supporters.audit_log.audit_events import record_act
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.queries import find_campaign
from supporters.database import db, in_transaction, transaction, use_case
from supporters.delivery.acts import DeliveryNotice
from supporters.delivery.campaign_control import ControlResult
from supporters.delivery.first_wave.wave_rules import Wave, WaveStage, goes_on_at, stage_of
from supporters.delivery.models import DeliveryBatch
from supporters.delivery.progress import SETTLED
from supporters.delivery.thresholds.automatic_pause import tell_about
from supporters.delivery.thresholds.departures_of_run import get_run_figures
from supporters.delivery.thresholds.threshold_rules import may_continue
from supporters.delivery.thresholds.threshold_settings import find_thresholds

log = structlog.get_logger(__name__)
HELD = (WaveStage.LEAVING, WaveStage.HOLDING)


def find_stage(campaign: Campaign) -> WaveStage:
    """Return the stage of a first wave as it is now, also before `watch_waves` saw its end."""
    stage = stage_of(
        batches=campaign.wave_batches,
        ended_at=campaign.wave_ended_at,
        continued_at=campaign.wave_continued_at,
    )
    if stage is WaveStage.LEAVING and not _is_leaving(campaign):
        return WaveStage.HOLDING
    return stage


def is_limited_to_wave(campaign: Campaign) -> bool:
    """Tell whether only the people of the first wave get a campaign for now."""
    return find_stage(campaign) in {WaveStage.LEAVING, WaveStage.HOLDING}


@in_transaction
def choose_wave(campaign: Campaign, wave: Wave) -> None:
    """Store the first wave that somebody chose for a campaign that can be launched."""
    campaign.wave_size = wave.size or None
    campaign.wave_minutes = wave.minutes if wave.size else None


@use_case
def continue_campaign(campaign_id: int) -> ControlResult:
    """Let the people after the first wave get a campaign that is running."""
    campaign = find_campaign(campaign_id, for_update=True)
    if campaign is None:
        return ControlResult.UNKNOWN
    if campaign.status is not CampaignStatus.RUNNING or find_stage(campaign) not in HELD:
        return ControlResult.NOT_NOW
    _continue(campaign, clock.now())
    return ControlResult.DONE


def watch_waves(now: datetime, count_disputes: Callable[[int], int]) -> None:
    """See which waves have ended, and let campaigns continue whose time has passed.

    `count_disputes` returns how many people dispute a campaign.
    """
    held = db.session.scalars(
        select(Campaign.id).where(
            Campaign.status == CampaignStatus.RUNNING,
            Campaign.wave_batches.is_not(None),
            Campaign.wave_continued_at.is_(None),
        )
    ).all()
    for campaign_id in held:
        with transaction():
            campaign = find_campaign(campaign_id, for_update=True)
            if campaign is not None and campaign.status is CampaignStatus.RUNNING:
                _watch(campaign, now, count_disputes)


def _watch(campaign: Campaign, now: datetime, count_disputes: Callable[[int], int]) -> None:
    stage = find_stage(campaign)
    if stage is WaveStage.HOLDING and campaign.wave_ended_at is None:
        campaign.wave_ended_at = now
        tell_about(campaign, DeliveryNotice.WAVE_ENDED, people=campaign.wave_size or 0)
    due = goes_on_at(campaign.wave_ended_at, campaign.wave_minutes)
    if stage is not WaveStage.HOLDING or due is None or due > now:
        return
    figures = get_run_figures(campaign, disputed=count_disputes(campaign.id))
    if may_continue(figures, find_thresholds()):
        _continue(campaign, now)
    else:
        campaign.wave_minutes = None  # from now on only a person continues it
        tell_about(campaign, DeliveryNotice.WAVE_HELD)


@in_transaction
def _continue(campaign: Campaign, now: datetime) -> None:
    campaign.wave_continued_at = now
    campaign.wave_ended_at = campaign.wave_ended_at or now
    record_act(CampaignAct.CONTINUED, campaign.id)
    log.info("campaign.continued", campaign=campaign.id)


def _is_leaving(campaign: Campaign) -> bool:
    """Tell whether an email of the wave wasn't tried yet. One to retry was."""
    untried = exists().where(
        DeliveryBatch.campaign_id == campaign.id,
        DeliveryBatch.number <= campaign.wave_batches,
        SETTLED + DeliveryBatch.deferred < DeliveryBatch.size,
    )
    return bool(db.session.scalar(select(untried)))
