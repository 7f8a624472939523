"""Sign-ups that a tablet sealed are opened by us alone, across a rotation of the keys."""

import base64
import json
import os

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from supporters.signup.sealed_signups import (
    CURVE,
    NAME_BYTES,
    SealedUnreadable,
    StallKeys,
    _derive,
    _point,
)

OLD, NEW = "o" * 20 + "ld" * 10, "n" * 20 + "ew" * 10
FIELDS = {"email": "ada@example.org", "given_name": "Zoë"}


def seal(fields: object, public_key: str) -> str:
    """Return what the tablet keeps."""
    named = base64.b64decode(public_key)
    name, theirs = named[:NAME_BYTES], named[NAME_BYTES:]
    own = ec.generate_private_key(CURVE)
    point = _point(own.public_key())
    secret = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, theirs))
    nonce = os.urandom(12)
    encrypted = AESGCM(_derive(secret, point)).encrypt(nonce, json.dumps(fields).encode(), name)
    return base64.b64encode(name + point + nonce + encrypted).decode()


def test_what_was_sealed_for_us_is_opened() -> None:
    keys = StallKeys([NEW])
    sealed = seal(FIELDS, keys.public_key)
    assert "ada" not in base64.b64decode(sealed).decode("latin-1")
    assert keys.open(sealed) == FIELDS


def test_it_is_opened_after_a_rotation_and_not_after_the_key_is_gone() -> None:
    sealed = seal(FIELDS, StallKeys([OLD]).public_key)
    assert StallKeys([NEW, OLD]).open(sealed) == FIELDS
    with pytest.raises(SealedUnreadable):
        StallKeys([NEW]).open(sealed)


def test_the_public_key_is_the_same_in_each_process() -> None:
    assert StallKeys([NEW]).public_key == StallKeys([NEW, OLD]).public_key


def test_an_altered_byte_is_noticed_wherever_it_is() -> None:
    keys = StallKeys([NEW])
    raw = bytearray(base64.b64decode(seal(FIELDS, keys.public_key)))
    for place in range(len(raw)):
        altered = bytes([*raw[:place], raw[place] ^ 1, *raw[place + 1 :]])
        with pytest.raises(SealedUnreadable):
            keys.open(base64.b64encode(altered).decode())


@pytest.mark.parametrize("sealed", ["", "é", "====", "AAAA", "A" * 200])
def test_nonsense_is_refused(sealed: str) -> None:
    with pytest.raises(SealedUnreadable):
        StallKeys([NEW]).open(sealed)


def test_only_fields_are_taken() -> None:
    keys = StallKeys([NEW])
    with pytest.raises(SealedUnreadable):
        keys.open(seal(["ada@example.org"], keys.public_key))
