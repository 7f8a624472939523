"""Lines of libraries become lines of ours: one each, without the words of an exception."""

import dataclasses
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from supporters import create_app
from supporters.config import Settings
from supporters.logs import LONGEST_LINE, make_formatter
from supporters.program_files import CHECKOUT
from supporters.program_version import program_version
from tests.servers.processes import command, run_to_end

SECRET = "anna@example.org"
PRODUCTION = {
    "ENV": "production",
    **dict.fromkeys(("PARTY_CONTACT", "DPO_CONTACT", "MAIL_FROM"), "a@parti.example"),
    "BASE_URL": "https://supporters.example",
    "SECRET_KEYS": "zq8Wf3-kVx0mB7_rT5yLc2Nn9HdJ6sGa",
    "PARTY_NAME": "Parti",
    "PARTY_ADDRESS": "Paris",
    "MAIL_SERVER": "relay.example",
}


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


PROGRAM = f"""
import gc, logging, threading, warnings
from app import app

class Broken:
    def __del__(self):
        raise ValueError("{SECRET}")

def fail():
    raise KeyError("{SECRET}")

warnings.warn("two\\nlines")
logging.getLogger("psycopg").warning("unknown PostgreSQL timezone: %r", "x" * 20_000)
Broken()
gc.collect()
thread = threading.Thread(target=fail)
thread.start()
thread.join()
import structlog
structlog.get_logger().warning("much", those=["x" * 5_000] * 500, of=Broken)
fail()
"""


def test_every_line_of_a_production_is_one_json_object(tmp_path: Path) -> None:
    variables = {
        **{f"SUPPORTERS_{name}": value for name, value in PRODUCTION.items()},
        "SUPPORTERS_INSTANCE_DIR": str(tmp_path),
        "PYTHONWARNINGS": "default",  # and so no fork of a development
    }
    ran = run_to_end([sys.executable, "-c", PROGRAM], {**os.environ, **variables})
    lines = ran.stderr.splitlines()
    described = [json.loads(line) for line in lines]
    events = [each["event"].partition(" ")[0] for each in described]
    assert events[1:] == ["unknown", "object.not_ended", "thread.failed", "much", "program.failed"]
    assert described[0]["event"].endswith("\n")
    assert all(len(line) <= LONGEST_LINE for line in lines)
    assert all(each["host"] and each["pid"] and each["version"] for each in described)
    assert described[-1]["error"] == ["KeyError"]
    assert SECRET not in ran.stderr
    assert ran.returncode == 1


def test_a_service_that_refuses_its_settings_says_so_in_one_line(tmp_path: Path) -> None:
    variables = {"SUPPORTERS_INSTANCE_DIR": str(tmp_path), "SUPPORTERS_PROXIES": "many"}
    ran = run_to_end(command("worker"), {**os.environ, **variables, "PYTHONWARNINGS": "default"})
    [line] = map(json.loads, ran.stderr.splitlines())
    assert line["event"] == "settings.refused"
    assert "SUPPORTERS_PROXIES is 'many'" in line["faults"][0]
    assert ran.returncode == 1


@pytest.mark.parametrize(
    ("proxies", "given", "is_taken"),
    [
        (1, "5f3a9c01d2e45f3a9c01d2e45f3a9c01", True),
        (0, "5f3a9c01d2e45f3a9c01d2e45f3a9c01", False),
        (1, "anna@example.org", False),
        (1, "short", False),
        (1, "x" * 65, False),
    ],
)
def test_the_log_has_the_id_that_a_proxy_of_ours_gave_a_request(
    settings: Settings, *, proxies: int, given: str, is_taken: bool
) -> None:
    app = create_app(dataclasses.replace(settings, proxies=proxies))
    answer = app.test_client().get("/fr/nowhere", headers={"X-Request-ID": given})
    named = answer.headers["X-Request-ID"]
    assert (named == given) is is_taken
    line = make_formatter(is_development=False).format(logging.makeLogRecord({"msg": "said"}))
    assert json.loads(line)["request_id"] == named


@pytest.mark.usefixtures("app")
def test_the_version_names_the_commit(runner: FlaskCliRunner) -> None:
    shown = runner.invoke(args=["version"]).output
    command = ["git", "-C", str(CHECKOUT), "rev-parse", "HEAD"]
    commit = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert shown.startswith("Supporters ")
    assert shown.endswith(f"+{commit[:12]}\n")
