"""A real worker on a database that its machine doesn't know holds campaigns and invitations."""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from supporters.campaigns.models import CampaignStatus
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.database import db
from tests.factories.campaigns import ANNA, BORIS, CHLOE, launch_to_addresses, reload
from tests.factories.lists import make_list
from tests.factories.signups import request_to_join
from tests.servers.processes import environment_of, run_flask, started, wait_until
from tests.servers.relay import Relay

pytestmark = [pytest.mark.slow, pytest.mark.either_database]

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
