"""The emergency stop: it stops every campaign on every machine, until a person resumes them."""

from datetime import datetime

import structlog
from sqlalchemy import select

from supporters import clock
from supporters.audit_log.audit_events import record_team_act
from supporters.database import db, transaction
from supporters.delivery.acts import DeliveryAct
from supporters.delivery.models import DeliveryControl

log = structlog.get_logger(__name__)


def stop_all() -> datetime:
    """Stop all sending of campaigns; return since when it is stopped."""
    with transaction():
        control = _control()
        control.stopped_at = control.stopped_at or clock.now()
        record_team_act(DeliveryAct.SENDING_STOPPED)
    log.warning("delivery.stopped")
    return control.stopped_at


def resume_all() -> bool:
    """Let campaigns be sent again; tell whether they were stopped."""
    with transaction():
        control = _control()
        was_stopped = control.stopped_at is not None
        control.stopped_at = None
        record_team_act(DeliveryAct.SENDING_RESUMED)
    log.warning("delivery.resumed")
    return was_stopped


def find_stop() -> datetime | None:
    """Return since when all sending is stopped; None if it isn't."""
    return db.session.scalar(select(DeliveryControl.stopped_at))


def may_send() -> bool:
    """Tell whether bulk email may be sent: there is no stop, and no hold."""
    stop = select(DeliveryControl.stopped_at, DeliveryControl.held_at)
    return db.session.execute(stop).one() == (None, None)


def _control() -> DeliveryControl:
    return db.session.scalars(select(DeliveryControl).with_for_update()).one()
