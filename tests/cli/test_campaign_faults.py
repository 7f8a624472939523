"""A failure of a command is one line, or one list of faults. It is never a traceback."""

import os
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from flask_migrate import downgrade

from supporters.config import Settings
from tests.machinery.prepared_states import begins_with
from tests.servers.ports import free_port
from tests.servers.processes import ROOT, environment_of, run_flask, run_to_end

COMMANDS = [
    ["lists", "show"],
    ["campaigns", "list"],
    ["delivery", "status"],
    ["organisers", "list"],
    ["people", "object", "ada@example.org"],
    ["retention", "run"],
]


def go_back(_: Flask) -> None:
    """Take the tables out of the database."""
    downgrade(revision="base")


@pytest.mark.both_databases
@begins_with(go_back)
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_database_behind_says_how_to_bring_it_up_to_date(
    app: Flask, runner: FlaskCliRunner, command: list[str]
) -> None:
    answer = runner.invoke(args=command)
    assert answer.exit_code == 1
    assert answer.stderr.endswith("Run: flask db upgrade\n")
    assert answer.stderr.count("\n") == 1


@pytest.mark.both_databases
@begins_with(go_back)
def test_worker_on_a_database_behind_says_it_in_one_line(app: Flask, settings: Settings) -> None:
    answer = run_flask(environment_of(settings), "worker")
    assert answer.returncode == 1
    assert answer.stderr.endswith("Run: flask db upgrade\n")
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize("command", [["lists", "show"], ["worker"], ["db", "upgrade"]])
def test_unreachable_database_is_one_line(tmp_path: Path, command: list[str]) -> None:
    variables = {
        **os.environ,
        "SUPPORTERS_INSTANCE_DIR": str(tmp_path),
        "SUPPORTERS_DATABASE_URL": f"postgresql://nobody@127.0.0.1:{free_port()}/nothing",
    }
    answer = run_flask(variables, *command)
    assert answer.returncode == 1
    assert "The database doesn't answer" in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_unreachable_queue_is_one_line(settings: Settings, tmp_path: Path) -> None:
    variables = environment_of(settings)
    variables["SUPPORTERS_QUEUE_URL"] = f"sqlite:///{tmp_path / 'nowhere' / 'queue'}"
    answer = run_flask(variables, "worker")
    assert answer.returncode == 1
    assert "SUPPORTERS_QUEUE_URL" in answer.stderr
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "command",
    [
        ["flask", "--app", str(ROOT / "app.py"), "lists", "show"],
        ["gunicorn", "app:app", "--chdir", str(ROOT), "--bind", "127.0.0.1:0"],
    ],
    ids=["flask", "gunicorn"],
)
def test_bad_settings_end_the_start_with_all_faults(command: list[str], tmp_path: Path) -> None:
    variables = {**os.environ, "SUPPORTERS_ENV": "production"}
    variables["SUPPORTERS_INSTANCE_DIR"] = str(tmp_path)
    answer = run_to_end([sys.executable, "-m", *command], variables)
    assert answer.returncode == 1
    assert "SUPPORTERS_SECRET_KEYS is missing" in answer.stderr
    assert "SUPPORTERS_PARTY_NAME is missing" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_usage_error_is_one_line_that_names_the_help(app: Flask, runner: FlaskCliRunner) -> None:
    for wrong in [
        ["lists", "nothing"],
        ["lists", "create"],
        ["doctor", "--nothing"],
        ["worker", "--processes"],
    ]:
        answer = runner.invoke(args=wrong)
        assert answer.exit_code == 1
        assert answer.stderr.count("\n") == 1
        assert "--help" in answer.stderr


def test_every_command_explains_itself(app: Flask, runner: FlaskCliRunner) -> None:
    groups = ["campaigns", "delivery", "lists", "organisers", "people", "retention"]
    for arguments in [
        [],
        *([each] for each in [*groups, "doctor", "worker", "develop", "training"]),
    ]:
        answer = runner.invoke(args=[*arguments, "--help"])
        assert (answer.exit_code, "Usage:" in answer.output) == (0, True)


def test_new_instance_folder_is_private(settings: Settings, tmp_path: Path) -> None:
    variables = environment_of(settings)
    variables["SUPPORTERS_INSTANCE_DIR"] = str(tmp_path / "new")
    run_flask(variables, "lists", "show")
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0
