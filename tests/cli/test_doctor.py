"""`flask doctor` finds faults and says what to do."""

import dataclasses
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskCliRunner
from flask_migrate import downgrade

from supporters import clock, create_app
from supporters.cli.doctor import IN_THE_DATABASE, IN_THE_FOLDER
from supporters.cli.machine_findings import DoctorFinding
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.database import db, transaction
from supporters.delivery.campaign_control import pause_campaign
from supporters.delivery.completion import record_problem
from supporters.delivery.emergency_stop import stop_all
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.send_journal.worker_registry import current_worker, worker_folder
from supporters.extensions import queue
from supporters.mail.outbox_sender import send_due_emails
from supporters.retention.retention_rounds import run_retention
from supporters.transparency_log.models import LogCheckpoint
from tests.factories.breaches import make_breach
from tests.factories.campaigns import ANNA, launch_to_addresses
from tests.factories.cases import make_case
from tests.factories.lists import make_list
from tests.factories.retention import RecordingActions
from tests.factories.signups import request_to_join
from tests.servers.ports import free_port
from tests.servers.relay import Relay


def findings(runner: FlaskCliRunner) -> dict[str, dict[str, str]]:
    """Return the findings by subject."""
    examined = json.loads(runner.invoke(args=["doctor", "--json"]).stdout)
    return {each["about"]: each for each in examined["findings"]}


def examine() -> dict[str, DoctorFinding]:
    """Return what the doctor finds in the folder and the database, by subject.

    Before, it compares the schema of the database, which takes half a second.
    """
    looks = (*IN_THE_FOLDER, *IN_THE_DATABASE)
    return {each.about: each for each in (look() for look in looks)}


def test_healthy_installation_ends_with_0(app: Flask, runner: FlaskCliRunner, relay: Relay) -> None:
    current_worker()
    make_list()
    examined = runner.invoke(args=["doctor"])
    assert examined.exit_code == 0, examined.output
    assert "BAD" not in examined.output
    for about in ("database", "sender of mail", *examine()):
        assert f"  {about}: " in examined.output


def test_one_bad_finding_ends_with_1_and_one_line(app: Flask, runner: FlaskCliRunner) -> None:
    examined = runner.invoke(args=["doctor"])
    assert examined.exit_code == 1
    assert examined.stderr.startswith("Error: 1 of ")
    assert examined.stderr.endswith(" findings are bad. Each says what to do.\n")
    assert "BAD   worker: None runs on this machine" in examined.stdout


def findings_with(settings: Settings, **changed: Any) -> dict[str, dict[str, str]]:
    """Return the findings of an application with other settings, by subject."""
    other = create_app(dataclasses.replace(settings, **changed))
    with other.app_context():
        return findings(other.test_cli_runner())


def test_unreachable_relay_is_bad(settings: Settings) -> None:
    found = findings_with(settings, mail_port=free_port())["relay"]
    assert (found["state"], "Connection refused" in found["words"]) == ("wrong", True)


def test_legal_notice_without_its_fields_is_bad_in_production(
    app: Flask, settings: Settings
) -> None:
    found = findings_with(settings, is_development=False)["legal notice"]
    assert found["state"] == "wrong"
    assert "SUPPORTERS_PUBLICATION_DIRECTOR and SUPPORTERS_HOSTING" in found["words"]


def test_open_instance_folder_is_bad(runner: FlaskCliRunner, settings: Settings) -> None:
    settings.instance_dir.chmod(0o755)
    assert "chmod o-rwx" in findings(runner)["instance folder"]["words"]


def test_unreachable_queue_is_bad(settings: Settings, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'nowhere' / 'queue'}"
    assert findings_with(settings, queue_url=url)["queue"]["state"] == "wrong"


def test_outdated_database_is_bad_and_is_not_queried(app: Flask, runner: FlaskCliRunner) -> None:
    downgrade(revision="-1")
    found = findings(runner)
    assert found["database"]["state"] == "wrong"
    assert "flask db upgrade" in found["database"]["words"]
    assert "letters" not in found


def test_secret_key_that_does_not_open_the_data_keys_is_bad(app: Flask, settings: Settings) -> None:
    found = findings_with(settings, secret_keys=("another secret key " * 3,))
    assert found["data keys"]["state"] == "wrong"


def test_wording_with_another_controller_is_bad(app: Flask, settings: Settings) -> None:
    make_list("paris")
    found = findings_with(settings, party_name="Nouveau Parti")["wordings"]
    assert (found["state"], "Nouveau Parti" in found["words"]) == ("wrong", True)


def test_email_that_waits_too_long_is_bad(app: Flask) -> None:
    request_to_join("ada@example.org", make_list())
    assert examine()["letters"].state == "right"
    with time_machine.travel(clock.now() + timedelta(minutes=12), tick=False):
        found = examine()["letters"]
    assert found.state == "wrong"
    assert "12 minutes" in found.words


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        ("421", "it said 421"),
        ("journal: no space left", "can't write its send journal (no space left)"),
        ("ledger: 3 unsettled", "don't match its ledger (3 unsettled)"),
        ("contested: 5/900", "dispute that they signed up (5/900)"),
    ],
)
def test_automatically_paused_campaign_is_bad(app: Flask, problem: str, words: str) -> None:
    record_problem(launch_to_addresses(ANNA), problem)
    db.session.expire_all()
    found = examine()["campaigns"]
    assert found.state == "wrong"
    assert words in found.words


