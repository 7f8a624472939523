"""Records refused requests to the console: forbidden pages, expired forms, refused answers.

A visitor decides how often they are refused, so nobody may fill the log with it. Within ten minutes
the first refusal of a kind from an account or network is recorded, then the tenth, the hundredth …
in each process. All processes together record at most `MOST_AN_HOUR` in an hour.
"""

from collections import Counter
from datetime import datetime, timedelta
from threading import Lock as ThreadLock

import structlog
from sqlalchemy import func, select

from supporters import clock
from supporters.actors import current_actor
from supporters.audit_log.audit_events import Act, AuditEvent, Details, record_act
from supporters.database import DatabaseUnavailable, db, transaction
from supporters.ids import first_id_of
from supporters.sign_in.acts import SignInAct

REFUSALS = (
    *(SignInAct.ACCESS_FORBIDDEN, SignInAct.ACCESS_FORM_REFUSED, SignInAct.ACCESS_LIMITED),
    *(
        SignInAct.SESSION_CODE_REFUSED,
        SignInAct.SESSION_PASSKEY_REFUSED,
        SignInAct.SESSION_OPENID_REFUSED,
    ),
)
COUNTED_FOR = timedelta(minutes=10)
RECENT = timedelta(hours=1)
MOST_AN_HOUR = 100
MOST_COUNTED = 10_000  # kinds and networks that are counted at the same time
Refusal = tuple[Act, str | None, str | None]
log = structlog.get_logger(__name__)


class RefusalCounter:
    """Counts the refusals of ten minutes, by kind, account and network."""

    def __init__(self) -> None:
        self._lock = ThreadLock()
        self._began_at: datetime | None = None
        self._counts: Counter[Refusal] = Counter()

    def count(self, refusal: Refusal, now: datetime) -> int:
        """Count a refusal; return how many there were. A full counter counts no new networks."""
        with self._lock:
            if self._began_at is None or not self._began_at <= now < self._began_at + COUNTED_FOR:
                self._began_at = now
                self._counts.clear()
            if refusal not in self._counts and len(self._counts) >= MOST_COUNTED:
                return 0
            self._counts[refusal] += 1
            return self._counts[refusal]


counter = RefusalCounter()


def record_refusal(act: Act, details: Details) -> None:
    """Count a refusal of the current actor, and record it if its count is a power of ten.

    `details` contain no input: the endpoint, a reason from a list, or the `account` that somebody
    tries to be. The refusal itself never fails because of it.
    """
    actor, now = current_actor(), clock.now()
    account = details.get("account") or actor.account_id
    count = counter.count((act, None if account is None else str(account), actor.network), now)
    if not is_power_of_ten(count):
        return
    try:
        _record(act, {**details, "count": count}, now)
    except DatabaseUnavailable:
        log.warning("access.not_recorded", act=act.value, count=count)


def is_power_of_ten(count: int) -> bool:
    """Tell whether a count is 1, 10, 100 and so on."""
    return str(count).rstrip("0") == "1"


def _record(act: Act, details: Details, now: datetime) -> None:
    with transaction():
        recorded = _count_recent(REFUSALS, now)
        if recorded < MOST_AN_HOUR:
            record_act(act, details=details)
        elif not _count_recent((SignInAct.ACCESS_UNRECORDED,), now):
            record_act(SignInAct.ACCESS_UNRECORDED, details={"count": recorded})


def _count_recent(acts: tuple[Act, ...], now: datetime) -> int:
    counted = select(func.count()).where(
        AuditEvent.act.in_([act.value for act in acts]),
        AuditEvent.id >= first_id_of(now - RECENT),
    )
    return db.session.scalar(counted) or 0
