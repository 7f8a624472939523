"""A worker that was down at the hour of a campaign sends it when it is back."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from supporters import clock
from supporters.campaigns.models import CampaignStatus
from supporters.config import Settings
from tests.factories.approvals import make_ready
from tests.factories.campaigns import ANNA, BORIS, make_draft_to_two, reload
from tests.factories.sending_day.planned import plan, put_hour_at
from tests.servers.processes import environment_of, started, wait_until
from tests.servers.relay import Relay

pytestmark = pytest.mark.slow


def test_a_worker_that_was_down_at_the_hour_sends_when_it_is_back(
    app: Flask, settings: Settings, relay: Relay, tmp_path: Path
) -> None:
    draft = make_draft_to_two()
    make_ready(draft.id)
    plan(draft.id)
    put_hour_at(draft.id, clock.now() - timedelta(hours=1))
    with started(environment_of(settings), "worker", log=tmp_path / "worker.log"):
        assert wait_until(lambda: reload(draft.id).status is CampaignStatus.SENT)
    sent = [mail.recipient for mail in relay.mails if mail.message["Subject"] == draft.subject]
    assert sorted(sent) == [ANNA, BORIS]
