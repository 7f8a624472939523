"""Lines of libraries become lines of ours: one each, without the words of an exception."""

import json
import logging
import subprocess
import sys

import pytest
from flask.testing import FlaskCliRunner

from supporters.logs import make_formatter
from supporters.program_files import CHECKOUT
from supporters.program_version import program_version

SECRET = "anna@example.org"


def test_an_exception_of_a_library_is_named_by_its_kind() -> None:
    try:
        int(SECRET)
    except ValueError:
        found = sys.exc_info()
    arguments = ("huey", logging.ERROR, __file__, 1, "Unhandled %s", ("job",), found)
    line = make_formatter(is_development=False).format(logging.LogRecord(*arguments))
    described = json.loads(line)
    assert (described["event"], described["logger"]) == ("Unhandled job", "huey")
    assert (described["level"], described["error"]) == ("error", ["ValueError"])
    assert described["version"] == program_version()
    assert SECRET not in line
    assert "\n" not in line


@pytest.mark.usefixtures("app")
def test_the_version_names_the_commit(runner: FlaskCliRunner) -> None:
    shown = runner.invoke(args=["version"]).output
    command = ["git", "-C", str(CHECKOUT), "rev-parse", "HEAD"]
    commit = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert shown.startswith("Supporters ")
    assert shown.endswith(f"+{commit[:12]}\n")
