"""The waiting page: keeps all fields, sends them again, and is never shown to other requests."""

import dataclasses
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from supporters.config import Settings
from supporters.database import db, transaction
from supporters.fast_path.site_edition import CachedValues
from supporters.queue_wait import QUEUE_WAIT
from supporters.signup.models import SignupRequest
from supporters.web.public.waiting_page import wait_seconds
from tests.factories.lists import make_list
from tests.machinery.statements import statements
from tests.web.public.pages import box_values, hidden_values, inputs_of

pytestmark = pytest.mark.usefixtures("one_minute")

PAGE = "/fr/join/national"
TYPED = {"email": "camille@example.org", "given_name": 'L’autre "<b>Camille', "is_15": "y"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings that allow a network one sign-up a minute, and the site sixty."""
    return dataclasses.replace(settings, signup_rate=1)


@pytest.fixture
def fields(client: FlaskClient) -> dict[str, str]:
    """Return the filled-in fields of an open page."""
    make_list()
    html = client.get(PAGE).text
    return {**hidden_values(html), **box_values(html), **TYPED}


@pytest.fixture
def late() -> Iterator[None]:
    """Let each request have waited for three seconds."""
    before = QUEUE_WAIT.set(3)
    yield
    QUEUE_WAIT.reset(before)


@contextmanager
def unreachable_table() -> Iterator[None]:
    """Let the database refuse each signup for the block."""
    _rename("signup_request", "elsewhere")
    yield
    _rename("elsewhere", "signup_request")


def _rename(old: str, new: str) -> None:
    with transaction():
        db.session.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))


def count_requests() -> int:
    """Return how many signup requests are stored."""
    db.session.rollback()
    return db.session.query(SignupRequest).count()


def fill_site(client: FlaskClient, fields: dict[str, str]) -> None:
    """Use up what the whole site may take in this minute, from other networks."""
    for number in range(60):
        other = {**fields, "email": f"a{number}@host{number}.example"}
        client.post(PAGE, data=other, environ_base={"REMOTE_ADDR": f"203.0.{number}.1"})


def test_a_signup_that_the_database_refuses_keeps_what_was_typed(
    client: FlaskClient, fields: dict[str, str]
) -> None:
    with unreachable_table():
        response = client.post(PAGE, data=fields)
    assert response.status_code == 503
    kept = hidden_values(response.text)
    assert kept == {**fields, "waited": "1"}
    again = client.post(PAGE, data=kept, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert again.status_code == 303
    assert count_requests() == 1


def test_the_page_needs_nothing_of_the_database(
    app: Flask, client: FlaskClient, fields: dict[str, str]
) -> None:
    cached_values = app.extensions["cached_values"]
    app.extensions["cached_values"] = CachedValues()  # as a process that has just started
    _rename("site_edition", "elsewhere")
    response = client.post(PAGE, data=fields)
    _rename("elsewhere", "site_edition")
    app.extensions["cached_values"] = cached_values
    assert response.status_code == 503
    assert hidden_values(response.text) == {**fields, "waited": "1"}


def test_kept_text_is_escaped(client: FlaskClient, fields: dict[str, str]) -> None:
    fields['"><script>'] = '"><script>alert(1)</script>'
    with unreachable_table():
        response = client.post(PAGE, data=fields)
    assert "<script>" not in response.text
    assert "alert(1)" in response.text


def test_the_address_is_escaped_and_may_break_before_its_sign(
    client: FlaskClient, fields: dict[str, str]
) -> None:
    fields["email"] = "d&g@example.org"
    with unreachable_table():
        response = client.post(PAGE, data=fields)
    assert "d&amp;g<wbr>@example.org</strong>" in response.text


def test_a_full_network_gets_the_page_with_429(client: FlaskClient, fields: dict[str, str]) -> None:
    statuses = [client.post(PAGE, data=fields).status_code for _ in range(2)]
    assert statuses == [303, 429]
    response = client.post(PAGE, data=fields)
    assert hidden_values(response.text)["email"] == TYPED["email"]
    assert "votre réseau" in response.text


def test_a_full_site_gets_the_page_with_503(client: FlaskClient, fields: dict[str, str]) -> None:
    fill_site(client, fields)
    response = client.post(PAGE, data=fields)
    assert response.status_code == 503
    assert 'data-seconds="' in response.text
    assert count_requests() == 60


def test_each_try_waits_longer(client: FlaskClient, fields: dict[str, str]) -> None:
    client.post(PAGE, data=fields)
    first = client.post(PAGE, data=fields)
    later = client.post(PAGE, data={**hidden_values(first.text), "waited": "12"})
    assert 5 <= int(first.headers["Retry-After"]) <= 20
    assert 40 <= int(later.headers["Retry-After"]) <= 60
    assert hidden_values(later.text)["waited"] == "13"


def test_a_made_up_number_of_tries_begins_anew(client: FlaskClient, fields: dict[str, str]) -> None:
    client.post(PAGE, data=fields)
    for made_up in ("-3", "9" * 400, "²", "x"):
        response = client.post(PAGE, data={**fields, "waited": made_up})
        assert hidden_values(response.text)["waited"] == "1"


def test_waits_grow_and_differ_and_have_an_end() -> None:
    assert [wait_seconds(0, spread) for spread in (0, 0.5, 1)] == [5, 12, 20]
    assert [wait_seconds(tries, 0.5) for tries in (1, 2, 3, 99)] == [19, 28, 42, 50]
    assert wait_seconds(99, 1) == 60


def test_a_signup_that_waited_too_long_is_refused_before_any_read(
    client: FlaskClient, fields: dict[str, str], late: None
) -> None:
    client.get("/fr/")  # the schema is checked once
    with statements() as sent:
        response = client.post(PAGE, data=fields)
    assert response.status_code == 503
    assert hidden_values(response.text) == {**fields, "waited": "1"}
    assert sent == []


def test_pages_that_waited_long_are_shown(
    client: FlaskClient, fields: dict[str, str], late: None
) -> None:
    assert [client.get(page).status_code for page in (PAGE, "/fr/")] == [200, 200]


def test_a_form_without_its_token_is_sent_by_a_person_only(
    client: FlaskClient, fields: dict[str, str], late: None
) -> None:
    response = client.post(PAGE, data={**fields, "csrf_token": "made up"})
    assert response.status_code == 503
    assert "data-seconds" not in response.text
    assert "waiting.js" not in response.text
    assert re.search(r"<button[^>]*>\s*Renvoyer", response.text)


def test_other_forms_keep_their_error_page(client: FlaskClient, fields: dict[str, str]) -> None:
    client.post(PAGE, data=fields)
    check = {**hidden_values(client.get(f"{PAGE}/check").text), "code": "123456"}
    with unreachable_table():
        answer = client.post(f"{PAGE}/check", data=check)
    assert answer.status_code == 503
    assert "waited" not in inputs_of(answer.text)


def test_the_page_is_kept_nowhere(client: FlaskClient, fields: dict[str, str]) -> None:
    with unreachable_table():
        response = client.post(PAGE, data=fields)
    assert response.headers["Cache-Control"] == "no-store"
    with client.session_transaction() as session:
        assert {*session} <= {"csrf_token", "_fresh"}
