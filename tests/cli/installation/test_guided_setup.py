"""`flask setup` on a machine with nothing but the program, and again on the one that it made."""

import os
import sqlite3
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from flask.testing import FlaskCliRunner

from supporters.cli.installation.setup_answers import SetupAnswers, collect_answers
from supporters.cli.parameters import read_answer
from supporters.settings.setting_sources import read_settings_file
from supporters.settings.settings_file import ValueUnwritable, write_settings_file
from tests.cli.test_doctor_findings import full_disk
from tests.servers.processes import run_flask
from tests.servers.relay import Relay
from tests.test_config import PRODUCTION

OWNER = "ada@parti.example"
PARTY = {**PRODUCTION, "PUBLICATION_DIRECTOR": "Ada", "HOSTING": "H, Brest"}


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """Return the variables of a machine that was never set up."""
    others = {name: each for name, each in os.environ.items() if "SUPPORTERS_" not in name}
    return {**others, "SUPPORTERS_SETTINGS_FILE": str(tmp_path / "party.env")}


def test_a_secret_stands_on_no_command_line(runner: FlaskCliRunner, tmp_path: Path) -> None:
    file, secret = tmp_path / "party.env", tmp_path / "secret"
    secret.write_text("hunter 2\n")
    url = "DATABASE_URL=postgresql://ada:hunter2@db.example/party"
    setup = ["setup", "--file", str(file), "--yes", "--set"]
    shown = [
        [*setup, "MAIL_PASSWORD=hunter2"],
        [*setup, url],
        [*setup, "QUEUE_URL=postgresql://db.example/party?sslpassword=hunter2"],
        ["db", "move", url.partition("=")[2]],
        ["backup", "verify", "--into", url.partition("=")[2], "--identity", str(secret)],
        ["release", "prepare", "--into", url.partition("=")[2]],
    ]
    for words in shown:
        ran = runner.invoke(args=words)
        assert (ran.exit_code, "@FILE" in ran.output) == (1, True), ran.output
        assert "hunter" not in ran.output
    assert not file.exists()
    assert read_answer("MAIL_PASSWORD", f"@{secret}") == "hunter 2"
    assert read_answer("PARTY_CONTACT", "@parti") == "@parti"


def options_of(answers: dict[str, str]) -> list[str]:
    return [word for name, value in answers.items() for word in ("--set", f"{name}={value}")]


@pytest.mark.slow
def test_a_script_installs_a_party_and_a_fault_changes_nothing(
    machine: dict[str, str], tmp_path: Path, relay: Relay
) -> None:
    file = tmp_path / "party.env"
    answers = {name: each for name, each in PARTY.items() if name not in {"ENV", "SECRET_KEYS"}}
    answers |= {"MAIL_SERVER": "localhost", "MAIL_PORT": str(relay.port), "MAIL_TLS": "none"}
    answers |= {"INSTANCE_DIR": str(tmp_path / "instance"), "DNS_SERVER": "127.0.0.1:9"}
    words = ("setup", "--yes", "--owner", OWNER)
    done = run_flask(machine, *words, *options_of(answers))
    assert done.returncode == 0, done.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    assert done.stdout.count("https://lettre.parti.example/console/welcome/") == 1
    assert [each.recipient for each in relay.mails] == [OWNER, OWNER]
    assert "BAD   worker" in done.stdout
    with sqlite3.connect(tmp_path / "instance" / "supporters.db") as database:
        assert database.execute("SELECT email FROM organiser").fetchall() == [(OWNER,)]
    written = file.read_text()
    refused = run_flask(machine, *words, "--set", "MAIL_FROM=nobody", "--set", "SENDRATE=3")
    assert refused.returncode == 1
    assert {"SUPPORTERS_MAIL_FROM", "SUPPORTERS_SENDRATE"} <= {*refused.stderr.split()}
    assert file.read_text() == written


