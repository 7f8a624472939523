"""The folder of a machine's own files: what is wrong with it is said in a sentence."""

import os
import subprocess
from pathlib import Path

import pytest
from flask import Flask

from supporters.config import Settings
from tests.processes import command, environment_of, run_flask

NOBODY = 65534


def as_nobody(variables: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a user who owns nothing."""
    if os.geteuid() != 0:
        pytest.skip("only root can run a command as somebody else")
    return subprocess.run(
        command(*arguments),
        env={**variables, "HOME": "/nonexistent"},
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_folder_that_cannot_be_made_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    variables = {**os.environ, "SUPPORTERS_INSTANCE_DIR": str(tmp_path / "file" / "instance")}
    answer = run_flask(variables, "doctor")
    assert answer.returncode == 1
    assert "SUPPORTERS_INSTANCE_DIR is" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("words", [["doctor"], ["worker"]], ids=" ".join)
def test_a_folder_of_another_user_is_said_in_words(
    app: Flask, settings: Settings, words: list[str]
) -> None:
    theirs = settings.instance_dir / "workers"
    for parent in (settings.instance_dir, *settings.instance_dir.parents[:4]):
        parent.chmod(0o755)
    theirs.mkdir(mode=0o700)
    os.chown(settings.instance_dir, NOBODY, NOBODY) if os.geteuid() == 0 else None
    answer = as_nobody(environment_of(settings), *words)
    assert answer.returncode == 1
    assert f"{theirs} belongs to another user" in answer.stdout + answer.stderr
    assert "Traceback" not in answer.stderr


def test_strange_settings_are_shown_by_the_doctor(app: Flask, settings: Settings) -> None:
    variables = {**environment_of(settings), "SUPPORTERS_SENDRATE": "3"}
    assert "Is SUPPORTERS_SEND_RATE meant?" in run_flask(variables, "doctor").stdout
