"""The error pages: clear, without details, and plain when the application fails."""

from io import BytesIO, StringIO
from urllib.parse import urlsplit
from wsgiref.handlers import SimpleHandler

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from supporters.config import Settings
from supporters.database import db, transaction
from supporters.web import Front
from tests.factories.lists import make_list
from tests.machinery.exhausted_pool import exhausted_pool
from tests.servers.postgres import PostgresServer
from tests.web.public.pages import box_values, hidden_values

PAGE = "/fr/join/national"
DROPPED = "/dropped"
BEGIN = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "SERVER_PROTOCOL": "HTTP/1.1"}


def fill_in(client: FlaskClient) -> dict[str, str]:
    """Return the fields of the signup page, filled in."""
    html = client.get(PAGE).text
    fields = {**hidden_values(html), **box_values(html)}
    return {**fields, "email": "camille@example.org", "is_15": "y"}


def served_by(front: Front) -> str:
    """Return the whole answer as a server that keeps to PEP 3333 sends it."""
    sent = BytesIO()
    SimpleHandler(BytesIO(), sent, StringIO(), BEGIN).run(front)
    return sent.getvalue().decode()


def fail(*_ignored: object) -> None:
    """Fail as the end of a request may."""
    raise RuntimeError


def test_a_database_that_is_gone_is_said_and_nothing_of_it_is_shown(client: FlaskClient) -> None:
    make_list()
    fields = fill_in(client)
    with transaction():
        db.session.execute(text("ALTER TABLE outbox_email RENAME TO elsewhere"))
    response = client.post(PAGE, data=fields)
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert "no such table" not in response.text
    assert "Traceback" not in response.text


def test_logs_of_a_failure_hold_no_address(
    capsys: pytest.CaptureFixture[str], client: FlaskClient
) -> None:
    make_list()
    fields = fill_in(client)
    with transaction():
        db.session.execute(text("ALTER TABLE outbox_email RENAME TO elsewhere"))
    client.post(PAGE, data=fields)
    logged = capsys.readouterr().err
    assert "database_unavailable" in logged
    assert "camille" not in logged


def test_a_page_without_a_free_connection_asks_for_a_minute(client: FlaskClient) -> None:
    make_list()
    with exhausted_pool():
        response = client.get("/en/", headers={"Accept-Language": "en"})
    assert response.status_code == 503
    assert response.headers["Retry-After"]


def test_a_wrong_method_is_a_page_too(client: FlaskClient) -> None:
    response = client.post("/fr/privacy")
    assert response.status_code == 405
    assert "<h1" in response.text


def test_too_large_a_form_is_refused(client: FlaskClient) -> None:
    make_list()
    response = client.post(PAGE, data={"email": "x" * 600_000})
    assert response.status_code == 413


def test_a_wrong_host_learns_where_we_are(app: Flask) -> None:
    response = app.test_client().get("/", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert "http://localhost" in response.text


@pytest.mark.parametrize("browser", ["en-US", "fr"])
def test_an_address_without_a_page_answers_in_its_own_language(
    client: FlaskClient, browser: str
) -> None:
    response = client.get("/en/no-such-page", headers={"Accept-Language": browser})
    assert response.status_code == 404
    assert "This page doesn’t exist" in response.text
    assert '<html lang="en"' in response.text


def test_an_address_that_names_no_language_answers_in_that_of_the_browser(
    client: FlaskClient,
) -> None:
    response = client.get("/zz/no-such-page", headers={"Accept-Language": "fr"})
    assert (response.status_code, '<html lang="fr"' in response.text) == (404, True)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_page_is_answered_when_its_connection_is_gone_at_the_end(
    app: Flask, settings: Settings, postgres: PostgresServer
) -> None:
    def read_and_lose() -> str:
        found = db.session.scalar(text("SELECT 'it was read'"))
        postgres.end_sessions(urlsplit(settings.database_url).path.strip("/"))
        return str(found)

    app.add_url_rule(DROPPED, view_func=read_and_lose)
    answers = [app.test_client().get(DROPPED) for _ in range(3)]
    assert [(each.status_code, each.text) for each in answers] == [(200, "it was read")] * 3


@pytest.mark.parametrize("moment", ["before_request", "teardown_request"])
def test_a_failure_at_any_moment_is_an_apology(settings: Settings, moment: str) -> None:
    app = Flask(__name__)
    app.config["PROPAGATE_EXCEPTIONS"] = True  # as if the error page failed as well
    app.add_url_rule("/", view_func=lambda: "a page")
    getattr(app, moment)(fail)
    answer = served_by(Front(app, settings, {}))
    assert answer.startswith("HTTP/1.0 500 ")
    assert "Réessayez dans quelques minutes" in answer
    assert "a page" not in answer
