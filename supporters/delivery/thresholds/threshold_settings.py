"""The thresholds that the owners set, or the defaults."""

from datetime import datetime
from typing import NamedTuple

from supporters import clock
from supporters.audit_log.audit_events import record_act
from supporters.database import db, use_case
from supporters.delivery.acts import DeliveryAct
from supporters.delivery.models import SendingThresholds
from supporters.delivery.thresholds.threshold_rules import Threshold, Thresholds

THE_ONE = 1


class ThresholdChange(NamedTuple):
    """When the thresholds were last changed, and by which account."""

    at: datetime
    by_id: int | None


def find_thresholds() -> Thresholds:
    """Return the thresholds of this installation."""
    row = db.session.get(SendingThresholds, THE_ONE)
    if row is None:
        return Thresholds()
    return Thresholds(**{each: getattr(row, each) for each in Threshold})


def find_threshold_change() -> ThresholdChange | None:
    """Return the last change; None if the defaults hold."""
    row = db.session.get(SendingThresholds, THE_ONE)
    return None if row is None else ThresholdChange(row.changed_at, row.changed_by)


@use_case
def change_thresholds(thresholds: Thresholds, by_id: int | None) -> bool:
    """Set the thresholds, and record the former ones; tell whether they have changed."""
    row = db.session.get(SendingThresholds, THE_ONE, with_for_update=True)
    before = find_thresholds()
    if thresholds == before:
        return False
    if row is None:
        row = SendingThresholds(id=THE_ONE)
        db.session.add(row)
    row.changed_at, row.changed_by = clock.now(), by_id
    details: dict[str, str | int | bool | None] = {}
    for name in Threshold:
        after = getattr(thresholds, name)
        setattr(row, name, after)
        details |= {f"{name}_before": getattr(before, name), f"{name}_after": after}
    record_act(DeliveryAct.THRESHOLDS_CHANGED, None, details)
    return True
