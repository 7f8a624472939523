"""The keys of the log: one for each person, for each kind of act of ours, and for signing.

A person's key is derived from a salt that is deleted with the person. The keys rest on random keys
that the secret keys encrypt (ADR 013): neither the database nor the secret keys alone can open or
forge a record.
"""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from supporters.crypto.encryption import keyed_hash
from supporters.people.address_hashes import data_key

PEOPLE = "log"
SIGNING = "log-signing"


def load_people_key() -> None:
    """Read the key below all people's keys, before a change in trips: it may read nothing else."""
    data_key(PEOPLE)


def person_key(log_salt: bytes) -> bytes:
    """Return the key of the commitments to a person's records: 32 bytes."""
    return keyed_hash(data_key(PEOPLE), "person", log_salt.hex())


def erasure_key() -> bytes:
    """Return the key of the commitments to erasures. Nobody can make an erasure without it."""
    return keyed_hash(data_key(PEOPLE), "own", "erasures")


def restoration_key() -> bytes:
    """Return the key of the commitments to restorations."""
    return keyed_hash(data_key(PEOPLE), "own", "restorations")


def audit_key() -> bytes:
    """Return the key of the commitments to the events of the audit log."""
    return keyed_hash(data_key(PEOPLE), "own", "audit")


def signing_key() -> Ed25519PrivateKey:
    """Return the key that signs checkpoints."""
    return Ed25519PrivateKey.from_private_bytes(data_key(SIGNING))
