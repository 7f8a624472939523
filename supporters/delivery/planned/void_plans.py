"""Reads at which hour a draft was planned until something made it a draft again."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from supporters.audit_log.audit_events import AuditEvent
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.models import CampaignVersion
from supporters.database import db

ACTS = (CampaignAct.SCHEDULED, CampaignAct.UNSCHEDULED, CampaignAct.LAUNCHED)


def find_void_hour(ended: CampaignVersion) -> datetime | None:
    """Return the hour of the plan that ended with a version, on the clock of its list."""
    newest = db.session.scalar(
        select(AuditEvent)
        .where(AuditEvent.object_id == ended.campaign_id, AuditEvent.act.in_([*ACTS]))
        .order_by(AuditEvent.id.desc())
        .limit(1)
    )
    if newest is None or newest.act != CampaignAct.SCHEDULED or newest.occurred_at < ended.asked_at:
        return None
    shown, _, zone = json.loads(newest.details)["hour"].rpartition(" ")
    return datetime.fromisoformat(shown).replace(tzinfo=ZoneInfo(zone))
