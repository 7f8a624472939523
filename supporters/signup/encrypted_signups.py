"""Opens the sign-ups that a tablet encrypted while it had no network.

The tablet at a stall knows only our public key, so nobody who finds it can read the addresses that
it stores. The scheme is that of ECIES (SEC 1, section 5.1) with P-256, HKDF-SHA-256 (RFC 5869) and
AES-256-GCM, all of which browsers have (Web Cryptography API). The keys follow from the secret keys
of the installation, so that they rotate with them.

An encrypted sign-up is, in base64: the fingerprint of our key (4 bytes), the public key of the
tablet for this sign-up (65), the nonce (12), and the encrypted JSON.
"""

import base64
import binascii
import json
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from supporters.crypto.encryption import fingerprint

CURVE = ec.SECP256R1()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (SEC 2)
NAME_BYTES, POINT_BYTES, NONCE_BYTES, KEY_BYTES = 4, 65, 12, 32
SCALAR_BYTES = 48  # half more than the order has, so that no key is likelier than another
INFO = b"supporters.stall"


class SignupUnreadable(Exception):
    """An encrypted sign-up was altered, or encrypted for a key that we no longer have."""


class StallKeys:
    """The keys of the stall, newest first; each follows from a secret key."""

    def __init__(self, secret_keys: Sequence[str]) -> None:
        self._keys = {bytes.fromhex(fingerprint(key)): _private_key(key) for key in secret_keys}

    @property
    def public_key(self) -> str:
        """The newest public key in base64, with its fingerprint before it."""
        name, key = next(iter(self._keys.items()))
        return base64.b64encode(name + _point(key.public_key())).decode()

    def open(self, encrypted: str) -> dict[str, object]:
        """Return the fields of an encrypted sign-up. Raises SignupUnreadable."""
        try:
            raw = base64.b64decode(encrypted, validate=True)
            name, rest = raw[:NAME_BYTES], raw[NAME_BYTES:]
            point, rest = rest[:POINT_BYTES], rest[POINT_BYTES:]
            nonce, ciphertext = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
            tablet = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
            secret = self._keys[name].exchange(ec.ECDH(), tablet)
            plain = AESGCM(_derive(secret, point)).decrypt(nonce, ciphertext, name)
            fields = json.loads(plain)
        except (binascii.Error, KeyError, ValueError, RecursionError, InvalidTag) as error:
            raise SignupUnreadable from error
        if not isinstance(fields, dict):
            raise SignupUnreadable
        return fields


def _private_key(secret_key: str) -> ec.EllipticCurvePrivateKey:
    derive = HKDF(algorithm=hashes.SHA256(), length=SCALAR_BYTES, salt=None, info=INFO)
    number = int.from_bytes(derive.derive(secret_key.encode()))
    return ec.derive_private_key(number % (ORDER - 1) + 1, CURVE)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derive(secret: bytes, point: bytes) -> bytes:
    """Return the key of one sign-up; the tablet derives the same (RFC 5869)."""
    derive = HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=point, info=INFO)
    return derive.derive(secret)
