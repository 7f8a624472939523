"""Encrypts content that must stay unreadable in a stolen database, and makes keyed hashes.

Fernet (AES-CBC with HMAC) from the cryptography package. The newest key encrypts, every key
decrypts, so keys can be rotated.
"""

import base64
from collections.abc import Sequence
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class DecryptionFailed(Exception):
    """The bytes were altered, or encrypted with a key that we don't have."""


def _fernet(secret_key: str) -> Fernet:
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"supporters.sealing")
    return Fernet(base64.urlsafe_b64encode(derive.derive(secret_key.encode())))


def fingerprint(secret_key: str) -> str:
    """Return eight characters that tell keys apart and reveal nothing about the key."""
    derive = HKDF(algorithm=hashes.SHA256(), length=4, salt=None, info=b"supporters.fingerprint")
    return derive.derive(secret_key.encode()).hex()


class Encryptor:
    """Encrypts and decrypts bytes with keys derived from the secret keys, newest first."""

    def __init__(self, secret_keys: Sequence[str]) -> None:
        self._each = {fingerprint(key): _fernet(key) for key in secret_keys}
        self._fernets = MultiFernet([*self._each.values()])

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """The fingerprints of the keys, newest first."""
        return tuple(self._each)

    def encrypt(self, plain: bytes) -> bytes:
        """Return the encrypted bytes."""
        return self._fernets.encrypt(plain)

    def decrypt(self, encrypted: bytes) -> bytes:
        """Return the plain bytes. Raises DecryptionFailed."""
        try:
            return self._fernets.decrypt(encrypted)
        except InvalidToken as error:
            raise DecryptionFailed from error

    def find_key(self, encrypted: bytes) -> str | None:
        """Return the fingerprint of the key that decrypts the bytes; None if none does."""
        for name, fernet in self._each.items():
            try:
                fernet.decrypt(encrypted)
            except InvalidToken:
                continue
            return name
        return None

    def reencrypt(self, encrypted: bytes) -> bytes:
        """Return the same content encrypted with the newest key. Raises DecryptionFailed."""
        try:
            return self._fernets.rotate(encrypted)
        except InvalidToken as error:
            raise DecryptionFailed from error


def keyed_hash(key: bytes, label: str, value: str) -> bytes:
    """Return the 32 bytes of HMAC-SHA-256 over the value, different for each label (RFC 2104)."""
    begun = _begin(key).copy()
    begun.update(f"{label}\0{value}".encode())
    return begun.finalize()


@lru_cache(maxsize=32)
def _begin(key: bytes) -> HMAC:
    """Return the beginning that all hashes with a key share: half of the work of a short one."""
    return HMAC(key, hashes.SHA256())
