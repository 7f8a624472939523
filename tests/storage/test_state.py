"""The program checks the schema before it starts, and says which of the two is older."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from click import ClickException
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from flask_migrate import downgrade
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from supporters import create_app
from supporters.cli.worker_start import prepare
from supporters.config import Settings
from supporters.database import db
from supporters.migrations.coexistence import KEYS, Tables, list_narrowed, read_tables
from supporters.migrations.schema import list_differences
from supporters.migrations.state import SchemaUnfit, check_database, check_schema, describe
from supporters.migrations.upgrade_mark import UpgradeMark, write_mark
from tests.cli.test_doctor import findings
from tests.factories.accounts import make_owner, sign_in
from tests.factories.lists import make_list
from tests.storage.record_sums import VERSIONS

pytestmark = pytest.mark.both_databases

PAGE = "/en/join/national"


def change(*statements: str) -> None:
    """Change the schema by SQL."""
    db.session.remove()
    with db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def drop_a_column() -> None:
    """Create the schema of the first edition of migration 0007."""
    change("ALTER TABLE delivery_batch DROP COLUMN revoked_at")


def pretend_to_be_newer() -> None:
    """Record a later migration, as a later program would."""
    change("UPDATE alembic_version SET version_num = '9999'")


def test_fresh_database_is_fit(app: Flask) -> None:
    check_schema()


def test_outdated_database_needs_an_upgrade(app: Flask) -> None:
    downgrade(revision="base")
    with pytest.raises(SchemaUnfit, match=r"at migration zero.*Run: flask db upgrade"):
        check_database()


def test_newer_database_needs_a_newer_program(app: Flask) -> None:
    pretend_to_be_newer()
    with pytest.raises(
        SchemaUnfit, match=r"older than its database.*has 9999.*newer program"
    ) as unfit:
        check_database()
    assert "db upgrade" not in str(unfit.value)


NEWEST = max(each.name[:4] for each in VERSIONS.glob("*.py"))


def become_later(number: str) -> None:
    """Add a table, a column and an index, as a later program may beside this one."""
    change(
        "CREATE TABLE later (id INTEGER PRIMARY KEY)",
        "ALTER TABLE mailing_list ADD COLUMN later TEXT",
        "CREATE INDEX later_index ON mailing_list (later)",
        f"UPDATE alembic_version SET version_num = '{number}'",
    )


def test_this_program_goes_on_with_a_later_database_that_allows_it(
    app: Flask, client: FlaskClient, runner: FlaskCliRunner
) -> None:
    make_list()
    become_later(f"{NEWEST}.9")
    check_schema()
    assert client.get("/readyz").status_code == 200
    assert client.get(PAGE).status_code == 200
    assert findings(runner)["database"]["state"] == "right"
    assert runner.invoke(args=["db", "upgrade"]).exit_code == 1  # it knows none to make
    drop_a_column()
    with pytest.raises(SchemaUnfit, match=r"lacks delivery_batch\.revoked_at"):
        check_schema()


def test_a_later_database_that_does_not_allow_it_is_refused(
    app: Flask, client: FlaskClient
) -> None:
    become_later(f"{int(NEWEST) + 1:04}.1")
    assert client.get("/readyz").status_code == 503
    with pytest.raises(SchemaUnfit, match="older than its database"):
        check_schema()


def test_an_upgrade_that_was_interrupted_is_named_beside_the_refusal(
    app: Flask, settings: Settings
) -> None:
    pretend_to_be_newer()
    mark = UpgradeMark(program="1.1.0", before=NEWEST, after="9999", backup="", known_faults=())
    write_mark(settings.instance_dir, mark)
    with pytest.raises(
        SchemaUnfit, match=r"upgrade to Supporters 1\.1\.0.*supporters-release back"
    ):
        check_database()


CHANGES = {
    "ALTER TABLE mailing_list ADD COLUMN later TEXT": [],
    "ALTER TABLE mailing_list ADD COLUMN later TEXT NOT NULL DEFAULT 'x'": [],
    "CREATE TABLE later (id INTEGER PRIMARY KEY)": [],
    "DROP TABLE access_ticket": ["access_ticket is gone"],
    "ALTER TABLE delivery_batch DROP COLUMN revoked_at": ["delivery_batch.revoked_at is gone"],
    "CREATE UNIQUE INDEX later ON mailing_list (position)": [
        "a unique index of mailing_list is another one"
    ],
}


@pytest.mark.parametrize("statement", CHANGES)
def test_what_the_program_before_would_miss_is_named(app: Flask, statement: str) -> None:
    with db.engine.connect() as connection:
        before = read_tables(connection)
    change(statement)
    with db.engine.connect() as connection:
        assert list_narrowed(before, read_tables(connection)) == CHANGES[statement]


def test_new_demands_on_rows_are_named() -> None:
    def tables(*, nullable: bool, kind: str, **more: object) -> Tables:
        column = {"name": "a", "type": kind, "nullable": nullable, "default": None}
        parts: dict[str, dict[str, Any]] = {each: {} for each in (*KEYS, "unique index")}
        return {"t": {**parts, "column": {"a": column, **more}}}

    loose, required = tables(nullable=True, kind="TEXT"), {"nullable": False, "default": None}
    assert list_narrowed(loose, tables(nullable=False, kind="TEXT")) == ["t.a must have a value"]
    assert list_narrowed(loose, tables(nullable=True, kind="INT")) == ["t.a has another type"]
    new = tables(nullable=True, kind="TEXT", b=required)
    assert list_narrowed(loose, new) == ["t.b is new and must have a value"]


def test_column_that_is_missing_is_named(app: Flask) -> None:
    drop_a_column()
    with pytest.raises(SchemaUnfit, match=r"lacks delivery_batch\.revoked_at"):
        check_database()


def test_table_that_is_missing_is_named(app: Flask) -> None:
    change("DROP TABLE access_ticket")
    with pytest.raises(SchemaUnfit, match=r"lacks access_ticket"):
        check_schema()


@pytest.mark.parametrize("name", ["ix_delivery_subscriber_id", "ix_log_entry_position"])
def test_index_that_is_missing_is_named(app: Flask, name: str) -> None:
    change(f"DROP INDEX {name}")
    with pytest.raises(SchemaUnfit, match=rf"lacks index \w+\.{name}"):
        check_schema()


def test_check_that_is_missing_or_allows_less_is_named(app: Flask) -> None:
    with db.engine.begin() as connection:
        changes = Operations(MigrationContext.configure(connection))
        with changes.batch_alter_table("delivery") as delivery:
            delivery.drop_constraint(changes.f("ck_delivery_confirmed"), type_="check")
        with changes.batch_alter_table("outbox_email") as email:
            email.drop_constraint(changes.f("ck_outbox_email_kind"), type_="check")
            email.create_check_constraint(changes.f("ck_outbox_email_kind"), "kind IN ('log_head')")
    with db.engine.connect() as connection:
        assert sorted(list_differences(connection)) == [
            "allows other values by outbox_email.ck_outbox_email_kind",
            "lacks check delivery.ck_delivery_confirmed",
        ]


def test_tables_of_the_queue_are_no_difference(app: Flask, runner: FlaskCliRunner) -> None:
    change("CREATE TABLE huey_task (id INTEGER PRIMARY KEY)")
    check_schema()
    assert runner.invoke(args=["db", "check"]).exit_code == 0


def test_doctor_names_what_is_missing(app: Flask, runner: FlaskCliRunner) -> None:
    drop_a_column()
    found = findings(runner)["database"]
    assert found["state"] == "wrong"
    assert "delivery_batch.revoked_at" in found["words"]


@pytest.mark.parametrize("spoil", [drop_a_column, pretend_to_be_newer])
def test_worker_refuses_to_start(app: Flask, spoil: Callable[[], None]) -> None:
    spoil()
    with pytest.raises(ClickException, match="database"):
        prepare()


@pytest.mark.parametrize("spoil", [drop_a_column, pretend_to_be_newer])
def test_pages_announce_maintenance_until_the_schema_is_right(
    app: Flask, client: FlaskClient, spoil: Callable[[], None]
) -> None:
    make_list()
    spoil()
    answer = client.get(PAGE)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "Maintenance in progress" in answer.text
    change(*statements_that_repair(spoil))
    assert client.get(PAGE).status_code == 200


def statements_that_repair(spoil: Callable[[], None]) -> list[str]:
    """Return the statement that corrects the schema."""
    if spoil is drop_a_column:
        return ["ALTER TABLE delivery_batch ADD COLUMN revoked_at TIMESTAMP"]
    return [f"UPDATE alembic_version SET version_num = '{NEWEST}'"]


def test_the_refusal_of_pgbouncer_says_which_setting_it_needs() -> None:
    said = "FATAL:  unsupported startup parameter in options: idle_in_transaction_session_timeout"
    error = OperationalError(None, None, psycopg.OperationalError(f"connection failed: {said}"))
    assert "ignore_startup_parameters = options" in describe(error)


def test_signed_in_organiser_sees_the_same(app: Flask, settings: Settings) -> None:
    cookie = sign_in(app, make_owner()).get_cookie("session")
    assert cookie is not None
    change("ALTER TABLE organiser DROP COLUMN language")
    restarted = create_app(settings)
    with restarted.app_context():
        browser = restarted.test_client()
        browser.set_cookie("session", cookie.value)
        answer = browser.get("/console/", headers={"Accept-Language": "en"})
    assert answer.status_code == 503
    assert "Maintenance in progress" in answer.text


def test_schema_is_not_checked_again_after_it_was_right(app: Flask, client: FlaskClient) -> None:
    make_list()
    assert client.get(PAGE).status_code == 200
    pretend_to_be_newer()
    assert client.get(PAGE).status_code == 200
