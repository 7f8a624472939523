"""Results are recorded, also if the database is gone for a while after the sending."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from supporters.campaigns.models import CampaignStatus
from supporters.database import db, transaction
from supporters.delivery.audience_verification import verify_before_first_claim
from supporters.delivery.engine.sending_engine import SendingEngine, send_here
from supporters.delivery.progress import get_progress
from supporters.delivery.send_journal.worker_registry import unregister
from tests.factories.approvals import launch_ready
from tests.factories.campaigns import reload
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.servers.processes import wait_until
from tests.servers.relay import OK, Received, Relay

BREAK_AN_ADDRESS = (
    "UPDATE subscriber SET address = 'a1@example.org' || char(10) || 'x' WHERE address LIKE 'a1%'"
)


@pytest.fixture
def engine(app: Flask) -> Iterator[SendingEngine]:
    """Run the sending threads of a worker."""
    ending = threading.Event()
    engine = SendingEngine(app, ending, senders=1)
    engine.start()
    yield engine
    ending.set()
    assert engine.join(10)
    unregister()


@pytest.mark.usefixtures("engine")
def test_a_database_that_is_gone_while_recording_is_waited_for(app: Flask, relay: Relay) -> None:
    mailing_list = make_list()
    make_subscriber("camille@example.org", mailing_list)
    campaign = make_campaign(mailing_list)
    database = Path(app.extensions["settings"].database_url.removeprefix("sqlite:///"))

    def take_the_ledger_away(_mail: Received) -> str:
        with closing(sqlite3.connect(database)) as other:
            other.execute("ALTER TABLE delivery RENAME TO away")
        threading.Timer(0.5, bring_it_back).start()
        return OK

    def bring_it_back() -> None:
        with closing(sqlite3.connect(database)) as other:
            other.execute("ALTER TABLE away RENAME TO delivery")

    relay.on_body = take_the_ledger_away
    launch_ready(campaign.id)
    assert wait_until(lambda: reload(campaign.id).status is CampaignStatus.SENT)
    assert (get_progress(campaign.id).accepted, len(relay.mails)) == (1, 1)


def test_one_email_that_can_not_be_written_holds_up_no_other(app: Flask, relay: Relay) -> None:
    mailing_list = make_list()
    for number in range(3):
        make_subscriber(f"a{number}@example.org", mailing_list)
    campaign = make_campaign(mailing_list)
    launch_ready(campaign.id)
    verify_before_first_claim(campaign.id)
    with transaction():
        db.session.execute(text(BREAK_AN_ADDRESS))
    send_here()
    progress = get_progress(campaign.id)
    assert (progress.accepted, progress.refused) == (2, 1)
