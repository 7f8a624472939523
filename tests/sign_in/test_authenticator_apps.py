"""Authenticator apps: RFC 6238, encrypted secrets, growing waits."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from supporters import clock
from supporters.crypto.encryption import Encryptor
from supporters.database import db, transaction
from supporters.extensions import current_settings
from supporters.sign_in.one_time_codes import (
    AuthenticatorApp,
    find_app,
    find_step,
    provisioning_uri,
    reencrypt_app_secrets,
    spell_secret,
    wait_after,
)
from supporters.sign_in.second_factors import CodeResult, check_code
from tests.factories.accounts import make_organiser
from tests.factories.factors import code_of

SECRET = b"12345678901234567890"
RFC_6238 = {59: "287082", 1_111_111_109: "081804", 20_000_000_000: "353130"}
NEWER = "a newer secret key of this installation"


def make_app(encryptor: Encryptor) -> AuthenticatorApp:
    """Give an organiser an app whose secret is encrypted with a key."""
    organiser = make_organiser()
    with transaction():
        app = AuthenticatorApp(
            organiser_id=organiser.id,
            encrypted=encryptor.encrypt(SECRET),
            last_step=0,
            failures=0,
            added_at=clock.now(),
        )
        db.session.add(app)
    return app


@pytest.mark.parametrize("seconds", RFC_6238)
def test_codes_are_those_of_the_standard(seconds: int) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    assert find_step(SECRET, RFC_6238[seconds], moment) == seconds // 30


@pytest.mark.parametrize("code", ["", "28708", "2870822", "abcdef"])
def test_anything_else_is_no_code(code: str) -> None:
    assert find_step(SECRET, code, datetime.fromtimestamp(59, UTC)) is None


def test_a_secret_is_encrypted_and_survives_new_keys(app: Flask) -> None:
    keys = current_settings().secret_keys
    kept = make_app(Encryptor(keys))
    assert SECRET not in kept.encrypted
    assert base64.b32encode(SECRET) not in kept.encrypted
    app.extensions["encryptor"] = Encryptor((NEWER, *keys))
    assert check_code(kept.organiser_id, code_of(spell_secret(SECRET))) is CodeResult.APP
    assert reencrypt_app_secrets() == 1
    app.extensions["encryptor"] = Encryptor((NEWER,))
    found = find_app(kept.organiser_id)
    assert found is not None
    assert Encryptor((NEWER,)).decrypt(found.encrypted) == SECRET
    assert reencrypt_app_secrets() == 0


def test_a_secret_whose_key_is_lost_accepts_no_code(app: Flask) -> None:
    kept = make_app(Encryptor(("a key that is lost for ever and ever",)))
    assert check_code(kept.organiser_id, code_of(spell_secret(SECRET))) is CodeResult.WRONG
    assert reencrypt_app_secrets() == 0


def test_the_wait_doubles_up_to_an_hour() -> None:
    minutes = [wait_after(failures) // timedelta(minutes=1) for failures in (1, 5, 6, 7, 8, 11, 12)]
    assert minutes == [0, 0, 1, 2, 4, 32, 60]
    assert wait_after(10_000) == timedelta(hours=1)


def test_an_app_shows_the_party_and_the_account(app: Flask) -> None:
    uri = provisioning_uri(SECRET, "org@parti.example")
    assert uri.startswith("otpauth://totp/Parti%20de%20l%E2%80%99Exemple:org%40parti.example?")
    assert "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" in uri
