"""Plans a campaign for an hour, gives it another one, or takes the hour back."""

from datetime import datetime

import structlog

from supporters import clock
from supporters.audit.hidden_withdrawals import list_hidden_withdrawals
from supporters.audit_log.audit_events import Details, record_act
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.approval_notices import announce_end
from supporters.campaigns.launch_guard import may_leave
from supporters.campaigns.models import Campaign, CampaignStatus, CampaignVersion, VersionEnd
from supporters.campaigns.planned_hours import HourFault, find_hour_fault
from supporters.campaigns.queries import find_campaign, find_silence_of
from supporters.campaigns.states import CAMPAIGN_STATES, CampaignMove
from supporters.campaigns.versions import HASH, clear_hour, end_version, get_current_version
from supporters.database import in_transaction, transaction, use_case
from supporters.delivery.approval import NOTHING_READ, ApprovalError, AudienceChanged, ReadVersion
from supporters.delivery.audience import count_audience
from supporters.delivery.first_wave.wave_control import choose_wave
from supporters.delivery.first_wave.wave_rules import Wave
from supporters.delivery.grace import launch_and_first_email
from supporters.delivery.launch import (
    LaunchError,
    LaunchRefusal,
    LaunchResult,
    check_audience,
    get_launchable,
    get_version_to_launch,
)
from supporters.lists.list_clocks import zone_of
from supporters.lists.queries import get_list

log = structlog.get_logger(__name__)


def schedule_campaign(
    campaign_id: int,
    send_at: datetime,
    *,
    by_id: int | None = None,
    read: ReadVersion = NOTHING_READ,
    wave: Wave | None = None,
) -> LaunchResult | HourFault:
    """Let a campaign leave at a moment, or at another one than before.

    It needs what a launch needs now, and is checked again at its hour. The people who are on the
    list then get it. `wave` replaces the first wave that was chosen.
    """
    if hidden := list_hidden_withdrawals(clock.now()):
        log.error("campaign.not_scheduled", campaign=campaign_id, hidden=[*map(str, hidden)])
        return LaunchError.LOG_ALTERED
    if fault := find_hour_fault(send_at, clock.now()):
        return fault
    try:
        with transaction():
            campaign = get_launchable(campaign_id)
            if wave is not None:
                choose_wave(campaign, wave)
            _schedule(campaign, send_at, by_id=by_id, read=read)
    except LaunchRefusal as refusal:
        return refusal.outcome
    log.info("campaign.scheduled", campaign=campaign_id, send_at=send_at.isoformat())
    return campaign


def _schedule(
    campaign: Campaign, send_at: datetime, *, by_id: int | None, read: ReadVersion
) -> None:
    if any(find_silence_of(campaign.id, each) for each in launch_and_first_email(send_at)):
        raise LaunchRefusal(LaunchError.SILENCE)
    if not may_leave(campaign):
        raise LaunchRefusal(LaunchError.SETUP_FAULTY)
    is_alone = campaign.status is CampaignStatus.DRAFT
    version = get_version_to_launch(campaign, by_id, read)
    audience = count_audience(campaign)
    if not audience:
        raise LaunchRefusal(LaunchError.NOBODY)
    check_audience(campaign, version, audience, is_alone=is_alone)
    if read.audience not in {None, audience}:
        raise LaunchRefusal(AudienceChanged(audience))
    if is_alone:
        _record_own_approval(campaign, version, audience)
    mailing_list = get_list(campaign.mailing_list_id)
    CAMPAIGN_STATES.transition(campaign, CampaignMove.SCHEDULE)
    clear_hour(campaign)
    campaign.send_at, campaign.scheduled_at, campaign.scheduled_by = send_at, clock.now(), by_id
    campaign.scheduled_purpose_id = mailing_list.purpose_id
    zone = zone_of(mailing_list)
    hour = f"{send_at.astimezone(zone):%Y-%m-%d %H:%M} {zone.key}"
    details: Details = {HASH: version.hash, "hour": hour, "audience": audience}
    record_act(CampaignAct.SCHEDULED, campaign.id, details)


@in_transaction
def _record_own_approval(campaign: Campaign, version: CampaignVersion, audience: int) -> None:
    """Record that a person approved their own message, so that its launch finds the approval."""
    details: Details = {
        HASH: version.hash,
        "audience": audience,
        "alone": True,
        "approver": str(version.approved_by or ""),
    }
    record_act(CampaignAct.APPROVED, campaign.id, details)


@use_case
def unschedule_campaign(campaign_id: int, by_id: int | None) -> Campaign | ApprovalError:
    """Take the hour of a campaign back. It is approved; a draft if it needed no second person."""
    campaign = find_campaign(campaign_id, for_update=True)
    if campaign is None:
        return ApprovalError.UNKNOWN
    if not CAMPAIGN_STATES.allows(campaign.status, CampaignMove.UNSCHEDULE):
        return ApprovalError.NOT_NOW
    version = get_current_version(campaign)
    if version.approved_at == version.asked_at:  # planned alone: nobody else has read it
        announce_end(campaign, end_version(campaign, VersionEnd.WITHDRAWN, by_id))
    else:
        CAMPAIGN_STATES.transition(campaign, CampaignMove.UNSCHEDULE)
        clear_hour(campaign)
    record_act(CampaignAct.UNSCHEDULED, campaign_id, {HASH: version.hash})
    log.info("campaign.unscheduled", campaign=campaign_id)
    return campaign
