"""Health pages for load balancers and monitors. They have one word and no data.

`/livez` and `/readyz` answer under any host and are for load balancers; `/healthz` is for
monitors.
"""

from collections.abc import Iterator

from flask import Blueprint, Response

from supporters import clock
from supporters.audit.verification_results import find_open_faults, is_verification_late
from supporters.delivery.restore_hold import HOLDS_OF_THE_LOG, find_hold
from supporters.delivery.send_journal.worker_registry import count_living_workers, has_run_here
from supporters.mail.queries import find_oldest_due
from supporters.mail.rules import waits_for_too_long
from supporters.migrations.state import DatabaseProblem, check_database
from supporters.retention.queries import count_recent_errors, find_round_times
from supporters.retention.rules import is_late

health = Blueprint("health", __name__)

OK = "ok"


@health.get("/livez")
def livez() -> Response:
    """Answer 200: this process takes requests. Nothing else is checked."""
    return _say(OK)


@health.get("/readyz")
def readyz() -> Response:
    """Answer 200 while the database answers and is at the migration that the program needs."""
    try:
        check_database()
    except DatabaseProblem:
        return _say("not ready")
    return _say(OK)


@health.get("/healthz")
def healthz() -> Response:
    """Answer 200 and "ok", or 503 and a word for each problem.

    "worker": none is alive on this machine, where one was. "letters": an email waits for more than
    ten minutes. "late": no purge ended for 48 hours. "failing": the last purge had errors. "log":
    a verification of the consent log found faults that no owner accepted, or the log began again.
    "unverified": none ended for 48 hours.
    """
    return _say(" ".join(_find_problems()) or OK)


def _find_problems() -> Iterator[str]:
    now = clock.now()
    if has_run_here() and not count_living_workers():
        yield "worker"
    if waits_for_too_long(find_oldest_due(now), now):
        yield "letters"
    times = find_round_times()
    if times is None or is_late(times, now):
        yield "late"
    elif count_recent_errors():
        yield "failing"
    hold = find_hold()
    is_log_held = hold is not None and hold.because in HOLDS_OF_THE_LOG
    if is_log_held or find_open_faults(now) is not None:
        yield "log"
    elif has_run_here() and is_verification_late(now):
        yield "unverified"


def _say(word: str) -> Response:
    return Response(f"{word}\n", 200 if word == OK else 503, mimetype="text/plain")
