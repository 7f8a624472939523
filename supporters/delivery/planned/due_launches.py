"""Launches planned campaigns at their hour, or holds them and says why."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import structlog
from sqlalchemy import exists, select

from supporters import clock
from supporters.accounts.models import RoleName
from supporters.accounts.queries import find_organiser
from supporters.audit_log.audit_events import record_act
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.planned_hours import is_too_late
from supporters.campaigns.queries import find_campaign, get_campaign
from supporters.database import db, transaction
from supporters.delivery.emergency_stop import may_send
from supporters.delivery.launch import LaunchError, launch_campaign
from supporters.delivery.planned.schedule_holds import ScheduleHold, announce_hold
from supporters.delivery.planned.sending_rule import find_late_limit
from supporters.delivery.problems import ProblemKind
from supporters.lists.models import ListPurpose
from supporters.lists.queries import get_list
from supporters.team.list_scopes import scope_of

log = structlog.get_logger(__name__)
WRITERS = (RoleName.OWNER.value, RoleName.ORGANISER.value)
SETTLED_ELSEWHERE = (LaunchError.UNKNOWN, LaunchError.NOT_A_DRAFT)  # launched, moved, taken back


class DueCampaign(NamedTuple):
    """A planned campaign whose hour has come."""

    id: int
    planned_at: datetime


def launch_due_campaigns(now: datetime) -> None:
    """Launch the campaigns whose hour has come, each once, whichever worker is first.

    During an emergency stop they wait for its end. One that is too late is held.
    """
    limit = find_late_limit()
    for due in list_due(now):
        if is_too_late(due.planned_at, now, limit=limit):
            hold_campaign(due, ScheduleHold.LATE, now)
        elif may_send():
            launch_due(due, now)


def list_due(now: datetime) -> Sequence[DueCampaign]:
    """Return the planned campaigns whose hour has come and that aren't held, the earliest first."""
    rows = db.session.execute(
        select(Campaign.id, Campaign.send_at)
        .where(
            Campaign.status == CampaignStatus.SCHEDULED,
            Campaign.send_at <= now,
            Campaign.problem.is_(None),
        )
        .order_by(Campaign.send_at, Campaign.id)
    )
    return [DueCampaign(campaign_id, planned_at) for campaign_id, planned_at in rows if planned_at]


def launch_due(due: DueCampaign, now: datetime) -> None:
    """Launch a campaign, unless its hour was moved since it was found due, or hold it.

    Its time is that of the ledger: the clock of this machine may be wrong.
    """
    with clock.pretend(now):
        hold = _find_hold(get_campaign(due.id))
        launched = None if hold else launch_campaign(due.id, planned_at=due.planned_at)
    if hold:
        hold_campaign(due, hold, now)
    if isinstance(launched, LaunchError) and launched not in SETTLED_ELSEWHERE:
        hold_campaign(due, ScheduleHold[launched.name], now)


def _find_hold(campaign: Campaign) -> ScheduleHold | None:
    """Return what has changed since the hour was chosen, beside what each launch looks at."""
    is_replaced = campaign.scheduled_purpose_id != get_list(campaign.mailing_list_id).purpose_id
    if is_replaced or _has_newer_text(campaign):
        return ScheduleHold.CONSENT_REPLACED
    person = None if campaign.scheduled_by is None else find_organiser(campaign.scheduled_by)
    if person is None:
        return None
    may_launch = person.active and any(person.has_role(role) for role in WRITERS)
    is_within = scope_of(person).covers_all(campaign.list_ids)
    return None if may_launch and is_within else ScheduleHold.PERSON_GONE


def _has_newer_text(campaign: Campaign) -> bool:
    """Tell whether a further list got another consent text since the hour was chosen."""
    newer = exists().where(
        ListPurpose.mailing_list_id.in_(campaign.list_ids[1:]),
        ListPurpose.since > campaign.scheduled_at,
    )
    return bool(db.session.scalar(select(newer)))


def hold_campaign(due: DueCampaign, hold: ScheduleHold, now: datetime) -> None:
    """Hold a campaign at its hour, unless somebody settled it meanwhile; tell those concerned."""
    with transaction():
        campaign = find_campaign(due.id, for_update=True)
        if campaign is None or (campaign.send_at, campaign.problem) != (due.planned_at, None):
            return
        campaign.problem, campaign.problem_at = f"{ProblemKind.SCHEDULE}: {hold.value}", now
        record_act(CampaignAct.HELD, campaign.id, {"reason": hold.value})
        announce_hold(hold, campaign, due.planned_at)
    log.warning("campaign.held", campaign=due.id, because=hold.value)
