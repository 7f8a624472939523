"""Reads the plan of a version: the hour that somebody chose, until it left or was taken back."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

from supporters.audit_log.audit_events import AuditEvent, find_newest_act
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.models import CampaignVersion


def find_plan_of(version: CampaignVersion) -> AuditEvent | None:
    """Return the act by which an hour was chosen for a version, unless it was taken back."""
    over = (CampaignAct.UNSCHEDULED, CampaignAct.LAUNCHED)
    newest = find_newest_act(CampaignAct.SCHEDULED, version.campaign_id, *over)
    is_plan = newest and newest.act == CampaignAct.SCHEDULED
    return newest if newest and is_plan and newest.occurred_at >= version.asked_at else None


def find_void_hour(ended: CampaignVersion) -> datetime | None:
    """Return the hour of the plan that ended with a version, on the clock of its list."""
    plan = find_plan_of(ended)
    if plan is None:
        return None
    shown, _, zone = json.loads(plan.details)["hour"].rpartition(" ")
    return datetime.fromisoformat(shown).replace(tzinfo=ZoneInfo(zone))
