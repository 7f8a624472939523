"""`flask doctor` tells which rush the limits allow, and how many connections there are."""

import dataclasses
import re

import pytest
from flask import Flask

from supporters import create_app
from supporters.cli.capacity_findings import look_at_connections, look_at_signup_limits
from supporters.config import Settings
from supporters.database import db


@pytest.mark.parametrize(
    ("signup_rate", "send_rate", "state", "part"),
    [
        (30, 0, "right", "take 1800 a minute: 900 of one mail provider, 30 of one network"),
        (30, 30, "right", "take 1800 a minute"),
        (30, 29, "look", "takes 1740 a minute"),
        (0, 0, "look", "is 0"),
    ],
)
def test_signups_are_compared_with_emails(
    app: Flask, settings: Settings, signup_rate: int, send_rate: int, state: str, part: str
) -> None:
    chosen = dataclasses.replace(settings, signup_rate=signup_rate, send_rate=send_rate)
    with create_app(chosen).app_context():
        found = look_at_signup_limits()
    assert (found.state, part in found.words) == (state, True)


@pytest.mark.both_databases
def test_connections_of_the_server_are_compared_with_processes(app: Flask, database: str) -> None:
    found = look_at_connections()
    assert found.state == "right"
    part = "4 processes of all machines fit" if database == "postgresql" else "one writer"
    assert part in found.words


@pytest.mark.both_databases
def test_too_few_connections_are_said(app: Flask, settings: Settings, database: str) -> None:
    with create_app(dataclasses.replace(settings, smtp_connections=40)).app_context():
        found = look_at_connections()
        db.session.remove()
        db.engine.dispose()
    assert found.state == ("look" if database == "postgresql" else "right")
    assert ("Raise max_connections" in found.words) == (database == "postgresql")


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_the_connections_of_the_queue_count(app: Flask, settings: Settings) -> None:
    url = settings.database_url.replace("postgresql+psycopg:", "postgresql:")  # as by default
    own_queue = dataclasses.replace(settings, queue_url=url)
    counts = []
    for each in (settings, own_queue):
        with create_app(each).app_context():
            found = look_at_connections()
            db.session.remove()
            db.engine.dispose()
        counts.append([int(word) for word in re.findall(r"at most (\d+)", found.words)])
    [[without], [with_queue]] = counts
    assert with_queue - without == 2
    assert (found.state, "4 processes of all machines fit" in found.words) == ("right", True)
