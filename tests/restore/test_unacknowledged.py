"""A restoration holds all sending by itself, whoever wrote it, until an owner acknowledges it."""

from datetime import timedelta

import pytest
from flask import Flask

from supporters import clock
from supporters.audit.restorations import list_unacknowledged, record_restoration
from supporters.consent.log_sealing import seal
from supporters.consent.record_models import Restoration
from supporters.database import db, transaction
from supporters.delivery.log_watch import hold_if_log_alarms
from supporters.delivery.restore_hold import LiftHoldError, find_hold, lift_hold
from supporters.delivery.rules import HoldReason
from supporters.extensions import current_encryptor
from supporters.people.address_hashes import reencrypt_data_keys
from supporters.people.models import DataKey
from supporters.retention.old_records import purge_audit_events
from supporters.transparency_log.checkpoint_store import checkpoints_file, find_external_checkpoint
from supporters.transparency_log.log_birth import BIRTH, find_birth_fault
from supporters.transparency_log.models import LogCheckpoint, LogEntry, LogTile
from tests.factories.accounts import make_owner
from tests.factories.campaigns import ANNA, BORIS
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber

pytestmark = pytest.mark.both_databases
DAY = timedelta(days=1)


@pytest.fixture
def size(app: Flask) -> int:
    """Seal two people one after the other; take the log back to the first, as a backup has it."""
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    seal()
    before = db.session.scalars(db.select(LogCheckpoint.size)).one()
    make_subscriber(BORIS, mailing_list)
    seal()
    with transaction():
        db.session.execute(db.delete(LogEntry).where(LogEntry.position >= before))
        db.session.execute(db.delete(LogCheckpoint).where(LogCheckpoint.size > before))
        tile = db.session.scalars(db.select(LogTile)).one()
        tile.hashes = tile.hashes[: 32 * before]
    return before


def record() -> Restoration:
    """Record that a backup was restored, as `rights replay` does."""
    lost = find_external_checkpoint()
    assert lost is not None
    with transaction():
        return record_restoration(lost.text, 0, clock.now())


def test_a_log_that_lacks_the_last_checkpoint_of_the_machine_holds_all_sending(size: int) -> None:
    assert hold_if_log_alarms() is HoldReason.OLDER
    assert find_hold() is not None


def test_a_restoration_holds_all_sending_until_an_owner_acknowledges_it(size: int) -> None:
    owner = make_owner()
    restoration_id = record().id
    seal()
    assert hold_if_log_alarms() is HoldReason.RESTORED
    assert lift_hold(owner.id, "A disk broke.") is LiftHoldError.RESTORATION_NOT_ACKNOWLEDGED
    lift_hold(owner.id, "A disk broke.", acknowledged=[restoration_id])
    assert (hold_if_log_alarms(), list_unacknowledged()) == (None, [])


def test_an_acknowledgement_outlives_the_retention_of_the_audit_log(size: int) -> None:
    owner = make_owner()
    restoration_id = record().id
    hold_if_log_alarms()
    lift_hold(owner.id, "A disk broke.", acknowledged=[restoration_id])
    with clock.pretend(clock.now() + 800 * DAY):
        purge_audit_events(365, clock.now())
        assert list_unacknowledged() == []


def test_an_owner_can_not_lift_the_hold_of_a_log_that_began_again(size: int) -> None:
    with transaction():
        db.session.execute(db.delete(LogCheckpoint))
    checkpoints_file().unlink()
    assert hold_if_log_alarms() is HoldReason.BEGUN_AGAIN
    assert lift_hold(make_owner().id, "All is well.") is LiftHoldError.LOG_BEGUN_AGAIN


def test_the_seal_of_the_birth_is_renewed_with_the_other_keys(size: int) -> None:
    before = db.session.get_one(DataKey, BIRTH).encrypted
    reencrypt_data_keys()
    db.session.expire_all()
    after = db.session.get_one(DataKey, BIRTH).encrypted
    assert (before == after, find_birth_fault()) == (False, "")
    assert current_encryptor().decrypt(after) == current_encryptor().decrypt(before)
