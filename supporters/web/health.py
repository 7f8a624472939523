"""Health pages for load balancers and monitors, under any host. They have words and no data.

`/livez` and `/readyz` are for load balancers; `/healthz` is for monitors.
"""

from flask import Blueprint, Response

from supporters import clock
from supporters.migrations.state import DatabaseProblem, check_database
from supporters.monitoring.health_problems import list_problems

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
    """Answer 200 and "ok", or 503 and a word for each problem."""
    return _say(" ".join(list_problems(clock.now())) or OK)


def _say(word: str) -> Response:
    return Response(f"{word}\n", 200 if word == OK else 503, mimetype="text/plain")
