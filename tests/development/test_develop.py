"""`flask develop` starts everything, prints the addresses to open, and stops everything."""

import os
import shutil
import signal
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from supporters.development.sample_data import SENT
from tests.servers.ports import free_port
from tests.servers.processes import (
    Process,
    descendants_of,
    is_alive,
    run_flask,
    started,
    wait_until,
)

pytestmark = pytest.mark.slow


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    """Return the settings of a new machine."""
    others = {name: value for name, value in os.environ.items() if "SUPPORTERS_" not in name}
    return {
        **others,
        "SUPPORTERS_ENV": "development",
        "SUPPORTERS_INSTANCE_DIR": str(tmp_path / "instance"),
        "SUPPORTERS_BASE_URL": f"http://127.0.0.1:{free_port()}",
        "SUPPORTERS_MAIL_PORT": str(free_port()),
    }


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Return the file with the output of the command."""
    return tmp_path / "develop.log"


@pytest.fixture
def machine(sample: Path, variables: dict[str, str], log: Path) -> Iterator[Process]:
    """Run `flask develop` where its first start has made the sample, until the end of the test."""
    shutil.copytree(sample, variables["SUPPORTERS_INSTANCE_DIR"])
    with started(variables, "develop", log=log) as process:
        assert wait_until(lambda: "Ctrl-C ends it" in log.read_text() or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        yield process


def fetch(variables: dict[str, str], path: str) -> str:
    """Return a page."""
    with urllib.request.urlopen(variables["SUPPORTERS_BASE_URL"] + path, timeout=20) as answer:  # noqa: S310 - our own address
        return str(answer.read().decode())


def test_everything_answers_and_ends_with_ctrl_c(
    machine: Process, variables: dict[str, str], log: Path
) -> None:
    assert "La Lettre" in fetch(variables, "/fr/join/la-lettre")
    assert SENT.subject in fetch(variables, "/dev/inbox?to=example")
    said = log.read_text()
    assert all(path in said for path in ("/fr/join/la-lettre", "/console/", "/dev/inbox"))
    assert "Sign in to the console as" in said
    children = descendants_of(machine.pid)
    machine.send_signal(signal.SIGINT)
    assert machine.wait(60) == 0
    assert len(children) >= 3
    assert not [each for each in children if is_alive(each)]


def test_killed_start_leaves_nothing_behind(machine: Process, variables: dict[str, str]) -> None:
    assert "La Lettre" in fetch(variables, "/fr/join/la-lettre")
    children = descendants_of(machine.pid)
    machine.kill()
    assert len(children) >= 3
    assert wait_until(lambda: not any(map(is_alive, children)))


def test_production_is_refused(variables: dict[str, str]) -> None:
    production = {
        "SUPPORTERS_ENV": "production",
        "SUPPORTERS_BASE_URL": "https://parti.example",
        "SUPPORTERS_SECRET_KEYS": "zq8Wf3-kVx0mB7_rT5yLc2Nn9HdJ6sGa",
        "SUPPORTERS_PARTY_NAME": "Parti",
        "SUPPORTERS_PARTY_ADDRESS": "1 rue",
        "SUPPORTERS_PARTY_CONTACT": "a@parti.example",
        "SUPPORTERS_DPO_CONTACT": "b@parti.example",
        "SUPPORTERS_MAIL_SERVER": "relay.parti.example",
        "SUPPORTERS_MAIL_PORT": "587",
        "SUPPORTERS_MAIL_FROM": "c@parti.example",
    }
    answer = run_flask({**variables, **production}, "develop")
    assert (answer.returncode, answer.stderr.count("\n")) == (1, 1)
    assert "This is a production." in answer.stderr


@pytest.mark.parametrize("variable", ["SUPPORTERS_BASE_URL", "SUPPORTERS_MAIL_PORT"])
def test_taken_port_names_the_variable_to_change(variables: dict[str, str], variable: str) -> None:
    port = int(variables[variable].rpartition(":")[2])
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        answer = run_flask(variables, "develop")
    assert (answer.returncode, answer.stderr.count("\n")) == (1, 1)
    assert f"Port {port} on 127.0.0.1 is taken." in answer.stderr
    assert f"{variable}=" in answer.stderr
