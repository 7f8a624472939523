"""Takes down that evidence is asked for, before it is handed out: by whom, and why (REQ-23)."""

from datetime import datetime, timedelta

import structlog

from supporters import clock
from supporters.consent.log.appending import append
from supporters.consent.log.describing import describe_disclosure
from supporters.consent.log.entry_sealing import ClockWentBack
from supporters.consent.log.keys import person_key
from supporters.consent.log.models import Disclosure, DisclosureKind
from supporters.consent.log.sealing import seal
from supporters.database import db, transaction
from supporters.ids import new_id
from supporters.logs import log_failure
from supporters.people.queries import lock_subscriber

log = structlog.get_logger(__name__)

MAX_REASON = 500
OPEN_FOR = timedelta(hours=1)


def disclose_evidence(subscriber_id: int, *, asked_by: str, reason: str) -> Disclosure | None:
    """Log that somebody gets the evidence on a person; None when we hold nothing on them.

    What waits is sealed then, so that everything in the pack has its proof.
    """
    now = clock.now()
    with transaction():
        subscriber = lock_subscriber(subscriber_id)
        if subscriber is None:
            return None
        disclosure = _make(subscriber_id, asked_by=asked_by, reason=reason, now=now)
        db.session.add(disclosure)
        append(describe_disclosure(disclosure, key=person_key(subscriber.log_salt)))
    _seal()
    log.info("evidence.disclosed", disclosure=disclosure.id)
    return disclosure


def disclose_lookup(*, asked_by: str, reason: str) -> Disclosure:
    """Log that somebody asked for evidence on an address that is nobody's whom we know.

    What they are told is an answer too: whether it must not be written to. The address isn't kept,
    since it may be that of somebody who wants nothing of us (REQ-34).
    """
    now = clock.now()
    with transaction():
        disclosure = _make(None, asked_by=asked_by, reason=reason, now=now)
        db.session.add(disclosure)
        append(describe_disclosure(disclosure))
    _seal()
    log.info("evidence.nobody", disclosure=disclosure.id)
    return disclosure


def _seal() -> None:
    """Seal what waits; a clock that is behind keeps nobody from getting evidence."""
    try:
        seal()
    except ClockWentBack as error:
        log_failure("log.not_sealed", error)


def _make(subscriber_id: int | None, *, asked_by: str, reason: str, now: datetime) -> Disclosure:
    return Disclosure(
        id=new_id(now),
        kind=DisclosureKind.EVIDENCE,
        subscriber_id=subscriber_id,
        asked_by=asked_by,
        reason=reason,
        people=0 if subscriber_id is None else 1,
        occurred_at=now,
    )


def find_disclosure(
    disclosure_id: int, subscriber_id: int, *, asked_by: str, now: datetime
) -> Disclosure | None:
    """Return what somebody asked for within the last hour; later they must say anew why."""
    disclosure = db.session.get(Disclosure, disclosure_id)
    if disclosure is None or disclosure.kind is not DisclosureKind.EVIDENCE:
        return None
    is_theirs = (disclosure.subscriber_id, disclosure.asked_by) == (subscriber_id, asked_by)
    return disclosure if is_theirs and now < disclosure.occurred_at + OPEN_FOR else None
