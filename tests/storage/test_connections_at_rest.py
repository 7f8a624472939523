"""PostgreSQL has few connections for all processes: at rest each process keeps two at most."""

import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from supporters.config import Settings
from supporters.database import db
from tests.factories.campaigns import launch
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.servers.ports import free_port
from tests.servers.processes import children_of, environment_of, started, started_web, wait_until
from tests.servers.relay import Relay

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
COUNTED = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
PEOPLE = [f"person{number}@example.org" for number in range(30)]
PATIENCE = 90  # the connections of the campaign close after ten seconds, on a busy machine later


def test_after_a_campaign_pages_and_worker_keep_two_connections_a_process(
    app: Flask, settings: Settings, relay: Relay, tmp_path: Path
) -> None:
    mailing_list, port, environment = make_list(), free_port(), environment_of(settings)
    for each in PEOPLE:
        make_subscriber(each, mailing_list)
    launch(mailing_list)
    db.session.remove()
    db.engine.dispose()
    url = settings.database_url.replace("+psycopg", "")
    worker_log, web_log = tmp_path / "worker.log", tmp_path / "web.log"
    with psycopg.connect(url, autocommit=True) as connection:
        with started(environment, "worker", "--processes", "2", log=worker_log) as worker:
            assert wait_until(lambda: all(map(relay.mails_to, PEOPLE)), seconds=60)
            assert len(children_of(worker.pid)) == 3
            assert wait_until(lambda: _count(connection) <= 2 * 3, seconds=PATIENCE)
        with started_web(environment, port, log=web_log, processes=2) as web:
            assert wait_until(lambda: _answers(port), seconds=60)
            with ThreadPoolExecutor(8) as visitors:
                assert all(visitors.map(_answers, [port] * 100))
            assert len(children_of(web.pid)) == 2
            assert wait_until(lambda: _count(connection) <= 2 * 2, seconds=PATIENCE)


def _count(connection: psycopg.Connection) -> int:
    row = connection.execute(COUNTED).fetchone()
    assert row is not None
    return int(row[0])


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=20) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
