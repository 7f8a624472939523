"""The decision of an owner to send although the set-up has a fault: written, and for a week."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from supporters import clock
from supporters.audit_log.audit_events import record_act
from supporters.database import db, use_case
from supporters.delivery_setup.acts import SetupAct
from supporters.delivery_setup.models import MAX_REASON, MIN_REASON, SetupOverride
from supporters.ids import new_id

log = structlog.get_logger(__name__)
LASTS = timedelta(days=7)


@use_case
def override_setup(by_id: int | None, reason: str) -> SetupOverride | None:
    """Allow campaigns for a week, for an owner; None if the reason is too short or too long."""
    words = " ".join(reason.split())
    if not MIN_REASON <= len(words) <= MAX_REASON:
        return None
    now = clock.now()
    if present := find_override(now):
        present.ended_at = now
    override = SetupOverride(
        id=new_id(now), reason=words, by_id=by_id, begun_at=now, ends_at=now + LASTS
    )
    db.session.add(override)
    record_act(SetupAct.OVERRIDDEN, None, {"reason": words})
    log.warning("setup.overridden", override=override.id)
    return override


@use_case
def end_override() -> bool:
    """End the permission, because nothing is wrong any more, or by an owner."""
    now = clock.now()
    override = find_override(now)
    if override is None:
        return False
    override.ended_at = now
    record_act(SetupAct.OVERRIDE_ENDED)
    return True


def find_override(now: datetime) -> SetupOverride | None:
    """Return the permission of now."""
    return db.session.scalar(
        select(SetupOverride)
        .where(SetupOverride.ended_at.is_(None), SetupOverride.ends_at > now)
        .order_by(SetupOverride.id.desc())
        .limit(1)
    )