def test_campaign_that_readers_dispute_is_bad_though_it_is_paused(app: Flask) -> None:
    campaign_id = launch_to_addresses(ANNA)
    record_problem(campaign_id, "contested: 5/900")
    pause_campaign(campaign_id)
    found = examine()["campaigns"]
    assert (found.state, "flask consent proof" in found.words) == ("wrong", True)


def test_stopped_sending_is_worth_a_look(app: Flask) -> None:
    assert examine()["sending"].state == "right"
    since = stop_all()
    found = examine()["sending"]
    assert found.state == "look"
    assert since.isoformat(timespec="seconds") in found.words


def test_killed_worker_without_recovery_is_worth_a_look(app: Flask) -> None:
    assert examine()["journals"].state == "right"
    (worker_folder() / "gone.lock").touch()
    found = examine()["journals"]
    assert (found.state, "flask delivery journal" in found.words) == ("look", True)


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_doctor_names_no_address(app: Flask, runner: FlaskCliRunner, option: list[str]) -> None:
    request_to_join("ada@example.org", make_list())
    assert "ada@example.org" not in runner.invoke(args=["doctor", *option]).output


def test_sealed_log_is_right(app: Flask) -> None:
    make_list()
    seal()
    found = examine()
    assert found["consent log"].state == found["log head outside"].state == "right"


def test_consents_that_are_not_sealed_are_bad(app: Flask) -> None:
    request_to_join(ANNA, make_list())
    with time_machine.travel(clock.now() + timedelta(minutes=3)):
        found = examine()["consent log"]
    assert found.state == "wrong"
    assert "waited to be sealed for 3 minutes" in found.words


def test_checkpoint_that_the_database_lacks_is_bad(app: Flask) -> None:
    make_list()
    seal()
    with transaction():
        db.session.execute(db.delete(LogCheckpoint))
    found = examine()["log head outside"]
    assert found.state == "wrong"
    assert "flask rights replay" in found.words


@pytest.mark.parametrize(
    ("about", "make", "hours"),
    [("cases", make_case, (24, 600, 960)), ("breaches", make_breach, (47, 49, 73))],
)
def test_case_or_breach_that_is_due_soon_is_worth_a_look_and_an_overdue_one_is_bad(
    app: Flask, about: str, make: Callable[[datetime], object], hours: tuple[int, ...]
) -> None:
    states = []
    for each in hours:
        make(clock.now() - timedelta(hours=each))
        states.append(examine()[about].state)
    assert states == ["right", "look", "wrong"]


def test_retention_that_did_not_run_for_two_days_is_bad(app: Flask) -> None:
    assert examine()["retention"].state == "right"
    with time_machine.travel(clock.now() + timedelta(hours=49), tick=False):
        late = examine()["retention"]
        run_retention(clock.now(), RecordingActions().means())
        ran = examine()["retention"]
    assert (late.state, "flask retention run" in late.words) == ("wrong", True)
    assert ran.state == "right"


@pytest.mark.parametrize(
    ("people", "step", "reply", "code"),
    [
        (1, "on_rcpt", "550 5.7.1 relay access denied", "550 5.7.1"),
        (3, "on_body", "554 no", "554"),
        (1, "on_mail", "530 5.7.0 sign in", "530 5.7.0"),
    ],
)
def test_relay_that_rejects_our_emails_is_bad(
    app: Flask, relay: Relay, people: int, step: str, reply: str, code: str
) -> None:
    mailing_list = make_list()
    setattr(relay, step, lambda _: reply)
    for number in range(people):
        request_to_join(f"p{number}@example.org", mailing_list)
    queue.run_all()
    send_due_emails()
    found = examine()["letters"]
    assert (found.state, code in found.words) == ("wrong", True)


def test_one_rejected_email_among_others_is_worth_a_look(app: Flask, relay: Relay) -> None:
    mailing_list = make_list()
    relay.on_rcpt = lambda to: "550 no" if to.startswith("p0") else "250 OK"
    for number in range(2):
        request_to_join(f"p{number}@example.org", mailing_list)
    queue.run_all()
    send_due_emails()
    assert examine()["letters"].state == "look"


def test_rejection_for_a_missing_mailbox_is_right(app: Flask, relay: Relay) -> None:
    request_to_join("p0@example.org", make_list())
    relay.on_rcpt = lambda _: "550 5.1.1 nobody here"
    queue.run_all()
    send_due_emails()
    assert examine()["letters"].state == "right"


def test_campaign_that_the_relay_rejects_is_bad_while_it_is_paused(
    app: Flask, relay: Relay
) -> None:
    campaign_id = launch_to_addresses(*(f"p{number}@example.org" for number in range(12)))
    relay.on_rcpt = lambda _: "550 5.7.515 not known"
    for _ in range(3):
        send_here()
    found = examine()["campaigns"]
    assert found.state == "wrong"
    assert "550 5.7.515" in found.words
    assert f"flask campaigns resume {campaign_id}" in found.words


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("minutes", [-5, 5])
def test_clock_that_differs_from_the_databases_is_bad(app: Flask, minutes: int) -> None:
    assert examine()["clock"].state == "right"
    with time_machine.travel(clock.now() + timedelta(minutes=minutes), tick=True):
        found = examine()["clock"]
    assert found.state == "wrong"
    assert re.search(r"by (29|30)\d seconds", found.words)
