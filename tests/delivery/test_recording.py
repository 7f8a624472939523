"""What was sent is recorded, also when the database goes away for a while after the sending."""

import sqlite3
import threading
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from supporters.database import db, transaction
from supporters.delivery.launching import launch_campaign
from supporters.delivery.queries import get_progress
from supporters.delivery.sending import send_batch
from supporters.delivery.transport import SmtpTransport
from tests.builders import make_campaign, make_list, make_subscriber
from tests.relay import OK, Received, Relay

BREAK_AN_ADDRESS = (
    "UPDATE subscriber SET address = 'a1@example.org' || char(10) || 'x' WHERE address LIKE 'a1%'"
)


def test_a_database_that_is_gone_while_recording_is_waited_for(app: Flask, relay: Relay) -> None:
    mailing_list = make_list()
    make_subscriber("camille@example.org", mailing_list)
    campaign = make_campaign(mailing_list)
    launch_campaign(campaign.id)
    database = Path(app.extensions["settings"].database_url.removeprefix("sqlite:///"))

    def take_the_ledger_away(_mail: Received) -> str:
        with sqlite3.connect(database) as other:
            other.execute("ALTER TABLE delivery RENAME TO away")
        threading.Timer(0.5, bring_it_back).start()
        return OK

    def bring_it_back() -> None:
        with sqlite3.connect(database) as other:
            other.execute("ALTER TABLE away RENAME TO delivery")

    relay.on_body = take_the_ledger_away
    send_batch(campaign.id, 1, SmtpTransport())
    assert get_progress(campaign.id).accepted == 1


def test_one_mail_that_can_not_be_written_holds_up_no_other(app: Flask, relay: Relay) -> None:
    mailing_list = make_list()
    for number in range(3):
        make_subscriber(f"a{number}@example.org", mailing_list)
    with transaction():
        db.session.execute(text(BREAK_AN_ADDRESS))
    campaign = make_campaign(mailing_list)
    launch_campaign(campaign.id)
    send_batch(campaign.id, 1, SmtpTransport())
    progress = get_progress(campaign.id)
    assert (progress.accepted, progress.refused) == (2, 1)
