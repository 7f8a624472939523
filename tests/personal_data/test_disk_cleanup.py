"""At night the files of PostgreSQL lose the deleted bytes of erased people."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import psycopg
import pytest
import time_machine
from flask import Flask

from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.consent.record_models import ErasureReason
from supporters.database import db, transaction
from supporters.personal_data.data_registry import list_data_sources
from supporters.personal_data.disk_cleanup import clear_disk, clear_if_due, find_last_cleanup
from supporters.personal_data.erasure import ErasureOrder, erase_person
from tests.factories.campaigns import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber

pytestmark = pytest.mark.usefixtures("app")

ADDRESS = "zoe.kanarienvogel@example.org"
POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
NIGHT = datetime(2026, 11, 30, 2, 30, tzinfo=UTC)  # half past three in Paris


@pytest.fixture(autouse=True)
def night() -> Iterator[None]:
    """Begin at night."""
    with time_machine.travel(NIGHT):
        yield


def erase_somebody() -> None:
    """Let a person confirm and be erased."""
    person = make_subscriber(ADDRESS, make_list(), given_name="Zoé")
    erase_person(person.id, ErasureOrder(reason=ErasureReason.ASKED))
    db.session.rollback()


def files_with_address() -> list[str]:
    """Return the tables and indexes of people whose files have the address."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CHECKPOINT")
        folder = Path(str(connection.exec_driver_sql("SHOW data_directory").scalar()))
        tables = tuple(source.table for source in list_data_sources())
        rows = connection.exec_driver_sql(
            "SELECT relname, pg_relation_filepath(c.oid) FROM pg_class c LEFT JOIN pg_index i "
            "ON i.indexrelid = c.oid WHERE c.relkind IN ('r', 'i') AND "
            "coalesce(i.indrelid, c.oid)::regclass::text = ANY(%s)",
            ([*tables],),
        ).all()
    return [name for name, path in rows if ADDRESS.encode() in (folder / path).read_bytes()]


@POSTGRESQL
def test_nothing_is_left_in_the_files_in_the_morning() -> None:
    erase_somebody()
    assert files_with_address()
    assert clear_if_due(NIGHT)
    assert files_with_address() == []


@POSTGRESQL
def test_a_table_that_pages_would_wait_for_gets_new_indexes_and_is_named(app: Flask) -> None:
    erase_somebody()
    url = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as reader:
        reader.execute("SELECT count(*) FROM subscriber")  # holds the table until it ends
        too_large: list[str] = []
        with app.app_context():
            thread = ending_soon(reader)
            too_large += clear_disk(NIGHT)
            thread.join()
    assert "subscriber" in too_large
    assert [each for each in files_with_address() if each.startswith(("ix", "uq", "pk"))] == []
    last = find_last_cleanup()
    assert last is not None
    assert last.too_large == too_large


def ending_soon(reader: psycopg.Connection) -> Thread:
    """End a transaction after two seconds."""
    thread = Thread(target=lambda: (time.sleep(2), reader.rollback()))
    thread.start()
    return thread


@POSTGRESQL
def test_an_operator_clears_tables_of_any_size() -> None:
    erase_somebody()
    assert clear_disk(NIGHT, is_waiting_allowed=True) == []
    assert files_with_address() == []


@POSTGRESQL
def test_it_is_done_once_a_night_and_only_after_an_erasure() -> None:
    assert not clear_if_due(NIGHT)
    erase_somebody()
    assert clear_if_due(NIGHT + timedelta(minutes=1))
    assert not clear_if_due(NIGHT + timedelta(minutes=2))
    assert not clear_if_due(NIGHT + timedelta(days=1))


@POSTGRESQL
def test_nothing_is_rewritten_by_day_or_while_a_campaign_is_sent() -> None:
    erase_somebody()
    campaign = make_campaign(make_list("other"), "Réunion")
    assert not clear_if_due(NIGHT + timedelta(hours=6))
    with transaction():
        db.session.get_one(Campaign, campaign.id).status = CampaignStatus.RUNNING
    assert not clear_if_due(NIGHT)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_sqlite_needs_none(app: Flask) -> None:
    erase_somebody()
    assert not clear_if_due(NIGHT)
    assert clear_disk(NIGHT) == []
    assert find_last_cleanup() is None
