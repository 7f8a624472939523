"""Whose record it is: a hash of the address that only its holder can open (ADR 137).

The secret in it follows from the salt of the person's records, and vanishes with it.
"""

import hashlib
from typing import Protocol

from supporters.consent.event_records import AnyEvent
from supporters.crypto.encryption import keyed_hash
from supporters.people.data_keys import data_key
from supporters.transparency_log.log_records import PEOPLE


class EventPerson(Protocol):
    """A person with what their events need: a row, or the facts of one."""

    @property
    def id(self) -> int: ...
    @property
    def address_key(self) -> str: ...
    @property
    def address_mac(self) -> bytes: ...
    @property
    def log_salt(self) -> bytes: ...


def holder_secret(log_salt: bytes) -> bytes:
    """Return the secret of a person that their receipts show to them: 32 bytes."""
    return keyed_hash(data_key(PEOPLE), "holder", log_salt.hex())


def hash_holder(address_key: str, log_salt: bytes) -> bytes:
    """Return the hash of the holder of an address: 32 bytes."""
    return hashlib.sha256(holder_secret(log_salt) + address_key.encode()).digest()


def holder_of(person: EventPerson) -> bytes:
    """Return the hash of a person under their present address."""
    return hash_holder(person.address_key, person.log_salt)


def open_holder(event: AnyEvent, person: EventPerson) -> dict[str, object]:
    """Return what shows whose record it is; a former address is known to its holder only."""
    if event.holder is None:
        return {}
    is_held = event.address_mac == person.address_mac
    address = person.address_key if is_held else None
    return {"holder": {"r": holder_secret(person.log_salt).hex(), "address": address}}
