"""The keys that sign now: read from the database again after some seconds, on every machine."""

from collections.abc import Callable, Sequence
from functools import partial

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_der_private_key
from flask import current_app
from sqlalchemy import select

from supporters import clock
from supporters.crypto.encryption import DecryptionFailed
from supporters.database import db, snapshot, use_case
from supporters.extensions import current_encryptor
from supporters.mail.dkim.models import DkimKey, KeyStatus
from supporters.mail.message.dkim_signing import SigningKey, SigningKeys, sign

READ_EVERY_SECONDS = 15.0
CACHE = "dkim_keys"


class SigningKeyUnreadable(Exception):
    """No secret key of this machine opens a key that signs: nothing may leave unsigned."""


def current_signer() -> Callable[[bytes], bytes]:
    """Return the function that signs a message. Raises SigningKeyUnreadable, DatabaseUnavailable.

    Without a key for its domain, a message stays as it is.
    """
    return partial(sign, keys=_current_keys())


def list_keys() -> Sequence[DkimKey]:
    """Return all keys, the newest first."""
    return db.session.scalars(select(DkimKey).order_by(DkimKey.id.desc())).all()


def open_key(key: DkimKey) -> RSAPrivateKey:
    """Return the private half of a key. Raises SigningKeyUnreadable."""
    try:
        # Encryption authenticates it; the checks of a key that others may have made take 30 ms.
        opened = load_der_private_key(
            current_encryptor().decrypt(key.encrypted or b""),
            None,
            unsafe_skip_rsa_key_validation=True,
        )
    except DecryptionFailed as error:
        raise SigningKeyUnreadable(key.selector) from error
    if not isinstance(opened, RSAPrivateKey):
        raise SigningKeyUnreadable(key.selector)
    return opened


def forget_keys() -> None:
    """Let this process read the keys again before it signs: one of them has changed."""
    current_app.extensions.pop(CACHE, None)


@use_case
def reencrypt_dkim_keys() -> int:
    """Encrypt the private keys with the newest secret key; return how many had another one."""
    newest = current_encryptor().fingerprints[0]
    rows = select(DkimKey).where(DkimKey.encrypted.is_not(None)).with_for_update()
    changed = 0
    for key in db.session.scalars(rows):
        if current_encryptor().find_key(key.encrypted or b"") not in {newest, None}:
            key.encrypted = current_encryptor().reencrypt(key.encrypted or b"")
            changed += 1
    return changed


def _current_keys() -> SigningKeys:
    cached: tuple[float, SigningKeys] | None = current_app.extensions.get(CACHE)
    if cached is None or clock.uptime() - cached[0] >= READ_EVERY_SECONDS:
        cached = current_app.extensions[CACHE] = (clock.uptime(), _read_keys())
    return cached[1]


def _read_keys() -> SigningKeys:
    with snapshot():
        active = db.session.scalars(select(DkimKey).where(DkimKey.status == KeyStatus.ACTIVE)).all()
        return {
            each.domain: SigningKey(each.domain, each.selector, open_key(each)) for each in active
        }
