"""A restored campaign is settled by a log: nobody whose outcome it can't know gets it again."""

from datetime import datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from supporters import clock
from supporters.database import db, transaction, update_where
from supporters.delivery.campaign_control import count_unsent, resume_campaign
from supporters.delivery.models import Delivery
from supporters.delivery.restore_hold import hold_sending
from supporters.delivery.rules import DeliveryStatus, HoldReason
from supporters.restore.campaign_settlement import SettleError, Settlement, settle_campaign
from supporters.restore.lost_time import LostTime
from supporters.restore.relay_log import RelayLog
from supporters.smtp_relay.outcomes import AttemptOutcome
from supporters.smtp_relay.transport import RelayReply
from tests.factories.campaigns import (
    ACCEPTED,
    ANNA,
    BORIS,
    RecordingTransport,
    batches,
    claim,
    launch_to_addresses,
    ledger,
    reload,
    send,
)

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
UNCERTAIN = RelayReply(AttemptOutcome.UNCERTAIN, "")
AN_HOUR = timedelta(hours=1)


def restored(*addresses: str, doubted: str = "") -> int:
    """Return a campaign of a backup, in which the outcome of one email is unknown."""
    campaign_id = launch_to_addresses(*addresses)
    if doubted:
        send(RecordingTransport(lambda to: UNCERTAIN if to == doubted else ACCEPTED))
        with transaction():
            db.session.execute(
                db.text("UPDATE campaign SET status = 'running', finished_at = NULL")
            )
    hold_sending(HoldReason.RESTORED)
    return campaign_id


def settle(campaign_id: int, log: RelayLog, until: datetime) -> Settlement | SettleError:
    lost = LostTime(until - AN_HOUR, until)
    return settle_campaign(campaign_id, log, lost, now=clock.now())


@pytest.mark.parametrize(
    ("begins", "silence", "has_all_relays", "status"),
    [
        (-AN_HOUR, None, True, DeliveryStatus.QUEUED),
        (AN_HOUR, None, True, DeliveryStatus.UNCERTAIN),
        (-AN_HOUR, (AN_HOUR, 2 * AN_HOUR), True, DeliveryStatus.UNCERTAIN),
        (-AN_HOUR, (-AN_HOUR / 2, -AN_HOUR / 4), True, DeliveryStatus.QUEUED),
        (-AN_HOUR, (4 * AN_HOUR, 5 * AN_HOUR), True, DeliveryStatus.QUEUED),
        (-AN_HOUR, None, False, DeliveryStatus.UNCERTAIN),
    ],
)
def test_a_doubted_email_waits_again_only_if_the_log_is_whole_since_the_launch(
    begins: timedelta,
    silence: tuple[timedelta, timedelta] | None,
    has_all_relays: bool,
    status: DeliveryStatus,
) -> None:
    campaign_id = restored(ANNA, BORIS, doubted=ANNA)
    launched_at = reload(campaign_id).launched_at
    assert launched_at is not None
    with transaction():  # its worker was dead, and its journal was read three hours later
        doubted = (Delivery.campaign_id == campaign_id, Delivery.status == DeliveryStatus.UNCERTAIN)
        update_where(Delivery, *doubted, settled_at=launched_at + 3 * AN_HOUR)
    log = RelayLog(
        begins_at=launched_at + begins,
        ends_at=launched_at + 6 * AN_HOUR,
        silences=[(launched_at + silence[0], launched_at + silence[1])] if silence else [],
        has_all_relays=has_all_relays,
    )
    settle(campaign_id, log, launched_at + 6 * AN_HOUR)
    assert ledger(campaign_id)[ANNA] is status


@pytest.mark.both_databases
def test_a_claim_of_the_backup_waits_again_although_it_ended_with_the_restore() -> None:
    campaign_id = restored(ANNA, BORIS, doubted=ANNA)
    launched_at = reload(campaign_id).launched_at
    assert launched_at is not None
    with transaction():
        doubted = (Delivery.campaign_id == campaign_id, Delivery.status == DeliveryStatus.UNCERTAIN)
        update_where(Delivery, *doubted, settled_at=launched_at + 30 * AN_HOUR)
    log = RelayLog(begins_at=launched_at, ends_at=launched_at + 2 * AN_HOUR)
    settle(campaign_id, log, launched_at + 2 * AN_HOUR)
    assert ledger(campaign_id)[ANNA] is DeliveryStatus.QUEUED


def test_a_campaign_that_is_resumed_meanwhile_keeps_the_claims_of_its_senders(app: Flask) -> None:
    campaign_id = restored(*(f"person{number}@example.org" for number in range(21)))
    launched_at = reload(campaign_id).launched_at
    assert launched_at is not None
    db.session.rollback()

    def resume_and_claim() -> None:
        with app.app_context():
            resume_campaign(campaign_id, again_to=count_unsent(campaign_id))
            claim(campaign_id, "first")
            claim(campaign_id, "second")

    def between(*_any: Any) -> None:
        other = Thread(target=resume_and_claim)
        other.start()
        other.join()

    event.listen(db.session.registry(), "after_commit", between, once=True)
    log = RelayLog(begins_at=launched_at, ends_at=launched_at)
    assert settle(campaign_id, log, launched_at) is SettleError.NOT_PAUSED
    assert {"first", "second"} == {each.claimed_by for each in batches(campaign_id)}
