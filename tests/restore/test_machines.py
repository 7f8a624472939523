"""A real worker knows its database, and a backup from just before its end; others it holds."""

import dataclasses
import json
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from supporters.campaigns.models import CampaignStatus
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.database import db
from supporters.delivery.machines import machine_file, register_machine
from supporters.delivery.restore_hold import SendingHold, find_hold
from supporters.delivery.rules import HoldReason
from tests.factories.backups import Backup
from tests.factories.campaigns import ANNA, BORIS, CHLOE, claim, launch_to_addresses, reload
from tests.factories.lists import make_list
from tests.factories.signups import request_to_join
from tests.servers.processes import (
    Process,
    descendants_of,
    environment_of,
    run_flask,
    started,
    wait_until,
)
from tests.servers.relay import OK, Received, Relay

pytestmark = [pytest.mark.both_databases, pytest.mark.slow]
SUBJECT = "Samedi"
LETTER_WITHIN_SECONDS = 150


@pytest.fixture
def campaign_id(app: Flask) -> int:
    """Return a campaign that is being sent, in a database with sealed checkpoints."""
    started_one = launch_to_addresses(ANNA, BORIS, subject=SUBJECT)
    seal()
    db.session.remove()
    return started_one


def machine(settings: Settings, folder: Path) -> dict[str, str]:
    """Return the settings of another machine: it has its own instance folder."""
    folder.mkdir(mode=0o700)
    return environment_of(dataclasses.replace(settings, instance_dir=folder))


def got_it(relay: Relay, address: str) -> bool:
    """Tell whether a person got the campaign."""
    return any(mail.message["Subject"] == SUBJECT for mail in relay.mails_to(address))


@pytest.fixture
def other(settings: Settings, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Return the settings of a machine that doesn't know the database."""
    return machine(settings, tmp_path / "new-machine")


def status(environment: dict[str, str]) -> dict[str, object]:
    """Return the output of `flask delivery status`."""
    said = run_flask(environment, "delivery", "status", "--json")
    assert said.returncode == 0, said.stderr
    figures: dict[str, object] = json.loads(said.stdout)
    return figures


PEOPLE, FIRST_FEW = 120, 20


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


def test_new_machine_sends_no_campaign_of_a_database_that_it_does_not_know(
    campaign_id: int, other: dict[str, str], relay: Relay, tmp_path: Path
) -> None:
    request_to_join(CHLOE, make_list("lyon", "Lyon"))
    db.session.remove()
    with started(other, "worker", log=tmp_path / "worker.log"):
        assert wait_until(lambda: bool(relay.mails_to(CHLOE)), seconds=LETTER_WITHIN_SECONDS)
        assert not wait_until(lambda: got_it(relay, ANNA), seconds=3)
    assert not got_it(relay, BORIS)
    assert reload(campaign_id).status is CampaignStatus.PAUSED


def test_machine_that_sealed_the_checkpoints_is_not_held(
    campaign_id: int, settings: Settings, relay: Relay, tmp_path: Path
) -> None:
    with started(environment_of(settings), "worker", log=tmp_path / "worker.log"):
        assert wait_until(
            lambda: got_it(relay, ANNA) and got_it(relay, BORIS), seconds=LETTER_WITHIN_SECONDS
        )


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
