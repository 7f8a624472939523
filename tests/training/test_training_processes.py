"""`flask training` runs beside anything, sends to its own mailbox, and begins the day again."""

import os
import shutil
import signal
import socket
import sqlite3
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from supporters.config import load_settings
from supporters.migrations.training_mark import MARK
from supporters.training.new_day import is_to_begin_again
from tests.servers.ports import free_port
from tests.servers.processes import Process, run_flask, started, wait_until

pytestmark = pytest.mark.slow
READY = "Ctrl-C ends it"


@pytest.fixture
def folder(tmp_path: Path, sample: Path) -> Path:
    """Return the folder of a training, whose party is the sample of other tests."""
    folder = shutil.copytree(sample, tmp_path / "training")
    with sqlite3.connect(folder / "supporters.db") as file:
        file.execute(f"PRAGMA application_id = {MARK}")
    return folder


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if "SUPPORTERS_" not in name}
    return {
        **others,
        "SUPPORTERS_ENV": "development",
        "SUPPORTERS_TRAINING": "on",
        "SUPPORTERS_INSTANCE_DIR": str(tmp_path),
        "SUPPORTERS_BASE_URL": f"http://127.0.0.1:{free_port()}",
    }


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "training.log"


@pytest.fixture
def running(folder: Path, variables: dict[str, str], log: Path) -> Iterator[Process]:
    with started(variables, "training", log=log) as process:
        assert wait_until(lambda: READY in log.read_text() or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        yield process


def port_of(variables: dict[str, str]) -> int:
    return int(variables["SUPPORTERS_BASE_URL"].rpartition(":")[2])


def fetch(variables: dict[str, str], path: str) -> str:
    with urllib.request.urlopen(variables["SUPPORTERS_BASE_URL"] + path, timeout=100) as answer:  # noqa: S310 - our own address
        return str(answer.read().decode())


def has_party(folder: Path) -> bool:
    """Tell whether there is a list, so that the next start makes no party."""
    if not (folder / "supporters.db").exists():
        return False
    with closing(sqlite3.connect(folder / "supporters.db")) as file:
        tables = {name for (name,) in file.execute("SELECT name FROM sqlite_master")}
        return "mailing_list" in tables and bool(
            file.execute("SELECT * FROM mailing_list").fetchone()
        )


def test_a_day_begins_again_while_pages_wait(
    running: Process, variables: dict[str, str], folder: Path, log: Path
) -> None:
    assert "personnes sont inventées" in fetch(variables, "/console/training/")
    left = folder / "inbox" / "0000000000000000001.eml"
    left.write_text("Subject: of the day before\n\n")
    told = run_flask(variables, "training", "--reset")
    assert (told.returncode, told.stderr) == (0, "")
    assert wait_until(lambda: "Beginning again" in log.read_text())
    assert wait_until(lambda: not left.exists())
    with socket.create_connection(("127.0.0.1", port_of(variables)), timeout=5):
        assert "Everything runs" not in log.read_text().partition("Beginning again")[2]
    running.send_signal(signal.SIGINT)
    assert running.wait(60) == 0
    assert is_to_begin_again(load_settings(variables)) or not has_party(folder)


def test_the_partys_database_is_refused(folder: Path, variables: dict[str, str], log: Path) -> None:
    with sqlite3.connect(folder / "supporters.db") as file:
        file.execute("PRAGMA application_id = 0")
    refused = run_flask(variables, "training")
    assert refused.returncode == 1
    assert "was made by no training" in refused.stderr
    worker = run_flask(variables, "worker")
    assert worker.returncode == 1
    assert "this is a training" in worker.stderr


def test_an_environment_of_the_partys_own_is_refused(variables: dict[str, str]) -> None:
    party = {name: value for name, value in variables.items() if name != "SUPPORTERS_TRAINING"}
    assert "needs an environment of its own" in run_flask(party, "training").stderr
    assert "Run: flask training" in run_flask(variables, "develop").stderr
    with_relay = {**variables, "SUPPORTERS_MAIL_SERVER": "relay.parti.example"}
    assert "SUPPORTERS_MAIL_SERVER belongs to" in run_flask(with_relay, "training").stderr
