"""`flask delivery window` shows and changes the sending window; campaigns say that they wait."""

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskCliRunner

from supporters.lists.queries import get_list
from supporters.sending_times.rules import Window
from supporters.sending_times.sending_window import find_window
from tests.factories.approvals import make_ready
from tests.factories.campaigns import ANNA, launch_to_addresses, reload
from tests.factories.drafts import make_campaign
from tests.factories.sending_day.sending_times import in_paris, make_ballot, open_in_daytime

pytestmark = pytest.mark.either_database
SET = ["delivery", "window", "--days", "1-5,7", "--from", "8:00", "--to", "21:00"]


def test_the_window_is_shown_set_and_removed(runner: FlaskCliRunner) -> None:
    assert "no sending window" in runner.invoke(args=["delivery", "window"]).stdout
    shown = runner.invoke(args=SET).stdout
    assert "on days 1,2,3,4,5,7 (1 is Monday), from 08:00 to 21:00" in shown
    assert find_window() == Window(days=frozenset({0, 1, 2, 3, 4, 6}), opens=480, closes=1260)
    assert "no sending window" in runner.invoke(args=["delivery", "window", "--off"]).stdout
    assert find_window() is None


def test_a_faulty_window_is_refused_with_what_to_do(runner: FlaskCliRunner) -> None:
    for arguments, fault in (
        (["--days", "1-5"], "together"),
        (["--days", "8", "--from", "8:00", "--to", "9:00"], "from 1 for Monday to 7"),
        (["--days", "5-1", "--from", "8:00", "--to", "9:00"], "from 1 for Monday to 7"),
        (["--days", "1", "--from", "24:00", "--to", "9:00"], "from 00:00 to 23:59"),
        (["--days", "1", "--from", "8:00", "--to", "8:00"], "Give a later end"),
    ):
        result = runner.invoke(args=["delivery", "window", *arguments])
        assert (result.exit_code != 0, fault in result.stderr) == (True, True), arguments
    assert find_window() is None


def test_a_campaign_says_that_it_waits(app: Flask, runner: FlaskCliRunner) -> None:
    campaign_id = launch_to_addresses(ANNA)
    open_in_daytime()
    with time_machine.travel(in_paris("2027-03-01 23:00")):
        shown = runner.invoke(args=["campaigns", "status", str(campaign_id)]).stdout
    assert "It waits for the sending window, until 2027-03-02T07:00:00+00:00" in shown


def test_in_the_silence_nothing_is_launched_nor_resumed(runner: FlaskCliRunner) -> None:
    running = launch_to_addresses(ANNA)
    draft = make_campaign(get_list(reload(running).mailing_list_id)).id
    make_ready(draft)
    runner.invoke(args=["campaigns", "pause", str(running)])
    make_ballot()
    with time_machine.travel(in_paris("2027-04-10 12:00")):
        answers = [
            runner.invoke(args=["campaigns", order, str(campaign_id)]).stderr
            for order, campaign_id in (("resume", running), ("launch", draft))
        ]
    assert all("there is electoral silence" in each.lower() for each in answers)
