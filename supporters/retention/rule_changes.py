"""Changes a retention time within the bounds of the law; records account, time and reason."""

from enum import Enum, auto

from supporters import clock
from supporters.audit_log.audit_events import record_team_act
from supporters.database import db, transaction
from supporters.ids import new_id
from supporters.retention.models import RetentionAct, RetentionChange
from supporters.retention.queries import find_rule
from supporters.retention.rules import BOUNDS, Category


class ChangeRuleResult(Enum):
    """The result of a change."""

    DONE = auto()
    SAME = auto()
    FIXED = auto()
    OUT_OF_BOUNDS = auto()


def change_rule(category: Category, days: int, *, reason: str, by: int | None) -> ChangeRuleResult:
    """Keep a category for so many days, from the next run on."""
    bounds = BOUNDS.get(category)
    if bounds is None:
        return ChangeRuleResult.FIXED
    if days not in bounds:
        return ChangeRuleResult.OUT_OF_BOUNDS
    now = clock.now()
    with transaction():
        rule = find_rule(category, for_update=True)
        if rule is None or rule.days is None:
            return ChangeRuleResult.FIXED
        if rule.days == days:
            return ChangeRuleResult.SAME
        db.session.add(
            RetentionChange(
                id=new_id(now),
                category=category.value,
                days_before=rule.days,
                days_after=days,
                reason=reason,
                changed_by=by,
                changed_at=now,
            )
        )
        details = {"category": category.value, "before": rule.days, "after": days}
        record_team_act(RetentionAct.CHANGED, details=details)
        rule.days = days
    return ChangeRuleResult.DONE
