"""Sign-ups that a tablet encrypted are opened by us alone, across a rotation of the keys."""

import base64
import json
import os

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from supporters.signup.encrypted_signups import (
    CURVE,
    NAME_BYTES,
    SignupUnreadable,
    StallKeys,
    _derive,
    _point,
)

OLD, NEW = "o" * 20 + "ld" * 10, "n" * 20 + "ew" * 10
FIELDS = {"email": "ada@example.org", "given_name": "Zoë"}


def encrypt(fields: object, public_key: str) -> str:
    """Return what the tablet keeps."""
    named = base64.b64decode(public_key)
    name, theirs = named[:NAME_BYTES], named[NAME_BYTES:]
    own = ec.generate_private_key(CURVE)
    point = _point(own.public_key())
    secret = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, theirs))
    nonce = os.urandom(12)
    encrypted = AESGCM(_derive(secret, point)).encrypt(nonce, json.dumps(fields).encode(), name)
    return base64.b64encode(name + point + nonce + encrypted).decode()


def test_what_was_encrypted_for_us_is_opened() -> None:
    keys = StallKeys([NEW])
    encrypted = encrypt(FIELDS, keys.public_key)
    assert "ada" not in base64.b64decode(encrypted).decode("latin-1")
    assert keys.open(encrypted) == FIELDS


def test_it_is_opened_after_a_rotation_and_not_after_the_key_is_gone() -> None:
    encrypted = encrypt(FIELDS, StallKeys([OLD]).public_key)
    assert StallKeys([NEW, OLD]).open(encrypted) == FIELDS
    with pytest.raises(SignupUnreadable):
        StallKeys([NEW]).open(encrypted)


def test_the_public_key_is_the_same_in_each_process() -> None:
    assert StallKeys([NEW]).public_key == StallKeys([NEW, OLD]).public_key


def test_an_altered_byte_is_noticed_wherever_it_is() -> None:
    keys = StallKeys([NEW])
    raw = bytearray(base64.b64decode(encrypt(FIELDS, keys.public_key)))
    for place in range(len(raw)):
        altered = bytes([*raw[:place], raw[place] ^ 1, *raw[place + 1 :]])
        with pytest.raises(SignupUnreadable):
            keys.open(base64.b64encode(altered).decode())


@pytest.mark.parametrize("encrypted", ["", "é", "====", "AAAA", "A" * 200])
def test_nonsense_is_refused(encrypted: str) -> None:
    with pytest.raises(SignupUnreadable):
        StallKeys([NEW]).open(encrypted)


def test_only_fields_are_taken() -> None:
    keys = StallKeys([NEW])
    with pytest.raises(SignupUnreadable):
        keys.open(encrypt(["ada@example.org"], keys.public_key))
