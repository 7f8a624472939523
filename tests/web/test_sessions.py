"""The session cookie: the texts of Flask, written quicker."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from markupsafe import Markup

from supporters.web.sessions import Sessions
from tests.factories.lists import make_list

NOW = datetime(2026, 11, 28, 21, tzinfo=UTC)
CONTENTS = [
    {},
    {"csrf_token": "a" * 40, "asked": [1, 2], "asked-at": 7, "is_new": True, "nothing": None},
    {"moment": NOW, "id": UUID(int=7), "raw": b"\0", "pair": (1, 2), "words": Markup("<b>")},
    {"_flashes": [("success", "Fait.")], "nested": {"pair": (1, (2, 3))}},
    {" t": "no tag", "looks": {" t": "like one"}, "text": '{" b":"eA=="}'},
    {"long": "word " * 400},
]
EACH = pytest.mark.parametrize("content", CONTENTS)


@EACH
def test_a_cookie_has_the_text_of_flask(app: Flask, content: dict[str, Any]) -> None:
    with app.app_context():
        text = Sessions.serializer.dumps(content)
        assert text == SecureCookieSessionInterface.serializer.dumps(content)
        assert Sessions.serializer.loads(text) == content


@EACH
def test_flask_and_we_read_the_cookies_of_each_other(app: Flask, content: dict[str, Any]) -> None:
    ours = Sessions().get_signing_serializer(app)
    flasks = SecureCookieSessionInterface().get_signing_serializer(app)
    assert ours is not None
    assert flasks is not None
    with app.app_context():
        assert ours.loads(flasks.dumps(content)) == content
        assert flasks.loads(ours.dumps(content)) == content


def test_only_a_long_cookie_is_compressed(app: Flask) -> None:
    serializer = Sessions().get_signing_serializer(app)
    assert serializer is not None
    with app.app_context():
        assert not serializer.dumps({"short": "word " * 100}).startswith(".")
        assert len(serializer.dumps({"long": "word " * 400})) < 300


def test_an_altered_cookie_is_no_session(client: FlaskClient) -> None:
    make_list()
    client.get("/fr/join/national")
    cookie = client.get_cookie("session", domain="localhost")
    assert cookie is not None
    with client.session_transaction() as session:
        first = session["csrf_token"]
    client.set_cookie("session", f"{cookie.value[:-3]}AAA", domain="localhost")
    client.get("/fr/join/national")
    with client.session_transaction() as session:
        assert session["csrf_token"] != first
