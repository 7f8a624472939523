"""The sign-in page of `make run` shows the account of the sample party, and no other one does."""

import dataclasses

from flask import Flask
from flask.testing import FlaskClient

from supporters import create_app
from supporters.config import Settings
from supporters.database import db
from supporters.development.sample_party import OWNER_EMAIL, OWNER_PASSWORD
from tests.factories.accounts import make_owner

SIGN_IN = "/console/sign-in"


def test_the_sign_in_page_shows_the_sample_owner(client: FlaskClient) -> None:
    make_owner(OWNER_EMAIL)
    page = client.get(SIGN_IN).text
    assert OWNER_EMAIL in page
    assert OWNER_PASSWORD in page


def test_without_the_sample_party_no_account_is_shown(client: FlaskClient) -> None:
    assert OWNER_PASSWORD not in client.get(SIGN_IN).text


def test_production_shows_no_account(app: Flask, settings: Settings) -> None:
    make_owner(OWNER_EMAIL)
    production = create_app(dataclasses.replace(settings, is_development=False))
    page = production.test_client().get(SIGN_IN).text
    assert 'name="password"' in page
    assert OWNER_EMAIL not in page
    with production.app_context():
        db.engine.dispose()
