"""A page for monitors: whether what must run does, and nothing else."""

from flask import Blueprint, Response

from supporters import clock
from supporters.rights.retention.queries import count_errors_lately, find_times
from supporters.rights.retention.rules import is_late

health = Blueprint("health", __name__)

OK = "ok"


@health.get("/healthz")
def healthz() -> Response:
    """Answer 200 and "ok", or 503 and what is wrong with retention.

    "late" when no run ended for 48 hours, "failing" when the last one met errors.
    """
    word = _judge_retention()
    return Response(f"{word}\n", 200 if word == OK else 503, mimetype="text/plain")


def _judge_retention() -> str:
    times = find_times()
    if times is None or is_late(times, clock.now()):
        return "late"
    return "failing" if count_errors_lately() else OK
