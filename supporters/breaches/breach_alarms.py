"""Alarms the owners and the officer when nobody decided about the authority in 48 and 72 hours."""

from datetime import datetime

from supporters.breaches.acts import BreachTeamNotice
from supporters.breaches.breach_register import add_breach_entry
from supporters.breaches.models import Breach, BreachAct
from supporters.breaches.queries import find_last_entry, list_unanswered_breaches
from supporters.breaches.rules import BreachClock, read_clock
from supporters.database import transaction
from supporters.locks import Lock
from supporters.mail.links import link_to
from supporters.notices.security_notices import Notice, owners_and_officer, put_notice

ALARMS: dict[BreachClock, tuple[BreachAct, Notice]] = {
    BreachClock.ALARM: (BreachAct.ALARMED, BreachTeamNotice.ALARM),
    BreachClock.OVERDUE: (BreachAct.OVERDUE, BreachTeamNotice.OVERDUE),
}


def alarm_about_breaches(now: datetime) -> int:
    """Write the alarms that are due; return for how many breaches. Each alarm is given once.

    A breach that is recorded after its 72 hours gets the second alarm only.
    """
    if not any(_needs_alarm(breach, now) for breach in list_unanswered_breaches(now)):
        return 0
    count = 0
    with transaction():
        Lock.BREACH_ALARM.take()
        for breach in list_unanswered_breaches(now):
            if _needs_alarm(breach, now):
                _alarm(breach, now)
                count += 1
    return count


def _needs_alarm(breach: Breach, now: datetime) -> bool:
    act, _ = _alarm_of(breach, now)
    return find_last_entry(breach.id, [act]) is None


def _alarm(breach: Breach, now: datetime) -> None:
    act, notice = _alarm_of(breach, now)
    url = link_to("console.show_breach", breach_id=breach.id)
    put_notice(notice, owners_and_officer(), {"title": breach.title}, url=url)
    add_breach_entry(breach.id, act)


def _alarm_of(breach: Breach, now: datetime) -> tuple[BreachAct, Notice]:
    return ALARMS[read_clock(breach.discovered_at, now, is_decided=False)]
