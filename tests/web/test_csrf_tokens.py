"""The token of a browser's forms: the same as that of Flask-WTF, which checks most forms."""

import pytest
from flask import Flask, g, session
from flask_wtf.csrf import generate_csrf, validate_csrf
from wtforms import ValidationError

from supporters.web.csrf_tokens import NAME, csrf_token, is_csrf_token

OTHER = "another browser"


@pytest.fixture(autouse=True)
def _in_a_request(app: Flask) -> object:
    with app.test_request_context():
        yield


def test_flask_wtf_takes_our_token() -> None:
    validate_csrf(csrf_token())


def test_we_take_the_token_of_flask_wtf() -> None:
    assert is_csrf_token(generate_csrf())


def test_a_page_has_one_token_whoever_asks_for_it() -> None:
    assert csrf_token() == generate_csrf() == csrf_token()


def test_a_browser_keeps_its_secret() -> None:
    token, secret = csrf_token(), session[NAME]
    g.pop(NAME)
    assert is_csrf_token(token)
    assert csrf_token()
    assert session[NAME] == secret


def test_two_browsers_have_different_secrets() -> None:
    csrf_token()
    first = session.pop(NAME)
    g.pop(NAME)
    csrf_token()
    assert session[NAME] != first


@pytest.mark.parametrize("token", [None, "", "x", "x.y.z"])
def test_rubbish_is_no_token(token: str | None) -> None:
    csrf_token()
    assert not is_csrf_token(token)


def test_the_token_of_another_browser_is_refused_by_both() -> None:
    token = csrf_token()
    session[NAME] = OTHER
    assert not is_csrf_token(token)
    with pytest.raises(ValidationError):
        validate_csrf(token)


def test_a_browser_without_a_session_has_no_token() -> None:
    token = csrf_token()
    session.clear()
    assert not is_csrf_token(token)
