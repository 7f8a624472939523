"""What monitors read: two words, and nothing of what is kept here."""

from datetime import timedelta

import time_machine
from flask.testing import FlaskClient

from supporters import clock
from supporters.rights.retention.running import run_retention
from tests.rights.retention.building import Remembering


def test_health_turns_red_after_two_days_without_a_run(client: FlaskClient) -> None:
    fresh = client.get("/healthz")
    with time_machine.travel(clock.now() + timedelta(hours=49), tick=False):
        late = client.get("/healthz")
        run_retention(clock.now(), Remembering().means())
        again = client.get("/healthz")
    told = [(each.status_code, each.text) for each in (fresh, late, again)]
    assert told == [(200, "ok\n"), (503, "late\n"), (200, "ok\n")]
