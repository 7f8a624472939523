"""PgBouncer in transaction mode: everything works through it, or is refused with what to do."""

import dataclasses
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from supporters import clock
from supporters.config import Settings
from supporters.migrations.state import check_database
from supporters.personal_data.disk_cleanup import clear_if_due
from supporters.signup.confirmation import ConfirmedSignup, confirm_by_link
from tests.conftest import running_app
from tests.factories.backup_files import command as run_command, make_key_pair, with_backups
from tests.factories.campaigns import launch
from tests.factories.lists import make_list
from tests.factories.signups import confirm_token, make_subscriber, request_to_join
from tests.servers.pgbouncer import NEEDED, running_pgbouncer
from tests.servers.processes import environment_of, started, wait_until
from tests.servers.relay import Relay

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
PEOPLE = [f"person{number}@example.org" for number in range(40)]
SUBJECT = "Through PgBouncer"
VISITORS = [f"visitor{number}@example.org" for number in range(10)]


@contextmanager
def behind(settings: Settings, more: str = NEEDED) -> Iterator[tuple[Flask, Settings]]:
    """Run the application behind PgBouncer."""
    with running_pgbouncer(settings.database_url.replace("+psycopg", ""), more) as url:
        database_url = url.replace("postgresql", "postgresql+psycopg", 1)
        pooled = dataclasses.replace(settings, database_url=database_url)
        with running_app(pooled) as app:
            yield app, pooled


def count_issues(relay: Relay, address: str) -> int:
    """Return how many emails of the campaign came to an address."""
    return sum(each.message["Subject"] == SUBJECT for each in relay.mails_to(address))


def test_signups_and_a_campaign_go_through_it(
    settings: Settings, relay: Relay, tmp_path: Path
) -> None:
    with behind(settings) as (app, pooled):
        check_database()
        mailing_list = make_list()
        for each in PEOPLE:
            make_subscriber(each, mailing_list)
        asked = {each: request_to_join(each, mailing_list) for each in VISITORS}
        tokens = [confirm_token(each) for each in asked.values()]
        launch(mailing_list, SUBJECT)
        log = tmp_path / "worker.log"
        with started(environment_of(pooled), "worker", "--processes", "2", log=log):
            assert wait_until(lambda: all(map(relay.mails_to, VISITORS)), seconds=60)
            assert wait_until(lambda: all(count_issues(relay, each) for each in PEOPLE), seconds=60)
            confirmed = [confirm_by_link(each) for each in tokens]
            said = json.loads(run_command(app, "doctor", "--json")[1])
        assert all(isinstance(each, ConfirmedSignup) for each in confirmed)
        assert [count_issues(relay, each) for each in PEOPLE] == [1] * len(PEOPLE)
        words = {each["about"]: each["words"] for each in said["findings"]}
        assert "PgBouncer shares" in words["database connections"]
        assert not [line for line in log.read_text().splitlines() if "[error" in line]


@pytest.mark.parametrize(
    ("more", "remedy"),
    [
        ("", "ignore_startup_parameters = options"),
        (f"{NEEDED}\nmax_prepared_statements = 0", "max_prepared_statements = 200"),
    ],
)
def test_a_setting_that_would_mix_things_up_is_named_at_the_start(
    settings: Settings, more: str, remedy: str, tmp_path: Path
) -> None:
    url = settings.database_url.replace("+psycopg", "")
    with running_pgbouncer(url, more) as pooled_url:
        pooled = dataclasses.replace(settings, database_url=pooled_url)
        log = tmp_path / "worker.log"
        with started(environment_of(pooled), "worker", log=log) as worker:
            assert worker.wait(60) == 1
    assert remedy in log.read_text()


def test_what_needs_the_server_itself_says_so(settings: Settings, tmp_path: Path) -> None:
    keys = make_key_pair(tmp_path / "key")
    with behind(with_backups(settings, [keys.recipient], tmp_path / "backups")) as (app, _):
        make_subscriber(PEOPLE[0], make_list())
        for words in (("backup", "create"), ("rights", "clear-disk")):
            status, said = run_command(app, *words)
            assert (status, "needs PostgreSQL itself" in said) == (1, True), said
        assert not clear_if_due(clock.now().replace(hour=2))
