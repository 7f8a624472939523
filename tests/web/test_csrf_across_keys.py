"""A form that was opened before a rotation of the keys, or on a machine behind it, is taken."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import session
from flask_wtf.csrf import generate_csrf

from supporters import create_app
from supporters.config import Settings
from supporters.database import db
from supporters.web.forms import is_csrf_token

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


def token_of(settings: Settings, keys: tuple[str, ...]) -> str:
    """Return the token of a form that was opened with these keys."""
    with browser(settings, keys):
        return str(generate_csrf())


@pytest.mark.parametrize(("opened", "sent"), [("first", "second"), ("second", "first")])
def test_a_form_crosses_machines_in_the_middle_of_a_rotation(
    settings: Settings, opened: str, sent: str
) -> None:
    token = token_of(settings, ROUNDS[opened])
    with browser(settings, ROUNDS[sent]):
        assert is_csrf_token(token)


def test_a_form_of_a_key_that_was_dropped_is_refused(settings: Settings) -> None:
    token = token_of(settings, ROUNDS["first"])
    with browser(settings, ROUNDS["later"]):
        assert not is_csrf_token(token)
