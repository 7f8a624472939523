"""The token of a browser's forms is that of Flask-WTF."""

import pytest
from flask import Flask, session
from flask_wtf.csrf import generate_csrf

from supporters.web.forms import is_csrf_token


@pytest.fixture(autouse=True)
def _in_a_request(app: Flask) -> object:
    with app.test_request_context():
        yield


def test_a_browser_has_its_own_token() -> None:
    assert is_csrf_token(generate_csrf())


@pytest.mark.parametrize("token", [None, "", "x", "x.y.z"])
def test_rubbish_is_no_token(token: str | None) -> None:
    generate_csrf()
    assert not is_csrf_token(token)


def test_the_token_of_another_browser_is_refused() -> None:
    token = generate_csrf()
    session["csrf_token"] = "another browser"
    assert not is_csrf_token(token)


def test_a_browser_without_a_session_has_no_token() -> None:
    token = generate_csrf()
    session.clear()
    assert not is_csrf_token(token)
