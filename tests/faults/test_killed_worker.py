"""A worker is killed in the middle of a campaign: nothing goes out twice, and nothing is hidden."""

import json
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete

from supporters.campaigns.queries import get_campaign
from supporters.campaigns.rules import CampaignStatus
from supporters.config import Settings
from supporters.database import db, transaction
from supporters.delivery.rules import BATCH_SIZE
from supporters.mail.models import Letter
from tests.builders import make_campaign, make_list, make_subscriber
from tests.processes import (
    Process,
    children_of,
    environment_of,
    is_alive,
    run_flask,
    started,
    wait_until,
)
from tests.relay import OK, Received, Relay

PEOPLE = 240
PROCESSES = 2
SECONDS_A_MAIL = 0.01
SECONDS_TO_END = 50  # before the sweep of every minute: the supervisor asks for one at once

pytestmark = [pytest.mark.both_databases, pytest.mark.slow]


@pytest.fixture
def campaign_id(app: Flask) -> int:
    """Return a draft to 240 people whose letters are long forgotten."""
    mailing_list = make_list()
    for number in range(PEOPLE):
        make_subscriber(f"p{number}@example.org", mailing_list)
    with transaction():
        db.session.execute(delete(Letter))
    return make_campaign(mailing_list).id


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    """Return the variables of the processes."""
    return environment_of(settings)


@pytest.fixture
def worker(environment: dict[str, str], tmp_path: Path) -> Iterator[Process]:
    """Run `flask worker` with two processes."""
    arguments = ("worker", "--processes", str(PROCESSES))
    with started(environment, *arguments, log=tmp_path / "worker.log") as process:
        wait_until(lambda: count_at_work(tmp_path) == PROCESSES, seconds=30)
        yield process


def count_at_work(tmp_path: Path) -> int:
    """Return how many worker processes have begun."""
    return len([*(tmp_path / "instance" / "workers").glob("*.lock")])


def is_sent(campaign_id: int) -> bool:
    """Tell whether the campaign has ended."""
    db.session.expire_all()
    db.session.rollback()
    return get_campaign(campaign_id).status is CampaignStatus.SENT


def status_of(campaign_id: int, environment: dict[str, str]) -> dict[str, int | str]:
    """Return what the operator's command says."""
    answer = run_flask(environment, "campaigns", "status", str(campaign_id), "--json")
    figures: dict[str, int | str] = json.loads(answer.stdout)
    return figures


def take_slowly(mail: Received) -> str:
    """Take a mail after a moment, so that there is a middle to kill a worker in."""
    time.sleep(SECONDS_A_MAIL)
    return OK


def test_killed_worker_leaves_nothing_sent_twice_and_says_what_is_uncertain(
    campaign_id: int, environment: dict[str, str], relay: Relay, worker: Process
) -> None:
    relay.on_body = take_slowly
    run_flask(environment, "campaigns", "launch", str(campaign_id), "--expect", str(PEOPLE))
    assert wait_until(lambda: len(relay.mails) > PEOPLE // 4, seconds=30)
    os.kill(children_of(worker.pid)[-1], signal.SIGKILL)
    assert wait_until(lambda: is_sent(campaign_id), seconds=SECONDS_TO_END)
    figures = status_of(campaign_id, environment)
    reached = Counter(mail.recipient for mail in relay.mails)
    assert set(reached.values()) == {1}
    assert figures["accepted"] + figures["uncertain"] == figures["audience"] == PEOPLE
    assert 1 <= figures["uncertain"] <= 2 * BATCH_SIZE
    assert figures["accepted"] <= len(reached) <= PEOPLE


def test_killed_supervisor_takes_its_children_with_it(worker: Process) -> None:
    children = children_of(worker.pid)
    worker.kill()
    assert wait_until(lambda: not any(map(is_alive, children)), seconds=20)


def test_asked_to_end_it_finishes_the_mails_in_hand(
    campaign_id: int, environment: dict[str, str], relay: Relay, worker: Process
) -> None:
    relay.on_body = take_slowly
    run_flask(environment, "campaigns", "launch", str(campaign_id))
    assert wait_until(lambda: len(relay.mails) > PEOPLE // 4, seconds=30)
    worker.terminate()
    assert worker.wait(30) == 0
    figures = status_of(campaign_id, environment)
    assert figures["claimed"] == figures["uncertain"] == 0
    assert figures["accepted"] == len(relay.mails) < PEOPLE
