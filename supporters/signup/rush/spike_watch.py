"""Holds the emails of signups when there are twenty times the usual number, and tells the owners.

Those of the networks and domains that cause it wait; those of everybody only if nothing stands out.
Nobody is refused: the signups are stored, and their emails wait until an owner decides (REQ-61).
"""

from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from sqlalchemy import ColumnElement, func, select

from supporters.accounts.models import RoleName
from supporters.accounts.queries import list_active_organisers
from supporters.audit_log.audit_events import record_act
from supporters.database import db, in_transaction, use_case
from supporters.extensions import current_settings
from supporters.ids import first_id_of, new_id
from supporters.limits.guess_limits import TakenGuess, take_guess
from supporters.locks import Lock
from supporters.mail.links import link_to
from supporters.mail.models import EmailStatus, OutboxEmail
from supporters.mail.queries import SIGNUP_EMAILS
from supporters.notices.security_notices import only, put_notice
from supporters.sign_in.sign_in_limits import daily_notice
from supporters.signup.acts import SignupAct, SignupNotice
from supporters.signup.models import SignupRequest
from supporters.signup.rush.announced_broadcasts import find_largest_factor
from supporters.signup.rush.causes import Causes, EmailSource, find_causes, read_causes
from supporters.signup.rush.held_emails import count_held, find_hold, prolong_held
from supporters.signup.rush.models import SignupHold
from supporters.signup.rush.rules import (
    FEWEST_EMAILS,
    SPIKE_WINDOW,
    USUAL_DAYS,
    is_quiet_time,
    most_emails,
)

NO_CAUSES = Causes()
log = structlog.get_logger(__name__)


class _Spike(NamedTuple):
    """The emails of a spike in five minutes, and the networks and domains that cause it."""

    counted: int
    most: int
    causes: Causes | None


@use_case
def watch_spike(now: datetime) -> bool:
    """Hold the emails of signups if there is a spike; tell whether they are held.

    Without limits of signups (SUPPORTERS_SIGNUP_RATE=0) nothing is a spike.
    """
    Lock.SIGNUP_HOLD.take()
    hold = find_hold()
    if current_settings().signup_rate:
        hold = _hold_if_spike(now) if hold is None else _widen(hold, now)
    if hold is None:
        return False
    prolong_held(hold, now)
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
            select(func.count()).select_from(OutboxEmail).where(*_written(begin, end))
        )
        or 0
    )


def _written(begin: datetime, end: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        OutboxEmail.id >= first_id_of(begin),
        OutboxEmail.id < first_id_of(end),
        OutboxEmail.kind.in_(SIGNUP_EMAILS),
        OutboxEmail.status != EmailStatus.WITHHELD,
    )


@in_transaction
def _hold_if_spike(now: datetime) -> SignupHold | None:
    released = _find_released(now)
    if released is not None and released.causes is None:
        return None
    spike = _find_spike(now, read_causes(released.causes) if released else NO_CAUSES)
    if spike is None:
        return None
    hold = SignupHold(
        id=new_id(now),
        began_at=now,
        counted=spike.counted,
        most=spike.most,
        causes=spike.causes.as_json() if spike.causes else None,
    )
    db.session.add(hold)
    db.session.flush()
    _record(hold, spike)
    return hold


@in_transaction
def _widen(hold: SignupHold, now: datetime) -> SignupHold:
    """Let the emails of further networks and domains wait if those of the rest are a spike too."""
    causes = read_causes(hold.causes)
    spike = None if causes is None else _find_spike(now, causes)
    if causes is not None and spike is not None:
        hold.causes = (causes | spike.causes).as_json() if spike.causes else None
        _record(hold, spike)
    return hold


def _find_released(now: datetime) -> SignupHold | None:
    """Return the hold that an owner has ended so recently that its emails aren't held again."""
    newest = db.session.scalar(
        select(SignupHold)
        .where(SignupHold.ended_at.is_not(None))
        .order_by(SignupHold.ended_at.desc())
        .limit(1)
    )
    return newest if newest and is_quiet_time(newest.ended_at, now) else None


def _find_spike(now: datetime, known: Causes | None) -> _Spike | None:
    """Return the spike of the emails that aren't of known networks and domains."""
    counted = count_emails(now - SPIKE_WINDOW, now)
    if known is None or counted < FEWEST_EMAILS:
        return None
    sources = _read_sources(now - SPIKE_WINDOW, now)
    others = [each for each in sources if not known.is_of(each)]
    counted -= len(sources) - len(others)
    if counted < FEWEST_EMAILS:
        return None
    most = most_emails(find_usual(now), find_largest_factor(now))
    if counted < most:
        return None
    return _Spike(counted, most, find_causes(others, counted=counted, most=most))


def _read_sources(begin: datetime, end: datetime) -> list[EmailSource]:
    """Return where the signup emails of a time came from."""
    rows = db.session.execute(
        select(SignupRequest.network_mac, SignupRequest.address_key)
        .join(OutboxEmail, OutboxEmail.id == SignupRequest.email_id)
        .where(*_written(begin, end))
    )
    return [
        EmailSource(mac.hex() if mac else None, address.rpartition("@")[2]) for mac, address in rows
    ]


def _record(hold: SignupHold, spike: _Spike) -> None:
    counts = {"count": spike.counted, "most": spike.most}
    record_act(SignupAct.EMAILS_HELD, hold.id, counts)
    log.error("signup.emails_held", hold=hold.id, counted=spike.counted, most=spike.most)


@in_transaction
def _tell_owners(hold: SignupHold, now: datetime) -> None:
    """Tell the owners at once, and once more each day."""
    if isinstance(take_guess([daily_notice("spike", str(hold.id))], now), TakenGuess):
        values: dict[str, str | int] = {"counted": hold.counted, "held": count_held()}
        owners = only(list_active_organisers(RoleName.OWNER))
        put_notice(SignupNotice.SPIKE, owners, values, url=link_to("console.rush"))
