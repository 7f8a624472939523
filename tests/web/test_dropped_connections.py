"""An answer that is ready leaves, even if the database has dropped the connection meanwhile."""

from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import text

from supporters.config import Settings
from supporters.database import db
from tests.machinery.databases import PostgresServer

PAGE = "/dropped"


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_page_is_answered_when_its_connection_is_gone_at_the_end(
    app: Flask, settings: Settings, postgres: PostgresServer
) -> None:
    def read_and_lose() -> str:
        found = db.session.scalar(text("SELECT 'it was read'"))
        postgres.end_sessions(urlsplit(settings.database_url).path.strip("/"))
        return str(found)

    app.add_url_rule(PAGE, view_func=read_and_lose)
    answers = [app.test_client().get(PAGE) for _ in range(3)]
    assert [(each.status_code, each.text) for each in answers] == [(200, "it was read")] * 3
