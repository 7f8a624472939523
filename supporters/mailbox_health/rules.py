"""Decides by what came back whether a mailbox can be reached (REQ-99, REQ-100, REQ-102)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from supporters.bounce_classes.classes import WEIGHTS, BounceClass, Weight

SOFT_FAILURES = 5
DAYS_WITH_FAILURES = 3
COUNTED_FOR = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class PastFailure:
    """One email that didn't arrive. `was_delivered_since`: a later one did."""

    bounce_class: BounceClass
    occurred_at: datetime
    was_delivered_since: bool = False


def judge_mailbox(
    failures: Iterable[PastFailure], now: datetime, *, zone: tzinfo, since: datetime | None
) -> BounceClass | None:
    """Return why a mailbox can't be reached, or None while it may be.

    It is dead at once by evidence only: no such mailbox, no such domain. Otherwise it takes five
    failures on three days within 30 days, without a delivery between: an outage looks like full
    mailboxes, and lasts a day. Nothing before `since` counts, the last confirmation of the person.
    """
    known = [each for each in failures if since is None or each.occurred_at > since]
    for each in known:
        if WEIGHTS[each.bounce_class] is Weight.DEAD:
            return each.bounce_class
    soft = sorted(
        (each for each in known if _is_counted(each, now)), key=lambda each: each.occurred_at
    )
    days = {each.occurred_at.astimezone(zone).date() for each in soft}
    is_enough = len(soft) >= SOFT_FAILURES and len(days) >= DAYS_WITH_FAILURES
    return soft[-1].bounce_class if is_enough else None


def _is_counted(failure: PastFailure, now: datetime) -> bool:
    is_recent = failure.occurred_at > now - COUNTED_FOR
    is_soft = WEIGHTS[failure.bounce_class] is Weight.SOFT
    return is_soft and is_recent and not failure.was_delivered_since


def is_worse(new: BounceClass, known: BounceClass) -> bool:
    """Tell whether a further answer about the same email is evidence, and the first one isn't."""
    return WEIGHTS[new] is Weight.DEAD and WEIGHTS[known] is not Weight.DEAD
