"""A page for monitors: whether what must run does, and nothing else."""

from flask import Blueprint, Response

from supporters import clock
from supporters.rights.retention.queries import find_times
from supporters.rights.retention.rules import is_late

health = Blueprint("health", __name__)


@health.get("/healthz")
def healthz() -> Response:
    """Answer 200 and "ok", or 503 and "late" when no retention run ended for 48 hours."""
    times = find_times()
    late = times is None or is_late(times, clock.now())
    return Response("late\n" if late else "ok\n", 503 if late else 200, mimetype="text/plain")
