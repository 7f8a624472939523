"""A backup from before an upgrade is restored, and the upgrade runs again."""

from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from supporters.audit.checkpoint_comparison import ComparisonResult, compare_last_checkpoint
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.database import db
from supporters.migrations.state import check_database
from supporters.people.queries import find_subscriber_by_key
from tests.factories.backups import back_up, restore_backup
from tests.factories.campaigns import ANNA, CHLOE
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.storage.unreleased_databases import NOON, make_unreleased

pytestmark = pytest.mark.either_database


def test_backup_of_an_earlier_version_is_put_back_and_upgraded(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    db.session.remove()
    downgrade(revision="base")
    with db.engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    with time_machine.travel(NOON, tick=True):
        make_unreleased(db.engine)
        back_up(settings, tmp_path / "backup")
        upgrade()
        make_subscriber(CHLOE, make_list("later", "Later"))
        restore_backup(settings, tmp_path / "backup")
        upgrade()
        check_database()
        assert [bool(find_subscriber_by_key(each)) for each in (ANNA, CHLOE)] == [True, False]
        seal()
        comparison = compare_last_checkpoint()
    assert comparison is None or comparison.verdict is ComparisonResult.CONTAINED
