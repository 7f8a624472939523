"""`flask delivery` shows, stops and resumes all sending."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from supporters.clock import this_boot
from supporters.delivery.emergency_stop import find_stop, stop_all
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.send_journal.worker_registry import worker_folder
from supporters.mail.outbox_sender import send_due_emails
from tests.factories.accounts import make_organiser, make_owner
from tests.factories.campaigns import ANNA, BORIS, launch, launch_to_addresses
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber, request_to_join
from tests.servers.relay import Relay

FIGURES = ["audience", "queued", "claimed", "accepted", "deferred", "refused", "skipped"]
FIGURES += ["cancelled"]
FIGURES += ["uncertain", "percent", "rate", "stopped_at", "stopped_because", "held_at"]
FIGURES += ["held_because", "letters", "letters_refused"]
JOURNAL = f"journal 1 {this_boot()}\nbatch 3 7 11,12,13\nsend 11\ngot 11 ACCEPTED 250\nsend 12\n"


def status(runner: FlaskCliRunner) -> dict[str, object]:
    """Return the JSON output of `delivery status`."""
    figures: dict[str, object] = json.loads(
        runner.invoke(args=["delivery", "status", "--json"]).stdout
    )
    return figures


def test_status_counts_all_campaigns_and_transactional_emails(runner: FlaskCliRunner) -> None:
    mailing_list = make_list()
    for address in (ANNA, BORIS):
        make_subscriber(address, mailing_list)
    for subject in ("Un", "Deux"):
        launch(mailing_list, subject)
    send_here()
    send_due_emails()
    figures = status(runner)
    assert [*figures] == FIGURES
    assert (figures["audience"], figures["accepted"]) == (4, 4)
    emails = figures["letters"]
    assert isinstance(emails, dict)
    assert emails["sent"] == 2


def test_status_shows_the_replies_that_reject_transactional_emails(
    runner: FlaskCliRunner, relay: Relay
) -> None:
    request_to_join(ANNA, make_list())
    relay.on_rcpt = lambda _: "550 5.7.1 denied"
    send_due_emails()
    assert status(runner)["letters_refused"] == {"550 5.7.1": 1}
    assert "It said 550 5.7.1 (1)" in runner.invoke(args=["delivery", "status"]).stdout


def test_stop_describes_its_effect_and_status_shows_its_time(runner: FlaskCliRunner) -> None:
    launch_to_addresses(ANNA)
    assert status(runner)["stopped_at"] is None
    stopped = runner.invoke(args=["delivery", "stop", "--reason", "A wrong link."])
    stop = find_stop()
    assert stop is not None
    since = stop.since
    assert stopped.exit_code == 0
    assert "Within two seconds no machine sends campaigns any more" in stopped.stdout
    assert status(runner)["stopped_at"] == since.isoformat(timespec="seconds")
    shown = runner.invoke(args=["delivery", "status"]).stdout
    assert f"since {since.isoformat(timespec='seconds')} by a command" in shown
    assert "Reason: A wrong link." in shown


def test_resume_ends_a_stop_for_an_owner_and_says_if_there_was_none(
    app: Flask, runner: FlaskCliRunner
) -> None:
    organiser, owner = make_organiser(), make_owner()
    stop_all()
    refused = runner.invoke(args=["delivery", "resume", "--by", organiser.email, "--reason", "x"])
    assert (refused.exit_code, find_stop() is None) == (1, False)
    order = ["delivery", "resume", "--by", owner.email, "--reason", "Corrected."]
    said = [runner.invoke(args=order).stdout for _ in range(2)]
    assert said == ["Campaigns go on.\n", "Nothing was stopped. Campaigns go on.\n"]
    assert find_stop() is None


def test_journal_shows_the_results_of_a_recovery(app: Flask, runner: FlaskCliRunner) -> None:
    (worker_folder() / "gone.lock").touch()
    (worker_folder() / "gone-0.journal").write_text(JOURNAL)
    (worker_folder() / "gone-1.journal").write_text("nonsense")
    rows = json.loads(runner.invoke(args=["delivery", "journal", "--json"]).stdout)["journals"]
    assert rows[0] == {
        "sender": "gone-0",
        "worker": "dead",
        "journal": "sound",
        "campaign": 3,
        "batch": 7,
        "people": 3,
        "accepted": 1,
        "deferred": 0,
        "refused": 0,
        "uncertain": 1,
        "not_tried": 1,
    }
    assert (rows[1]["journal"], rows[1]["campaign"], rows[1]["people"]) == ("unreadable", None, 0)


@pytest.mark.parametrize("text", [JOURNAL, "nonsense", ""])
def test_journal_for_people_has_a_line_for_each_sender(runner: FlaskCliRunner, text: str) -> None:
    (worker_folder() / "gone-0.journal").write_text(text)
    lines = runner.invoke(args=["delivery", "journal"]).stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["sender", "gone-0"]


def test_without_a_worker_there_is_no_journal_to_show(app: Flask, runner: FlaskCliRunner) -> None:
    assert "There is no send journal" in runner.invoke(args=["delivery", "journal"]).stdout
