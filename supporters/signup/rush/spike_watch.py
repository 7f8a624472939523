"""Holds the emails of signups when there are twenty times the usual number, and tells the owners.

Nobody is refused: the signups are stored, and their emails wait until an owner decides (REQ-61).
"""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, select

from supporters.attempts.attempt_limits import TakenAttempt, take_attempt
from supporters.database import db, in_transaction, use_case
from supporters.extensions import current_settings
from supporters.ids import first_id_of, new_id
from supporters.locks import Lock
from supporters.mail.links import link_to
from supporters.mail.models import EmailStatus, OutboxEmail
from supporters.mail.queries import SIGNUP_EMAILS
from supporters.organisers.acts import Act
from supporters.organisers.audit_events import record_act
from supporters.organisers.models import RoleName
from supporters.organisers.notice_kinds import Notice
from supporters.organisers.queries import list_active_organisers
from supporters.organisers.security_notices import only, put_notice
from supporters.organisers.sign_in_limits import daily_notice
from supporters.signup.rush.event_allowances import find_largest_factor
from supporters.signup.rush.held_emails import count_held, find_hold, prolong_held
from supporters.signup.rush.models import SignupHold
from supporters.signup.rush.rules import (
    FEWEST_EMAILS,
    SPIKE_WINDOW,
    USUAL_DAYS,
    is_quiet_time,
    most_emails,
)

log = structlog.get_logger(__name__)


@use_case
def watch_spike(now: datetime) -> bool:
    """Hold the emails of signups if there is a spike; tell whether they are held.

    Without limits of signups (SUPPORTERS_SIGNUP_RATE=0) nothing is a spike.
    """
    Lock.SIGNUP_HOLD.take()
    hold = find_hold()
    if hold is None and current_settings().signup_rate:
        hold = _hold_if_spike(now)
    if hold is None:
        return False
    prolong_held(now)
    _tell_owners(hold, now)
    return True


def find_usual(now: datetime) -> list[int]:
    """Return how many signup emails this hour of the day had, on each of the last days."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    days = [hour - timedelta(days=number) for number in range(1, USUAL_DAYS + 1)]
    return [count_emails(day, day + timedelta(hours=1)) for day in days]


def count_emails(begin: datetime, end: datetime) -> int:
    """Return how many signup emails were written in a time, without withheld ones.

    The ids are ordered in time, so their index is enough.
    """
    return (
        db.session.scalar(
            select(func.count())
            .select_from(OutboxEmail)
            .where(
                OutboxEmail.id >= first_id_of(begin),
                OutboxEmail.id < first_id_of(end),
                OutboxEmail.kind.in_(SIGNUP_EMAILS),
                OutboxEmail.status != EmailStatus.WITHHELD,
            )
        )
        or 0
    )


@in_transaction
def _hold_if_spike(now: datetime) -> SignupHold | None:
    counted = count_emails(now - SPIKE_WINDOW, now)
    released_at = db.session.scalar(select(func.max(SignupHold.ended_at)))
    if counted < FEWEST_EMAILS or is_quiet_time(released_at, now):
        return None
    most = most_emails(find_usual(now), find_largest_factor(now))
    if counted < most:
        return None
    hold = SignupHold(id=new_id(now), began_at=now, counted=counted, most=most)
    db.session.add(hold)
    db.session.flush()
    record_act(Act.SIGNUP_EMAILS_HELD, hold.id, {"count": counted, "most": most})
    log.error("signup.emails_held", hold=hold.id, counted=counted, most=most)
    return hold


@in_transaction
def _tell_owners(hold: SignupHold, now: datetime) -> None:
    """Tell the owners at once, and once more each day."""
    if isinstance(take_attempt([daily_notice("spike", str(hold.id))], now), TakenAttempt):
        values: dict[str, str | int] = {"counted": hold.counted, "held": count_held()}
        owners = only(list_active_organisers(RoleName.OWNER))
        put_notice(Notice.SIGNUP_SPIKE, owners, values, url=link_to("console.rush"))
