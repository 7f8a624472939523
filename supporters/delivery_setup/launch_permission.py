"""Refuses a launch while a required line of the set-up is red (REQ-73)."""

import json

from supporters import clock
from supporters.audit_log.audit_events import find_newest_act, record_act
from supporters.campaigns.models import Campaign
from supporters.delivery_setup.acts import SetupAct
from supporters.delivery_setup.findings import Finding, stopping
from supporters.delivery_setup.setup_checks import is_exempt, list_findings
from supporters.delivery_setup.setup_override import find_override


def list_obstacles() -> list[Finding]:
    """Return what keeps campaigns from leaving, whether or not an owner allowed them."""
    return [] if is_exempt() else stopping(list_findings())


def is_launch_refused() -> bool:
    """Tell whether the set-up keeps all campaigns from leaving now."""
    return bool(list_obstacles()) and find_override(clock.now()) is None


def may_launch(campaign: Campaign) -> bool:
    """Tell whether the set-up lets a campaign leave; record it if only an owner's word does."""
    obstacles = list_obstacles()
    if not obstacles:
        return True
    override = find_override(clock.now())
    if override is None:
        return False
    lines = ", ".join(each.line.value for each in obstacles)
    details = {"lines": lines, "reason": override.reason}
    record_act(SetupAct.ALLOWED_IN_SPITE, campaign.id, details)
    return True


def find_permission_of(campaign_id: int) -> str:
    """Return the reason for which a campaign left in spite of a fault; nothing for others."""
    act = find_newest_act(SetupAct.ALLOWED_IN_SPITE, campaign_id)
    return str(json.loads(act.details)["reason"]) if act else ""
