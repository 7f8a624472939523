"""A database of the last program before the first release is carried over, once and whole."""

from collections.abc import Iterator
from copy import deepcopy

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from flask_migrate import downgrade
from sqlalchemy import inspect, text

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.campaigns.models import Campaign
from supporters.consent.log_sealing import seal
from supporters.consent.models import ConsentEvent
from supporters.database import db
from supporters.delivery.engine.sending_engine import send_here
from supporters.lists.queries import list_subscriptions_of
from supporters.migrations.schema import list_missing_triggers
from supporters.migrations.state import SchemaUnfit, check_database, check_schema
from supporters.migrations.trigger_sums import list_foreign_triggers
from supporters.migrations.unreleased import COLUMNS, TABLES
from supporters.people.queries import find_subscriber_by_key
from tests.factories.campaigns import ANNA, RecordingTransport, subscriber_at
from tests.machinery.prepared_states import made_once
from tests.storage.schemas import schema_of
from tests.storage.unreleased_databases import LINKS, NOON, list_rows, make_unreleased, read_rows
from tests.web.public.pages import inputs_of, press

pytestmark = pytest.mark.both_databases


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """Go on an hour after the last rows of the database."""
    with time_machine.travel(NOON, tick=True):
        yield


def return_to_the_last_program() -> None:
    """Write its database in place of ours."""
    db.session.remove()
    downgrade(revision="base")
    with db.engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    make_unreleased(db.engine)


@made_once
def unreleased(app: Flask) -> None:
    """Begin with a database that is not carried over yet."""
    return_to_the_last_program()


@made_once
def carried(app: Flask, unreleased: None) -> None:
    """Begin with a database that is carried over."""
    ran = app.test_cli_runner().invoke(args=["db", "upgrade"])
    assert ran.exit_code == 0, ran.output
    db.engine.dispose()


def tables() -> set[str]:
    return {*inspect(db.engine).get_table_names()}


def test_the_program_asks_for_the_upgrade(unreleased: None) -> None:
    with pytest.raises(SchemaUnfit, match=r"before the first release.*Run: flask db upgrade"):
        check_database()


def first_values(rows: list[list[str]], former: list[list[str]]) -> list[list[str]]:
    """Return rows without the columns that later migrations added at their end."""
    return sorted(row[: len(former[0])] for row in rows) if former else rows


def test_every_row_is_there_afterwards_and_every_record_is_genuine(
    unreleased: None, runner: FlaskCliRunner
) -> None:
    names = sorted(read_rows().keys() - {"alembic_version"})
    before = list_rows(db.engine, names)
    ran = runner.invoke(args=["db", "upgrade"])
    assert (ran.exit_code, "no faults" in ran.stderr) == (0, True)
    now = {**TABLES, "attempt_count": "guess_count"}
    stored = list_rows(db.engine, [now.get(name, name) for name in names])
    after = {name: stored[now.get(name, name)] for name in names}
    assert before == {name: first_values(after[name], before[name]) for name in names}
    assert sum(len(rows) for rows in after.values()) > 400
    assert verify(clock.now()).faults == []


def test_the_schema_is_that_of_a_new_installation(runner: FlaskCliRunner) -> None:
    fresh = schema_of(db.engine)
    return_to_the_last_program()
    assert schema_of(db.engine) != fresh
    assert runner.invoke(args=["db", "upgrade"]).exit_code == 0
    assert schema_of(db.engine) == fresh
    check_schema()
    assert (list_missing_triggers(), list_foreign_triggers()) == ([], [])


def test_a_second_upgrade_changes_nothing(carried: None, runner: FlaskCliRunner) -> None:
    before = list_rows(db.engine, ["subscriber", "outbox_email", "consent_event"])
    ran = runner.invoke(args=["db", "upgrade"])
    assert (ran.exit_code, "first release" in ran.stderr) == (0, False)
    assert list_rows(db.engine, [*before]) == before


def test_a_step_that_fails_in_the_middle_leaves_the_old_database(
    unreleased: None, runner: FlaskCliRunner
) -> None:
    names = sorted(read_rows())
    before, schema = list_rows(db.engine, names), schema_of(db.engine)
    with db.engine.begin() as connection:
        connection.execute(text("CREATE VIEW theme AS SELECT 1 AS id"))
    assert runner.invoke(args=["db", "upgrade"]).exit_code == 1
    db.engine.dispose()
    with db.engine.begin() as connection:
        connection.execute(text("DROP VIEW theme"))
    assert (list_rows(db.engine, names), schema_of(db.engine)) == (before, schema)
    assert runner.invoke(args=["db", "upgrade"]).exit_code == 0


