"""A fault of the instance folder is described in one sentence."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from flask import Flask

from supporters.cli.machine_findings import find_folder_fault, is_open_to_everybody
from supporters.config import Settings
from tests.servers.processes import environment_of, run_flask, run_to_end

NOBODY = 65534
BECOME_NOBODY = f"""
import encodings.idna, encodings.raw_unicode_escape, multiprocessing.popen_fork, os, sys
from flask.cli import ScriptInfo
import supporters.cli.worker
from app import app
os.setgroups([])
os.setgid({NOBODY})
os.setuid({NOBODY})
app.cli.main(sys.argv[1:], obj=ScriptInfo(create_app=lambda: app))
"""


def as_nobody(variables: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a user who owns no files. Its modules are imported before."""
    return run_to_end([sys.executable, "-c", BECOME_NOBODY, *arguments], variables)


def test_a_folder_that_can_not_be_created_is_described(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    variables = {**os.environ, "SUPPORTERS_INSTANCE_DIR": str(tmp_path / "file" / "instance")}
    answer = run_flask(variables, "doctor")
    assert answer.returncode == 1
    assert "SUPPORTERS_INSTANCE_DIR is" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("words", [["doctor"], ["worker"]], ids=" ".join)
def test_a_folder_of_another_user_is_described(words: list[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="supporters-") as place:
        instance, theirs = Path(place) / "instance", Path(place) / "instance" / "workers"
        Path(place).chmod(0o755)
        theirs.mkdir(mode=0o700, parents=True)
        os.chown(instance, NOBODY, NOBODY)
        answer = as_nobody({**os.environ, "SUPPORTERS_INSTANCE_DIR": str(instance)}, *words)
    assert answer.returncode == 1
    assert f"{theirs} belongs to another user" in answer.stdout + answer.stderr
    assert "Traceback" not in answer.stderr


def test_strange_settings_are_shown_by_the_doctor(app: Flask, settings: Settings) -> None:
    variables = {**environment_of(settings), "SUPPORTERS_MAIL_USERNAME": "party"}
    assert "look  settings: SUPPORTERS_MAIL_USERNAME" in run_flask(variables, "doctor").stdout


def test_a_folder_that_others_can_open_stops_no_worker(app: Flask, settings: Settings) -> None:
    settings.instance_dir.chmod(0o755)
    with app.app_context():
        assert (find_folder_fault(), is_open_to_everybody()) == (None, True)


def test_no_other_user_can_read_what_a_command_writes(tmp_path: Path) -> None:
    variables = {**os.environ, "SUPPORTERS_INSTANCE_DIR": str(tmp_path / "instance")}
    before = os.umask(0o022)
    try:
        assert run_flask(variables, "db", "upgrade", "0001").returncode == 0
    finally:
        os.umask(before)
    written = [path for path in (tmp_path / "instance").rglob("*") if path.is_file()]
    assert "supporters.db" in {path.name for path in written}
    assert [path.name for path in written if path.stat().st_mode & 0o077] == []
