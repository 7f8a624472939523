"""A backup from less than five seconds before the end of a worker is recognised as one."""

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.database import db
from supporters.delivery.machines import machine_file, register_machine
from supporters.delivery.restore_hold import SendingHold, find_hold
from supporters.delivery.rules import HoldReason
from tests.factories.backups import Backup
from tests.factories.campaigns import claim, launch_to_addresses
from tests.servers.processes import Process, descendants_of, environment_of, started, wait_until
from tests.servers.relay import OK, Received, Relay

pytestmark = [pytest.mark.slow, pytest.mark.both_databases]

PEOPLE, FIRST_FEW, SUBJECT = 120, 20, "Samedi"


def kill(worker: Process) -> None:
    """Kill a worker and its processes at once."""
    for process_id in (worker.pid, *descendants_of(worker.pid)):
        os.kill(process_id, signal.SIGKILL)
    worker.wait(60)


def stop(worker: Process) -> None:
    """Stop a worker as systemd does."""
    worker.terminate()
    worker.wait(60)


def find_present_hold() -> SendingHold | None:
    """Return the hold that another process may have begun meanwhile."""
    db.session.remove()
    return find_hold()


@pytest.mark.parametrize("end", [stop, kill])
def test_a_campaign_that_ended_right_after_the_backup_is_not_sent_again(
    app: Flask, settings: Settings, relay: Relay, tmp_path: Path, end: Callable[[Process], None]
) -> None:
    launch_to_addresses(*(f"p{each}@example.org" for each in range(PEOPLE)), subject=SUBJECT)
    seal()
    db.session.remove()
    backup, is_made, got = Backup(settings, tmp_path / "backup"), threading.Event(), Counter[str]()

    def take(mail: Received) -> str:
        if mail.message["Subject"] == SUBJECT:
            got[mail.recipient] += 1
            if len(got) > FIRST_FEW:
                is_made.wait(60)
        return OK

    relay.on_body = take
    environment = environment_of(settings)
    with started(environment, "worker", log=tmp_path / "worker.log") as worker:
        assert wait_until(lambda: len(got) > FIRST_FEW)
        backup.make()
        db.session.remove()
        is_made.set()
        assert wait_until(lambda: len(got) == PEOPLE, every=0.01)
        end(worker)
    backup.restore()
    with started(environment, "worker", log=tmp_path / "again.log"):
        assert wait_until(lambda: max(got.values()) > 1 or find_present_hold() is not None)
    hold = find_present_hold()
    assert (max(got.values()), hold and hold.because) == (1, HoldReason.OLDER)


def test_a_worker_that_is_killed_knows_its_own_database(app: Flask) -> None:
    launch_to_addresses("p@example.org")
    seal()
    register_machine()
    before = machine_file().read_bytes()
    claim(1, "killed-0")
    assert machine_file().read_bytes() > before
    assert register_machine() is None
