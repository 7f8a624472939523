"""Excuses the failures of a domain that was at fault itself, by an owner with a reason."""

from datetime import datetime
from enum import Enum, auto

from sqlalchemy import select, update

from supporters.accounts.models import Organiser
from supporters.audit_log.audit_events import Details, record_act
from supporters.consent.models import Method
from supporters.database import db, use_case
from supporters.mailbox_health.acts import MailboxAct
from supporters.mailbox_health.mailbox_failures import judge_again
from supporters.mailbox_health.models import RecordedFailure

MAX_REASON = 300


class LiftError(Enum):
    """Why nothing was lifted."""

    NOT_ALLOWED = auto()
    NO_REASON = auto()
    NO_DOMAIN = auto()


@use_case
def lift_for_domain(
    domain: str,
    reason: str,
    *,
    organiser: Organiser,
    now: datetime,
    since: datetime | None = None,
) -> int | LiftError:
    """Excuse the failures of a domain since a time; return how many people can be reached again.

    It is for a provider that answered “no such mailbox” for an evening. Only an owner may decide
    it. Failures of other domains or of earlier times still count.
    """
    domain, reason = domain.strip().lower().lstrip("@"), reason.strip()
    if not organiser.is_owner_at_work:
        return LiftError.NOT_ALLOWED
    if not reason:
        return LiftError.NO_REASON
    if not domain:
        return LiftError.NO_DOMAIN
    theirs = [RecordedFailure.domain == domain, RecordedFailure.excused_at.is_(None)]
    if since is not None:
        theirs.append(RecordedFailure.occurred_at >= since)
    people = db.session.scalars(
        select(RecordedFailure.subscriber_id).where(*theirs).distinct()
    ).all()
    db.session.execute(update(RecordedFailure).where(*theirs).values(excused_at=now))
    freed = judge_again(people, now, method=Method.ORGANISER)
    details: Details = {
        "domain": domain,
        "reason": reason[:MAX_REASON],
        "people": len(freed),
    }
    record_act(MailboxAct.LIFTED, details=details)
    return len(freed)
