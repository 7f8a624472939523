"""A database that ran an earlier edition of a migration gets the same schema as a new one."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import cycle, product
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from supporters import create_app
from supporters.config import Settings
from supporters.database import db
from supporters.migrations.schema import list_differences
from tests.conftest import make_settings
from tests.databases import PostgresServer
from tests.storage.editions import EDITIONS, Edition, lay_out
from tests.storage.schemas import Schema, schema_of
from tests.which_database import DATABASES, ON_BOTH

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LOST_HEAD = "party.example/consent-log\n93\nroot\n"
PLAIN = {
    sa.DateTime: NOON,
    sa.Boolean: True,
    sa.Integer: 1,
    sa.LargeBinary: b"x" * 32,
    sa.String: "x",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Try each edition on one of both databases in turn; with TEST_DATABASES=both on both."""
    if ON_BOTH:
        pairs = [*product(EDITIONS, DATABASES)]
    else:
        pairs = [*zip(EDITIONS, cycle(DATABASES), strict=False)]
    ids = ["-".join([database, *edition]) for edition, database in pairs]
    metafunc.fixturenames.append("database")
    metafunc.parametrize(("edition", "database"), pairs, indirect=["database"], ids=ids)


_fresh: dict[str, Schema] = {}


@pytest.fixture
def fresh(database: str, request: pytest.FixtureRequest) -> Schema:
    """Return the schema of a database that ran the current migrations only, read once."""
    if database not in _fresh:
        request.getfixturevalue("app")
        _fresh[database] = schema_of(db.engine)
    return _fresh[database]


@pytest.fixture
def empty(
    fresh: Schema, database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Flask]:
    """Return an application on a database without tables, in its context."""
    if database == "sqlite":
        yield from in_its_context(
            make_settings(tmp_path, f"sqlite:///{tmp_path}/old.db", mail_port=9)
        )
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.temporary_copy("template0") as url:
        yield from in_its_context(make_settings(tmp_path, url, mail_port=9))


def in_its_context(settings: Settings) -> Iterator[Flask]:
    """Yield an application in its context."""
    app = create_app(settings)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_database_of_an_earlier_edition_gets_the_schema_of_a_new_one(
    empty: Flask, fresh: Schema, edition: Edition, tmp_path: Path
) -> None:
    folder = lay_out(edition, tmp_path / "edition")
    upgrade(directory=str(folder), revision=edition.newest)
    fill_tables()
    if edition.newest >= "0014":
        add("restoration", lost_head=LOST_HEAD)
    upgrade()
    assert schema_of(db.engine) == fresh
    with db.engine.connect() as connection:
        assert list_differences(connection) == []
    assert rows_of("role") == [(1, "owner", "read,write"), (2, "approver", None)]
    assert rows_of("delivery_batch", "campaign_id", "number") in ([(1, 1)], [])
    assert {*rows_of("signup_request", "code_guesses")} <= {(0,), (1,)}
    assert {*rows_of("restoration", "restored_size")} <= {(93,), (1,)}


def fill_tables() -> None:
    """Insert a row into each changed table, and into the tables that it refers to."""
    add("role", name="owner", permissions="read,write")
    add("purpose", kind="newsletter")
    add("mailing_list")
    add("list_purpose")
    add("campaign", status="draft")
    add("delivery_batch", accepted=0, deferred=0, refused=0, skipped=0, uncertain=0)
    add("signup_request")


def add(name: str, /, **values: Any) -> None:
    """Insert a row into an existing table, with a value in each required column."""
    with db.engine.begin() as connection:
        if not sa.inspect(connection).has_table(name):
            return
        table = sa.Table(name, sa.MetaData(), autoload_with=connection)
        plain = {
            column.name: next(
                value for kind, value in PLAIN.items() if isinstance(column.type, kind)
            )
            for column in table.columns
            if not column.nullable and column.server_default is None
        }
        given = {key: value for key, value in values.items() if key in table.columns}
        connection.execute(table.insert().values({**plain, **given}))


def rows_of(table: str, *columns: str) -> list[tuple[Any, ...]]:
    """Return the rows of a table."""
    names = [sa.column(name) for name in columns or ("id", "name", "permissions")]
    with db.engine.connect() as connection:
        return [
            tuple(row) for row in connection.execute(sa.select(*names).select_from(sa.table(table)))
        ]
