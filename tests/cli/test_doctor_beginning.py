"""`flask doctor` says what lacks before a campaign can leave: a base URL, and a second person."""

from datetime import timedelta

import time_machine
from flask import Flask
from flask.testing import FlaskCliRunner

from supporters import clock
from supporters.accounts.models import RoleName
from supporters.config import Settings
from supporters.team.account_rights import grant_right
from tests.cli.test_doctor import findings, findings_with
from tests.factories.accounts import make_organiser


def test_a_forgotten_base_url_beside_a_real_relay_is_bad(settings: Settings) -> None:
    changes = {"has_default_base_url": True, "mail_server": "relay.invalid"}
    found = findings_with(settings, **changes)["base URL"]
    assert found["state"] == "wrong"
    assert "SUPPORTERS_BASE_URL is missing" in found["words"]


def test_doctor_says_from_when_a_second_person_can_approve(
    app: Flask, runner: FlaskCliRunner
) -> None:
    assert findings(runner)["second person"]["state"] == "look"
    account = make_organiser("bob@parti.example")
    grant_right(account.id, RoleName.APPROVER)
    waiting = findings(runner)["second person"]
    assert waiting["state"] == "look"
    counts = clock.now() + timedelta(hours=72)
    assert f"{counts:%Y-%m-%d %H:}" in waiting["words"]
    with time_machine.travel(clock.now() + timedelta(hours=73)):
        assert findings(runner)["second person"]["state"] == "right"
