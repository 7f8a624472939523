"""The keys that hash personal data: made once each, and encrypted with the secret key."""

from datetime import datetime

from flask import current_app
from sqlalchemy import select

from supporters import clock
from supporters.crypto.encryption import DecryptionFailed
from supporters.database import db, in_transaction, transaction
from supporters.extensions import current_encryptor
from supporters.people.models import DataKey

ADDRESSES = "addresses"


def data_key(name: str) -> bytes:
    """Return one of the installation's own random keys: 32 bytes.

    All are opened at once, so a process that started before a rotation of the secret keys works.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined] # a tenth of the time
    cache: dict[str, bytes] = app.extensions.setdefault("data_keys", {})
    if name not in cache:
        rows = db.session.scalars(select(DataKey)).all()
        cache.update({row.name: current_encryptor().decrypt(row.encrypted) for row in rows})
    return cache[name]


def find_data_key(name: str) -> bytes | None:
    """Return the data key with a name that not every installation has."""
    row = db.session.get(DataKey, name)
    return None if row is None else current_encryptor().decrypt(row.encrypted)


def find_key_time(name: str) -> datetime | None:
    """Return when a data key was first stored."""
    return db.session.scalar(select(DataKey.created_at).where(DataKey.name == name))


@in_transaction
def store_data_key(name: str, value: bytes) -> None:
    """Encrypt a value under the secret keys, in the place of an earlier one with this name."""
    row = db.session.get(DataKey, name, with_for_update=True)
    if row is None:
        row = DataKey(name=name, created_at=clock.now())
        db.session.add(row)
    row.encrypted = current_encryptor().encrypt(value)


def can_open_data_keys() -> bool:
    """Tell whether the secret keys open every data key."""
    try:
        for row in db.session.scalars(select(DataKey)):
            current_encryptor().decrypt(row.encrypted)
    except DecryptionFailed:
        return False
    return True


def list_keys_of_data() -> list[str | None]:
    """Return the fingerprint of the secret key that opens each data key, or None."""
    return [
        current_encryptor().find_key(row.encrypted) for row in db.session.scalars(select(DataKey))
    ]


def reencrypt_data_keys() -> int:
    """Encrypt every data key with the newest secret key; return how many there are."""
    with transaction():
        rows = db.session.scalars(select(DataKey).with_for_update()).all()
        for row in rows:
            row.encrypted = current_encryptor().reencrypt(row.encrypted)
    return len(rows)
