"""An erasure leaves no trace while web and worker run: neither keeps a transaction open."""

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from flask import Flask

from supporters.config import Settings
from supporters.database import db
from supporters.delivery.send_journal.worker_registry import count_living_workers
from supporters.my_data.my_data_links import answer_waiting_requests
from tests.factories.lists import make_list
from tests.factories.my_data import MY_DATA, emails_to
from tests.factories.signups import make_subscriber, values_in
from tests.servers.plain_browser import Browser
from tests.servers.ports import free_port
from tests.servers.processes import environment_of, started, started_web, wait_until
from tests.servers.relay import Relay

pytestmark = pytest.mark.slow

ADDRESS, NAME = "zoe.kanarienvogel@example.org", "Zoé Kanarienvogel"
SECONDS_UNTIL_CLEARED = 75  # a minute, and what the machine is slow
LONG_SECONDS = 3.0


@pytest.fixture
def browser(app: Flask, settings: Settings, tmp_path: Path, relay: Relay) -> Iterator[Browser]:
    """Run web and worker; return the browser of a person who has opened My data."""
    person = make_subscriber(ADDRESS, make_list(), given_name=NAME)
    assert person.address == ADDRESS
    port = free_port()
    base_url = f"http://127.0.0.1:{port}"
    environment = {**environment_of(settings), "SUPPORTERS_BASE_URL": base_url}
    browser = Browser(base_url)
    with started_web(environment, port, log=tmp_path / "web.log"):
        assert wait_until(lambda: answers(browser))
        browser.press(MY_DATA, email=ADDRESS)
        db.session.remove()
        answer_waiting_requests()
        link = str(values_in(emails_to(ADDRESS)[-1])["open_url"])
        assert browser.press(urlsplit(link).path).status == 200
        db.session.remove()
        with started(environment, "worker", log=tmp_path / "worker.log"):
            assert wait_until(lambda: count_living_workers() == 1)
            yield browser


def answers(browser: Browser) -> bool:
    """Tell whether the site answers."""
    try:
        return browser.get(MY_DATA).status == 200
    except OSError:
        return False


def test_sqlites_log_is_emptied_while_the_worker_runs(browser: Browser, settings: Settings) -> None:
    traces = [ADDRESS.encode(), NAME.encode(), salt_of_the_person()]
    database = Path(settings.database_url.removeprefix("sqlite:///"))
    wal = database.with_name(f"{database.name}-wal")
    db.engine.dispose()
    assert traces_in(traces, database, wal) != []
    assert browser.press(f"{MY_DATA}/erase", is_sure="y").status == 200

    def is_cleared() -> bool:
        return traces_in(traces, database, wal) == []

    assert wait_until(is_cleared, seconds=SECONDS_UNTIL_CLEARED), traces_in(traces, database, wal)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_postgresql_may_clear_what_is_deleted_while_the_worker_runs(
    app: Flask, browser: Browser, settings: Settings
) -> None:
    assert browser.press(f"{MY_DATA}/erase", is_sure="y").status == 200
    ends_at = time.monotonic() + 10
    while time.monotonic() < ends_at:
        assert long_transactions(settings) == []
        time.sleep(0.5)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_the_server_ends_sessions_with_a_long_open_transaction(app: Flask) -> None:
    assert db.session.scalar(db.text("SHOW idle_in_transaction_session_timeout")) == "5min"


def salt_of_the_person() -> bytes:
    """Return the salt of the person's key."""
    salt = db.session.scalar(db.text("SELECT log_salt FROM subscriber"))
    db.session.remove()
    assert isinstance(salt, bytes)
    return salt


def traces_in(traces: list[bytes], *files: Path) -> list[bytes]:
    """Return the traces that the files contain."""
    content = b"".join(path.read_bytes() for path in files if path.exists())
    return [trace for trace in traces if trace in content]


def long_transactions(settings: Settings) -> list[tuple[object, ...]]:
    """Return the sessions that stop PostgreSQL from clearing for more than a moment."""
    url = settings.database_url.replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(
            "SELECT pid, state, query FROM pg_stat_activity WHERE datname = %s"
            " AND pid <> pg_backend_pid() AND (backend_xmin IS NOT NULL OR xact_start IS NOT NULL)"
            " AND xact_start < clock_timestamp() - make_interval(secs => %s)",
            (urlsplit(url).path.strip("/"), LONG_SECONDS),
        ).fetchall()
