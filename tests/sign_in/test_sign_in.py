"""Flask-Security serves three pages, uses argon2, and has no other way to sign in."""

import dataclasses

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters import create_app
from supporters.config import Settings
from tests.factories.accounts import PASSWORD, csrf_token_on, make_organiser, sign_in

SIGN_IN = "/console/sign-in"


def test_only_the_pages_that_we_use_are_served(app: Flask) -> None:
    served = {
        (rule.rule, *sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("security.")
    }
    assert served == {
        ("/console/sign-in", "GET", "POST"),
        ("/console/sign-out", "POST"),
        ("/console/password", "GET", "POST"),
    }


def test_a_password_is_stored_as_an_argon2_hash(app: Flask) -> None:
    assert str(make_organiser().password).startswith("$argon2id$")


def test_a_token_in_the_request_signs_nobody_in(app: Flask) -> None:
    token, client = make_organiser().get_auth_token(), app.test_client()
    for request in (
        {"query_string": {"auth_token": token}},
        {"headers": {"Authentication-Token": token}},
        {"json": {"auth_token": token}},
    ):
        assert client.get("/console/", **request).status_code in {302, 401}


def test_a_program_gets_the_same_page_and_no_token(client: FlaskClient) -> None:
    make_organiser("org@parti.example")
    headers = {"X-CSRFToken": csrf_token_on(client, SIGN_IN), "Accept": "application/json"}
    typed = {"email": "org@parti.example", "password": PASSWORD}
    response = client.post(f"{SIGN_IN}?include_auth_token", json=typed, headers=headers)
    assert response.content_type == "text/html; charset=utf-8"
    assert "authentication_token" not in response.text


@pytest.fixture
def https(settings: Settings) -> Flask:
    """Return the application as visitors reach it over TLS."""
    return create_app(dataclasses.replace(settings, base_url="https://supporters.example"))


def test_the_session_cookie_is_limited_to_this_host_and_tls(https: Flask) -> None:
    with https.app_context():
        page = https.test_client().get(SIGN_IN, base_url="https://supporters.example")
    cookie = page.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {*cookie.split("; ")}
    assert "Domain" not in cookie


def test_every_sign_in_has_its_own_session(app: Flask) -> None:
    organiser = make_organiser()
    first, second = sign_in(app, organiser), sign_in(app, organiser)
    assert first.get_cookie("session") != second.get_cookie("session")
    assert {each.get("/console/").status_code for each in (first, second)} == {200}
