"""Errors inside the console look like the console: with its menu and its own words."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from supporters.database import db, transaction
from tests.factories.accounts import csrf_token_on

MENU = 'aria-label="Console"'


def test_an_unknown_page_keeps_the_menu_and_its_own_words(owner_client: FlaskClient) -> None:
    for path in ("/console/nowhere", "/console/imports/404"):
        answer = owner_client.get(path)
        assert (answer.status_code, MENU in answer.text) == (404, True)
        assert "de l’e-mail" not in answer.text
        assert "mailto:" not in answer.text


def test_a_page_without_the_right_keeps_the_menu(organiser_client: FlaskClient) -> None:
    answer = organiser_client.get("/console/imports")
    assert (answer.status_code, MENU in answer.text) == (403, True)


def test_a_request_that_is_too_large_keeps_the_menu(owner_client: FlaskClient) -> None:
    token = csrf_token_on(owner_client, "/console/people")
    form = {"csrf_token": token, "name": "x" * 600_000}
    answer = owner_client.post("/console/lists/new", data=form)
    assert (answer.status_code, MENU in answer.text) == (413, True)


@pytest.mark.parametrize("path", ["/console/nowhere", "/consoles", "/fr/nowhere"])
def test_a_stranger_sees_the_page_of_the_public_site(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, MENU in answer.text) == (404, False)


def test_the_page_needs_nothing_that_its_menu_counts(owner_client: FlaskClient) -> None:
    with transaction():
        db.session.execute(text("ALTER TABLE privacy_case RENAME TO elsewhere"))
    answer = owner_client.get("/console/nowhere")
    assert (MENU in answer.text, "<h1" in answer.text) == (False, True)