def test_questions_come_back_until_the_answer_can_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SUPPORTERS_ENV")
    answers = collect_answers(tmp_path / "party.env", {})

    @click.command()
    def ask() -> None:
        for name in ("BASE_URL", "MAIL_PORT"):
            answers.ask(name)

    asked = CliRunner().invoke(ask, input="http://parti.example\nhttps://parti.example\nx\n\n")
    assert asked.exit_code == 0, asked.output
    assert "must begin with https://" in asked.output
    assert answers.values["SUPPORTERS_BASE_URL"] == "https://parti.example"
    assert answers.values["SUPPORTERS_MAIL_PORT"] == "587"


def test_a_question_does_not_show_the_password_in_an_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SUPPORTERS_ENV")
    url = "postgresql://party:s3cret@db.parti.example/party?sslmode=verify-full"
    answers = collect_answers(tmp_path / "party.env", {"DATABASE_URL": url})
    command = click.command()(lambda: answers.ask("DATABASE_URL"))
    asked = CliRunner().invoke(command, input="\n")
    assert (asked.exit_code, "db.parti.example" in asked.output) == (0, True)
    assert "s3cret" not in asked.output
    assert answers.values["SUPPORTERS_DATABASE_URL"] == url


def test_a_key_is_made_once_and_what_is_given_elsewhere_is_not_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "party.env"
    monkeypatch.setenv("SUPPORTERS_DPO_CONTACT", "d@parti.example")
    first = collect_answers(file, {"PARTY_NAME": "Parti"})
    write_settings_file(file, first.values)
    again = collect_answers(file, {"PARTY_NAME": "Parti"})
    assert (again.values, again.changes()) == (first.values, [])
    assert len(again.values["SUPPORTERS_SECRET_KEYS"]) > 32
    again.ask("DPO_CONTACT")  # there is nobody to answer
    assert "SUPPORTERS_DPO_CONTACT" not in again.values


def test_a_new_party_has_the_folder_of_its_service_and_an_old_one_keeps_its_own(
    tmp_path: Path,
) -> None:
    file = tmp_path / "party.env"
    folder = "SUPPORTERS_INSTANCE_DIR"
    assert collect_answers(file, {}).values[folder] == "/var/lib/supporters/party"
    assert collect_answers(file, {"INSTANCE_DIR": "/data"}).values[folder] == "/data"
    file.write_text("SUPPORTERS_PARTY_NAME=A\n")
    assert folder not in collect_answers(file, {}).values


def test_a_change_keeps_comments_other_lines_and_the_mode(tmp_path: Path) -> None:
    file = tmp_path / "party.env"
    file.write_text("# ours\nSUPPORTERS_SEND_RATE=3\nSUPPORTERS_PARTY_NAME=A\n")
    file.chmod(0o644)
    values = {"SUPPORTERS_PARTY_NAME": "a\\b", "SUPPORTERS_MAIL_PASSWORD": "'x y"}
    with pytest.raises(ValueUnwritable):
        write_settings_file(file, {**values, "SUPPORTERS_HOSTING": "'\\"})
    write_settings_file(file, {**values, "SUPPORTERS_MAIL_PASSWORD": "x' y"})
    assert file.read_text().splitlines()[:3] == [
        "# ours",
        "SUPPORTERS_SEND_RATE=3",
        "SUPPORTERS_PARTY_NAME='a\\b'",
    ]
    assert read_settings_file(file)["SUPPORTERS_MAIL_PASSWORD"] == "x' y"
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "party.env"
    file.write_text("SUPPORTERS_PARTY_NAME=A\n")
    with full_disk(), pytest.raises(OSError, match="too large"):
        write_settings_file(file, {"SUPPORTERS_PARTY_NAME": "B"})
    assert [each.name for each in tmp_path.iterdir()] == ["party.env"]
    assert file.read_text() == "SUPPORTERS_PARTY_NAME=A\n"


def test_answers_without_a_fault_are_a_production(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SUPPORTERS_ENV")
    answers = SetupAnswers(
        tmp_path / "party.env", {f"SUPPORTERS_{name}": each for name, each in PARTY.items()}, {}
    )
    assert answers.faults() == []
    answers.values["SUPPORTERS_MAIL_FROM"] = ""
    assert answers.faults("MAIL_FROM") == answers.faults()
