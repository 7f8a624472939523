"""`flask worker` updates stored data, sends emails, and replaces a process that died."""

import dataclasses
import os
import resource
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from supporters import create_app
from supporters.config import DEVELOPMENT_SECRET, Settings
from supporters.consent.queries import find_current_wording
from supporters.database import db
from supporters.delivery.send_journal.worker_registry import count_living_workers
from supporters.lists.models import MailingList
from supporters.people.data_keys import can_open_data_keys
from tests.servers.processes import (
    Process,
    children_of,
    connections_of,
    environment_of,
    is_alive,
    run_flask,
    senders_of,
    started,
    wait_until,
)
from tests.servers.relay import Relay

pytestmark = pytest.mark.slow
NEW_KEY = "a-new-secret-key-of-some-length!"
NAME = "Parti Renommé"


@pytest.fixture
def variables(settings: Settings) -> dict[str, str]:
    """Return settings with another party name and a new secret key."""
    return {
        **environment_of(settings),
        "SUPPORTERS_PARTY_NAME": NAME,
        "SUPPORTERS_SECRET_KEYS": f"{NEW_KEY},{DEVELOPMENT_SECRET}",
    }


@pytest.fixture
def worker(
    mailing_list: MailingList, variables: dict[str, str], tmp_path: Path
) -> Iterator[Process]:
    """Run `flask worker` until the end of the test."""
    with started(variables, "worker", log=tmp_path / "worker.log") as process:
        assert wait_until(lambda: count_living_workers() == 1)
        yield process


def test_start_seals_the_data_keys_with_the_newest_secret_and_changes_no_wording(
    mailing_list: MailingList, settings: Settings, worker: Process
) -> None:
    db.session.rollback()
    wording = find_current_wording(mailing_list.purpose_id, "fr")
    assert wording is not None
    assert NAME not in wording.text
    assert wording.version == 1
    only_new = dataclasses.replace(settings, secret_keys=(NEW_KEY,))
    with create_app(only_new).app_context():
        assert can_open_data_keys()


def test_email_is_sent_soon_after_it_was_written(
    worker: Process, variables: dict[str, str], relay: Relay
) -> None:
    run_flask(variables, "organisers", "invite", "ada@parti.example", "--role", "owner")
    assert wait_until(lambda: len(relay.mails_to("ada@parti.example")) == 1)


def test_process_that_died_is_replaced(worker: Process) -> None:
    (first,) = senders_of(worker.pid)
    os.kill(first, signal.SIGKILL)
    assert wait_until(lambda: senders_of(worker.pid) not in ([], [first]))
    assert wait_until(lambda: count_living_workers() == 1)
    assert not is_alive(first)


def test_supervisor_has_no_thread_and_no_connection_that_a_fork_could_inherit(
    worker: Process,
) -> None:
    assert len([*Path(f"/proc/{worker.pid}/task").iterdir()]) == 1
    assert connections_of(worker.pid) == []


def test_worker_that_stopped_logs_it_and_leaves_nothing_to_recover_and_no_child(
    worker: Process, settings: Settings, tmp_path: Path
) -> None:
    children = children_of(worker.pid)
    worker.terminate()
    assert worker.wait(60) == 0
    said = (tmp_path / "worker.log").read_text()
    assert "worker.started" in said
    assert "worker.ended" in said
    assert {each.name for each in (settings.instance_dir / "workers").iterdir()} <= {"ran-here"}
    assert wait_until(lambda: not any(map(is_alive, children)))


def test_failure_of_the_supervisor_is_one_line_and_leaves_no_child(
    worker: Process, tmp_path: Path
) -> None:
    (child,) = senders_of(worker.pid)
    resource.prlimit(worker.pid, resource.RLIMIT_NOFILE, (1, 1024))  # it can open no file
    os.kill(child, signal.SIGKILL)
    assert worker.wait(60) == 1
    last = (tmp_path / "worker.log").read_text().splitlines()[-1]
    assert last.startswith("Error: The worker can't supervise its processes any more (OSError")


def test_no_child_outlives_a_killed_supervisor(worker: Process) -> None:
    children = children_of(worker.pid)
    worker.kill()
    worker.wait(60)
    assert wait_until(lambda: not any(map(is_alive, children)))


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGUSR1])
def test_a_closed_terminal_stops_the_worker_as_sigterm_does(
    worker: Process, tmp_path: Path, number: signal.Signals
) -> None:
    log = tmp_path / "worker.log"
    assert wait_until(lambda: "worker.started" in log.read_text())
    worker.send_signal(number)
    assert worker.wait(60) == 0
    assert "worker.ended" in log.read_text()
    assert number.name in log.read_text()
