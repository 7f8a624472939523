"""A backup from before an upgrade is restored, and the upgrade runs again."""

from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade

from supporters.audit.checkpoint_comparison import ComparisonResult, compare_last_checkpoint
from supporters.campaigns.models import CampaignStatus
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.database import db
from supporters.delivery.restore_hold import find_hold, hold_sending
from supporters.delivery.rules import HoldReason
from supporters.migrations.state import check_database
from supporters.people.queries import find_subscriber_by_key
from tests.factories.backups import back_up, restore_backup
from tests.factories.campaigns import ANNA, BORIS, CHLOE, launch_to_addresses, reload

pytestmark = pytest.mark.either_database

BEFORE_THE_UPGRADE = "0022"  # the last one before a table that earlier ones refer to


def test_backup_of_an_earlier_version_is_put_back_and_upgraded(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    seal()
    go_back_to_the_earlier_version()
    back_up(settings, tmp_path / "backup")
    db.session.remove()
    upgrade()
    restore_backup(settings, tmp_path / "backup")
    upgrade()
    check_database()
    assert [bool(find_subscriber_by_key(each)) for each in (ANNA, BORIS, CHLOE)] == [
        *(True, True, False)
    ]
    assert reload(campaign_id).status is CampaignStatus.RUNNING
    comparison = compare_last_checkpoint()
    assert comparison is not None
    assert comparison.verdict is ComparisonResult.CONTAINED


@pytest.mark.both_databases
def test_earlier_version_knows_a_hold_as_a_stop(app: Flask) -> None:
    launch_to_addresses(ANNA)
    hold_sending(HoldReason.RESTORED)
    go_back_to_the_earlier_version()
    with db.engine.connect() as connection:
        stopped = connection.scalar(db.text("SELECT stopped_at FROM delivery_control"))
    assert stopped is not None
    upgrade()
    assert find_hold() is None


def go_back_to_the_earlier_version() -> None:
    """Put the database into the state of the earlier version."""
    db.session.remove()
    downgrade(revision=BEFORE_THE_UPGRADE, x_arg=["losses=accepted"])
    db.session.remove()