@pytest.mark.parametrize("number", ["0001", "0042", "0075"])
def test_an_older_database_is_refused_with_what_to_do(
    unreleased: None, runner: FlaskCliRunner, caplog: pytest.LogCaptureFixture, number: str
) -> None:
    with db.engine.begin() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{number}'"))
    ran = runner.invoke(args=["db", "upgrade"])
    assert (ran.exit_code, "git checkout 1c6d4179" in caplog.text) == (1, True)
    assert "letter" in tables()


def test_a_database_with_records_in_earlier_forms_is_refused(
    unreleased: None, runner: FlaskCliRunner, caplog: pytest.LogCaptureFixture
) -> None:
    row = "INSERT INTO log_rule VALUES (1, 'moves-are-confirmed', '2026-01-01 00:00:00')"
    with db.engine.begin() as connection:
        connection.execute(text(row))
    ran = runner.invoke(args=["db", "upgrade"])
    assert ran.exit_code == 1
    assert "earlier forms" in caplog.text
    assert "git checkout 1c6d4179" in caplog.text
    assert "letter" in tables()


def test_sealed_tables_are_guarded_and_counted_afterwards(carried: None) -> None:
    known = "SELECT sum(people) FROM people_count WHERE counted = 'known'"
    with db.engine.begin() as connection:
        people = connection.scalar(text("SELECT count(*) FROM subscriber"))
        assert connection.scalar(text(known)) == people
    assert (list_missing_triggers(), list_foreign_triggers()) == ([], [])


def test_the_links_of_its_emails_work(carried: None, client: FlaskClient) -> None:
    for name in ("confirm", "not_me", "why", "my_data", "receipt", "again", "invitation"):
        assert client.get(LINKS[name]).status_code == 200, name
    press(client, LINKS["confirm"])
    pending = subscriber_at("pending@example.org")
    assert len(list_subscriptions_of(pending.id)) == 2
    assert client.post(LINKS["leave"], data={"List-Unsubscribe": "One-Click"}).status_code == 200
    left = subscriber_at(ANNA)
    assert [each.slug for _, each in list_subscriptions_of(left.id)] == ["lyon"]
    consent = str(inputs_of(client.get(LINKS["invitation"]).text)["consent"]["value"])
    press(client, LINKS["invitation"], consent=consent, is_15="y")
    assert find_subscriber_by_key("former1@example.org") or find_subscriber_by_key(
        "former2@example.org"
    )
    seal()
    forms = db.session.scalars(
        db.select(ConsentEvent.record_form)
        .where(ConsentEvent.subscriber_id == pending.id)
        .order_by(ConsentEvent.id)
    ).all()
    assert forms == [None, None, 3, 3]  # the requests keep the form in which they were sealed
    assert verify(clock.now()).faults == []


def test_a_receipt_is_the_same(carried: None, client: FlaskClient) -> None:
    now = client.get(f"{LINKS['receipt']}/receipt.json").get_json()
    then = deepcopy(LINKS["receipt_json"])
    for receipt in (now, then):
        del receipt["signature"], receipt["consent"]["how_to_withdraw"]  # a link of its own moment
    assert now == then


def test_the_campaign_in_the_middle_is_sent_to_the_rest(carried: None) -> None:
    with time_machine.travel(clock.now().replace(hour=23), tick=True):
        transport = RecordingTransport()
        send_here(transport)
    assert sorted(transport.recipients) == [f"person{number}@example.org" for number in range(8)]
    statuses = db.session.scalars(db.select(Campaign.status).order_by(Campaign.id)).all()
    assert [each.value for each in statuses] == ["sent", "draft", "trashed", "sent"]


def test_each_renamed_column_is_one_of_the_new_schema() -> None:
    columns = {column.name for table in db.metadata.tables.values() for column in table.columns}
    assert {*COLUMNS.values()} <= columns
    assert not {*COLUMNS} & columns
    assert {*TABLES.values()} <= db.metadata.tables.keys()
