"""`flask rights cases` and `flask retention` show figures and no address."""

import json
from datetime import timedelta

import time_machine
from flask import Flask
from flask.testing import FlaskCliRunner

from supporters import clock
from supporters.cases.case_service import close_case
from supporters.cases.models import CaseKind
from tests.factories.cases import make_case
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, make_subscriber


def test_open_cases_are_listed_without_an_address(app: Flask, runner: FlaskCliRunner) -> None:
    person = make_subscriber(ADDRESS, make_list())
    case = make_case(clock.now() - timedelta(days=40), CaseKind.ERASURE, person.id)
    close_case(make_case(clock.now()).id, "Fait.", by=None)
    listed = runner.invoke(args=["rights", "cases", "--json"])
    (row,) = json.loads(listed.stdout)["cases"]
    assert (row["id"], row["kind"], row["urgency"]) == (case.id, "erasure", "overdue")
    assert ADDRESS not in listed.output
    every = runner.invoke(args=["rights", "cases", "--all", "--json"]).stdout
    assert len(json.loads(every)["cases"]) == 2


def test_no_open_case_prints_a_sentence(app: Flask, runner: FlaskCliRunner) -> None:
    assert runner.invoke(args=["rights", "cases"]).stdout == "No case is open.\n"


def test_status_shows_the_rules_and_the_next_run(app: Flask, runner: FlaskCliRunner) -> None:
    runner.invoke(args=["retention", "run"])
    answer = json.loads(runner.invoke(args=["retention", "status", "--json"]).stdout)
    days = {rule["category"]: rule["days"] for rule in answer["rules"]}
    assert (answer["is_late"], days["people"], days["log"]) == (False, 1095, None)
    assert answer["last_run"]["categories"]["signups"]["errors"] == 0


def test_status_ends_with_1_after_two_days_without_a_run(runner: FlaskCliRunner) -> None:
    with time_machine.travel(clock.now() + timedelta(hours=49), tick=False):
        answer = runner.invoke(args=["retention", "status"])
    assert (answer.exit_code, "No run finished within 48 hours" in answer.stderr) == (1, True)
