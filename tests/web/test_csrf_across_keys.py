"""A form that was opened before a rotation of the keys, or on a machine behind it, is taken."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import session
from flask_wtf.csrf import generate_csrf, validate_csrf
from wtforms import ValidationError

from supporters import create_app
from supporters.config import Settings
from supporters.database import db
from supporters.web.csrf_tokens import csrf_token, is_csrf_token

FORMER, NEWEST = "f" * 48, "n" * 48
ROUNDS = {"first": (FORMER, NEWEST), "second": (NEWEST, FORMER), "later": (NEWEST,)}
SECRET = "0123456789abcdef"


@contextmanager
def browser(settings: Settings, keys: tuple[str, ...]) -> Iterator[None]:
    """Be in a request of one browser to a machine with these keys."""
    app = create_app(dataclasses.replace(settings, secret_keys=keys))
    with app.test_request_context():
        session["csrf_token"] = SECRET
        yield
    with app.app_context():
        db.engine.dispose()


def tokens(settings: Settings, keys: tuple[str, ...]) -> list[str]:
    """Return the token of our busy pages, and that of all others."""
    found = []
    for make in (csrf_token, generate_csrf):
        with browser(settings, keys):
            found.append(make())
    return found


def is_taken(token: str) -> bool:
    """Tell whether both checks take a token."""
    try:
        validate_csrf(token)
    except ValidationError:
        return False
    return is_csrf_token(token)


@pytest.mark.parametrize(("opened", "sent"), [("first", "second"), ("second", "first")])
def test_a_form_crosses_machines_in_the_middle_of_a_rotation(
    settings: Settings, opened: str, sent: str
) -> None:
    for token in tokens(settings, ROUNDS[opened]):
        with browser(settings, ROUNDS[sent]):
            assert is_taken(token)


def test_a_form_of_a_key_that_was_dropped_is_refused(settings: Settings) -> None:
    for token in tokens(settings, ROUNDS["first"]):
        with browser(settings, ROUNDS["later"]):
            assert not is_taken(token)
