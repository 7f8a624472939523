"""A database that goes away in the middle of a page: a page says so, and no fault of ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine

from supporters.config import Settings
from supporters.database import db
from tests.factories.accounts import make_owner, sign_in
from tests.servers.postgres import PostgresServer

END = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{0}'"
PAGES = {"/console/": 503, "/console/sign-in": 503, "/fr/": 503, "/fr/no-such-page": 404}
STATEMENTS = (1, 2, 3, 4)  # those that read the account are among them


@contextmanager
def without_database(url: str, server: str, *, from_statement: int) -> Iterator[list[str]]:
    """Take the database away at a statement within the block; yield the statements until then."""
    name, begun = urlsplit(url).path.strip("/"), list[str]()
    with psycopg.connect(server, autocommit=True) as admin:

        def count(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
            begun.append(statement)
            if len(begun) == from_statement:
                admin.execute(END.format(name).encode())
                admin.execute(f'ALTER DATABASE "{name}" RENAME TO "{name}_away"'.encode())

        event.listen(Engine, "before_cursor_execute", count)
        try:
            yield begun
        finally:
            event.remove(Engine, "before_cursor_execute", count)
            if len(begun) >= from_statement:
                admin.execute(f'ALTER DATABASE "{name}_away" RENAME TO "{name}"'.encode())


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_database_that_is_gone_is_said_wherever_a_page_notices_it(
    app: Flask, settings: Settings, postgres: PostgresServer
) -> None:
    browser = sign_in(app, make_owner("owner@parti.example"))
    app.testing = False  # a failure of an error page must not end the test, but be seen
    server, answers = postgres.url("postgres"), dict[tuple[str, int], int]()
    for page, expected in PAGES.items():
        for number in STATEMENTS:
            db.session.remove()
            assert browser.get("/console/").status_code == 200  # still signed in
            with without_database(settings.database_url, server, from_statement=number) as begun:
                answer = browser.get(page)
                if len(begun) >= number and answer.status_code != expected:
                    answers[page, number] = answer.status_code
    assert not answers
