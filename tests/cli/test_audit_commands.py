"""`flask audit list` shows who did what."""

import json
import os
import time
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.actors import Actor, ActorKind, acting_as
from supporters.audit_log.audit_events import AuditEvent, record_act
from supporters.database import db, transaction
from supporters.delivery.acts import DeliveryAct
from supporters.lists.acts import ListAct
from tests.factories.accounts import make_owner

TICK = 0.002  # ids are in order to the millisecond


@pytest.fixture
def owner(app: Flask) -> Organiser:
    """Return an owner who closed list 7; then a user of the shell stopped all sending."""
    owner = make_owner()
    with acting_as(Actor(ActorKind.ACCOUNT, account_id=owner.id)), transaction():
        record_act(ListAct.CLOSED, 7)
    time.sleep(TICK)
    with acting_as(Actor(ActorKind.COMMAND, name="anna")), transaction():
        record_act(DeliveryAct.SENDING_STOPPED, details={"count": 3})
    return owner


def test_the_user_of_a_container_has_a_number_for_a_name(
    app: Flask, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find_no_name(number: int) -> None:
        raise KeyError(number)

    for each in ("SUDO_USER", "LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(each, raising=False)
    monkeypatch.setattr("pwd.getpwuid", find_no_name)
    stopped = runner.invoke(args=["delivery", "stop", "--reason", "Fire"])
    assert stopped.exit_code == 0, stopped.output
    (act,) = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1))
    assert act.actor_name == str(os.getuid())


def list_acts(runner: FlaskCliRunner, *options: str) -> list[str]:
    """Return the acts that the command lists."""
    result = runner.invoke(args=["audit", "list", "--json", *options])
    assert result.exit_code == 0, result.output
    return [event["act"] for event in json.loads(result.output)["events"]]


def test_it_lists_the_newest_acts_first(runner: FlaskCliRunner, owner: Organiser) -> None:
    assert list_acts(runner, "--limit", "2") == ["sending.stopped", "list.closed"]


def test_it_shows_actor_act_object_and_details(runner: FlaskCliRunner, owner: Organiser) -> None:
    lines = runner.invoke(args=["audit", "list", "--limit", "2"]).output.splitlines()
    assert lines[1].split()[1:] == ["shell:anna", "sending.stopped", "-", "-", "count=3"]
    assert lines[2].split()[1:] == [owner.email, "list.closed", "7", "-", "-"]


def test_options_choose_the_acts(runner: FlaskCliRunner, owner: Organiser) -> None:
    tomorrow = f"{clock.now() + timedelta(days=1):%Y-%m-%d}"
    assert list_acts(runner, "--account", owner.email) == ["list.closed"]
    assert list_acts(runner, "--act", "sending.stopped") == ["sending.stopped"]
    assert list_acts(runner, "--since", tomorrow) == []


def test_an_unknown_account_is_refused_in_one_line(runner: FlaskCliRunner, app: Flask) -> None:
    result = runner.invoke(args=["audit", "list", "--account", "nobody@example.org"])
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "Error: No account has this address. See: flask organisers list"
    ]


def test_without_acts_it_says_so(runner: FlaskCliRunner, app: Flask) -> None:
    assert runner.invoke(args=["audit", "list"]).output == "No act is recorded.\n"
