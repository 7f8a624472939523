"""`flask campaigns schedule`, `unschedule` and `take-back`, and `flask delivery late-limit`."""

from datetime import UTC, datetime, timedelta

import time_machine
from flask import Flask
from flask.testing import FlaskCliRunner

from supporters.delivery.planned.due_launches import launch_due_campaigns
from supporters.delivery.planned.sending_rule import find_late_limit
from supporters.lists.list_sender import ListSender, change_sender
from tests.factories.approvals import make_ready
from tests.factories.campaigns import make_draft_to_two, reload
from tests.factories.sending_day.planned import grace_of, hour_to_type, plan


def test_a_command_plans_on_the_clock_of_the_list_and_takes_it_back(
    app: Flask, runner: FlaskCliRunner
) -> None:
    draft = make_draft_to_two()
    reunion = ListSender(name="", reply_to="", time_zone="Indian/Reunion")
    change_sender(draft.mailing_list_id, reunion)
    make_ready(draft.id)

    def run(*arguments: str) -> str:
        ran = runner.invoke(args=["campaigns", arguments[0], str(draft.id), *arguments[1:]])
        return ran.stdout + ran.stderr

    with time_machine.travel(datetime(2026, 11, 30, 12, tzinfo=UTC)):
        assert "This hour is over" in run("schedule", "--at", "2026-11-30 15:00")
        said = run("schedule", "--at", "2026-12-01 09:00")
        assert said == "It leaves on 2026-12-01 at 09:00 (Indian/Reunion, UTC+4).\n"
        assert reload(draft.id).send_at == datetime(2026, 12, 1, 5, tzinfo=UTC)
        assert "It leaves at no hour. It is now: draft." in run("unschedule")
        assert "Not taken back" in run("unschedule")
        change_sender(draft.mailing_list_id, ListSender(name="", reply_to=""))
        make_ready(draft.id)
        assert "--first or --second" in run("schedule", "--at", "2027-10-31 02:30")
        assert "UTC+1" in run("schedule", "--at", "2027-10-31 02:30", "--second")
        assert "UTC+2" in run("schedule", "--at", "2027-10-31 02:30", "--first")


def test_a_planned_campaign_gets_its_first_wave_by_the_same_options_as_a_launch(
    app: Flask, runner: FlaskCliRunner
) -> None:
    draft = make_draft_to_two()
    make_ready(draft.id)
    plan_it = ["campaigns", "schedule", str(draft.id), "--at", hour_to_type()]

    def run(*options: str) -> str:
        ran = runner.invoke(args=[*plan_it, *options])
        return ran.stdout + ran.stderr

    assert "First wave: 1 person." in run("--wave", "1", "--continue-after", "45")
    assert (reload(draft.id).wave_size, reload(draft.id).wave_minutes) == (1, 45)
    assert "First wave: 1 person." in run()
    assert "Not planned." in run("--wave", "2")
    assert "First wave" not in run("--wave", "0")
    assert (reload(draft.id).wave_size, reload(draft.id).wave_minutes) == (None, None)


def test_the_status_and_the_doctor_name_a_campaign_that_is_held(
    app: Flask, runner: FlaskCliRunner
) -> None:
    draft = make_draft_to_two()
    make_ready(draft.id)
    launch_due_campaigns(plan(draft.id) + timedelta(hours=3))
    for command in (["campaigns", "status", str(draft.id)], ["doctor"]):
        assert "was held at its hour (hold_late)" in runner.invoke(args=command).stdout


def test_a_command_stops_a_launch_before_its_first_email(
    app: Flask, runner: FlaskCliRunner
) -> None:
    draft = make_draft_to_two()
    make_ready(draft.id)
    with grace_of(120):
        launched = runner.invoke(args=["campaigns", "launch", str(draft.id)])
    assert f"flask campaigns take-back {draft.id}" in launched.stdout
    stopped = runner.invoke(args=["campaigns", "take-back", str(draft.id)])
    assert (stopped.exit_code, reload(draft.id).status) == (0, "draft")
    assert runner.invoke(args=["campaigns", "take-back", str(draft.id)]).exit_code == 1


def test_a_command_sets_how_late_a_campaign_may_leave(app: Flask, runner: FlaskCliRunner) -> None:
    said = [runner.invoke(args=["delivery", "late-limit", "30"]).stdout for _ in range(2)]
    assert said == ["Set: 30 minutes.\n", "It was set already: 30 minutes.\n"]
    assert find_late_limit() == timedelta(minutes=30)
    assert runner.invoke(args=["delivery", "late-limit", "0"]).exit_code != 0
