"""At night the files of PostgreSQL lose the deleted bytes of erased people."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import psycopg
import pytest
import time_machine
from flask import Flask
from sqlalchemy import Connection, event

from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.consent.record_models import ErasureReason
from supporters.database import db, transaction
from supporters.personal_data.data_registry import list_data_sources
from supporters.personal_data.disk_cleanup import (
    CampaignBegan,
    clear_disk,
    clear_if_due,
    find_last_cleanup,
)
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


@contextmanager
def watching_rewrites(when: str, look: Callable[[], None]) -> Iterator[None]:
    """Call a function before or after each table is rewritten."""

    def hear(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("VACUUM (FULL)"):
            look()

    event.listen(db.engine, when, hear)
    try:
        yield
    finally:
        event.remove(db.engine, when, hear)


@POSTGRESQL
def test_it_stops_when_a_campaign_begins_and_is_done_after_it() -> None:
    erase_somebody()
    campaign, rewritten = make_campaign(make_list("other"), "Réunion").id, []

    def begin() -> None:
        rewritten.append(1)
        set_status(campaign, CampaignStatus.RUNNING)

    with watching_rewrites("after_cursor_execute", begin):
        assert not clear_if_due(NIGHT)
    assert len(rewritten) == 1
    assert find_last_cleanup() is None
    with watching_rewrites("after_cursor_execute", begin), pytest.raises(CampaignBegan):
        clear_disk(NIGHT, is_waiting_allowed=True)
    assert len(rewritten) == 1
    set_status(campaign, CampaignStatus.SENT)
    assert clear_if_due(NIGHT + timedelta(minutes=1))
    assert files_with_address() == []


def set_status(campaign: int, status: CampaignStatus) -> None:
    """Set the status of a campaign, as another process does."""
    with db.engine.begin() as other:
        other.exec_driver_sql(
            "UPDATE campaign SET status = %s WHERE id = %s", (status.value, campaign)
        )


@POSTGRESQL
def test_pages_get_as_much_time_after_a_table_as_they_lost_by_it() -> None:
    erase_somebody()
    begins: list[float] = []
    ends: list[float] = []
    with (
        watching_rewrites("before_cursor_execute", lambda: begins.append(time.perf_counter())),
        watching_rewrites("after_cursor_execute", lambda: ends.append(time.perf_counter())),
    ):
        clear_disk(NIGHT)
    took = [end - begin for begin, end in zip(begins, ends, strict=True)]
    pauses = [begin - end for begin, end in zip(begins[1:], ends, strict=False)]
    assert len(took) > 10
    assert all(pause >= 0.9 * one for pause, one in zip(pauses, took, strict=False))


@POSTGRESQL
def test_a_process_that_dies_meanwhile_leaves_every_table_named() -> None:
    erase_somebody()

    def die() -> None:
        raise KeyboardInterrupt

    with watching_rewrites("before_cursor_execute", die), pytest.raises(KeyboardInterrupt):
        clear_if_due(NIGHT)
    last = find_last_cleanup()
    assert last is not None
    assert "subscriber" in last.too_large


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_sqlite_needs_none(app: Flask) -> None:
    erase_somebody()
    assert not clear_if_due(NIGHT)
    assert clear_disk(NIGHT) == []
    assert find_last_cleanup() is None
