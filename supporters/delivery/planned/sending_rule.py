"""The rule for the hours of sending: how late a planned campaign may still leave."""

from datetime import timedelta

from supporters import clock
from supporters.audit_log.audit_events import record_act
from supporters.database import db, use_case
from supporters.delivery.acts import DeliveryAct
from supporters.delivery.models import SendingRule

THE_ONE = 1
USUAL_LIMIT_MINUTES, LONGEST_LIMIT_MINUTES = 120, 1440


def find_late_limit() -> timedelta:
    """Return how long after its hour a campaign may still leave."""
    rule = db.session.get(SendingRule, THE_ONE)
    return timedelta(minutes=rule.late_limit_minutes if rule else USUAL_LIMIT_MINUTES)


@use_case
def change_late_limit(minutes: int, by_id: int | None = None) -> bool:
    """Set how late a campaign may still leave; tell whether that has changed."""
    rule = db.session.get(SendingRule, THE_ONE, with_for_update=True)
    before = rule.late_limit_minutes if rule else USUAL_LIMIT_MINUTES
    if minutes == before:
        return False
    if rule is None:
        rule = SendingRule(id=THE_ONE)
        db.session.add(rule)
    rule.late_limit_minutes, rule.changed_at, rule.changed_by = minutes, clock.now(), by_id
    record_act(DeliveryAct.LATE_LIMIT_CHANGED, None, {"before": before, "after": minutes})
    return True
