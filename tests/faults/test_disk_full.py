"""Row 18: the disk of the database is full; people sign up meanwhile."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask_migrate import upgrade

from supporters.database import db
from tests.faults.disks import SmallDisk
from tests.faults.form import size
from tests.faults.installation import Installation
from tests.faults.receiver.mail_server import Receiving
from tests.faults.receiver.misbehaviour import Fault
from tests.faults.report import Report
from tests.servers.postgres import PostgresServer
from tests.web.public.pages import join

PEOPLE, VISITORS = size(400, 5000), size(80, 200)
SLOWLY = Fault(at="BODY", seconds=0.01)
SECONDS_WITHOUT_ROOM = size(4, 30)
UNAVAILABLE = 503
POSTGRES_MEGABYTES, SQLITE_MEGABYTES = 160, 24


@pytest.fixture
def database_disk(database: str, tmp_path: Path) -> Iterator[SmallDisk]:
    """Mount a small disk for the database."""
    megabytes = SQLITE_MEGABYTES if database == "sqlite" else POSTGRES_MEGABYTES
    with SmallDisk(tmp_path / "disk", megabytes) as disk:
        yield disk


@pytest.fixture
def database_url(
    database: str, database_disk: SmallDisk, migrated_sqlite: Path, tmp_path: Path
) -> Iterator[str]:
    """Return the address of a migrated database on the small disk."""
    if database == "sqlite":
        copy = database_disk.folder / "supporters.db"
        shutil.copy(migrated_sqlite, copy)
        yield f"sqlite:///{copy}"
        return
    folder = database_disk.folder / "postgresql"
    folder.mkdir()
    for each in (tmp_path, database_disk.folder):
        each.chmod(0o755)
    with PostgresServer(folder) as server:
        yield migrate(server.create_database("supporters"), tmp_path)


def migrate(url: str, tmp_path: Path) -> str:
    """Bring a database to the newest migration; return its address."""
    site = Installation(tmp_path, url, 9)
    with site.app.app_context():
        upgrade()
        db.engine.dispose()
    return url


@pytest.mark.both_databases
def test_full_disk_of_the_database_makes_nothing_look_sent_and_loses_nothing(
    site: Installation, receiving: Receiving, report: Report, database_disk: SmallDisk
) -> None:
    receiving.behave(SLOWLY)
    campaign = site.launch(PEOPLE)
    visitor = site.app.test_client()
    with site.worker():
        receiving.wait_for(PEOPLE // 5)
        database_disk.fill()
        answers = {
            join(visitor, f"v{number}@example.org").status_code for number in range(VISITORS)
        }
        time.sleep(SECONDS_WITHOUT_ROOM)
        reached = {each.recipient for each in receiving.arrivals(campaign)}
        assert site.ledger.addresses(campaign, "accepted") <= reached
        database_disk.free()
        receiving.behave()
        site.ledger.wait_for_end(campaign)
    findings = report.judge("18 disk of the database full", site, receiving, campaign, cuts=1)
    assert findings.are_right(), findings
    assert answers <= {303, UNAVAILABLE}, answers
    assert UNAVAILABLE in answers
