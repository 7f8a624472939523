"""The emergency stop: it stops every campaign on every machine, until an owner resumes them.

Everybody who writes may stop; owners let sending continue. Author, moment and reason are recorded,
and the owners get an email.
"""

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import select

from supporters import clock
from supporters.actors import current_actor
from supporters.audit_log.audit_events import record_team_act
from supporters.database import db, in_transaction, transaction
from supporters.delivery.acts import DeliveryAct, DeliveryNotice
from supporters.delivery.models import DeliveryControl
from supporters.mail.links import link_to
from supporters.notices.security_notices import name_of_actor, owners_and_officer, put_notice

log = structlog.get_logger(__name__)
NO_REASON = "–"


@dataclass(frozen=True, kw_only=True)
class SendingStop:
    """Since when all sending is stopped, by which account and why. A command has no account."""

    since: datetime
    by_id: int | None = None
    because: str = ""


@dataclass(frozen=True, kw_only=True)
class SendingResumption:
    """When an owner ended the last stop, and why."""

    at: datetime
    by_id: int | None
    because: str


def stop_all(reason: str = "") -> datetime:
    """Stop all sending of campaigns; return since when. A stop that is there stays as it is."""
    with transaction():
        control = _control()
        if control.stopped_at is not None:
            return control.stopped_at
        control.stopped_at = clock.now()
        control.stopped_by_id = current_actor().account_id
        control.stopped_because = reason or None
        record_team_act(DeliveryAct.SENDING_STOPPED)
        _tell(DeliveryNotice.SENDING_STOPPED, reason)
    log.warning("delivery.stopped")
    return control.stopped_at


def resume_all(by_id: int | None, reason: str) -> bool:
    """Let campaigns be sent again, for an owner; tell whether they were stopped."""
    with transaction():
        control = _control()
        if control.stopped_at is None:
            return False
        control.stopped_at = control.stopped_by_id = control.stopped_because = None
        control.resumed_at, control.resumed_by_id = clock.now(), by_id
        control.resumed_because = reason
        record_team_act(DeliveryAct.SENDING_RESUMED)
        _tell(DeliveryNotice.SENDING_RESUMED, reason)
    log.warning("delivery.resumed", by=by_id)
    return True


def find_stop() -> SendingStop | None:
    """Return the stop of all sending; None if there is none."""
    since, by_id, because = db.session.execute(
        select(
            DeliveryControl.stopped_at,
            DeliveryControl.stopped_by_id,
            DeliveryControl.stopped_because,
        )
    ).one()
    if since is None:
        return None
    return SendingStop(since=since, by_id=by_id, because=because or "")


def find_resumption() -> SendingResumption | None:
    """Return when and why an owner ended the last stop; None if there never was one."""
    at, by_id, because = db.session.execute(
        select(
            DeliveryControl.resumed_at,
            DeliveryControl.resumed_by_id,
            DeliveryControl.resumed_because,
        )
    ).one()
    if at is None:
        return None
    return SendingResumption(at=at, by_id=by_id, because=because or "")


def may_send() -> bool:
    """Tell whether bulk email may be sent: there is no stop, and no hold."""
    stop = select(DeliveryControl.stopped_at, DeliveryControl.held_at)
    return db.session.execute(stop).one() == (None, None)


@in_transaction
def _tell(notice: DeliveryNotice, reason: str) -> None:
    values = {"actor": name_of_actor(), "reason": reason or NO_REASON}
    put_notice(notice, owners_and_officer(), values, url=link_to("console.campaigns"))


def _control() -> DeliveryControl:
    return db.session.scalars(select(DeliveryControl).with_for_update()).one()
