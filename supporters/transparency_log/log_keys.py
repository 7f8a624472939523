"""The keys of the log: each person's, made of a salt that dies with them; ours; its signature.

Both rest on random keys that the secret keys seal (ADR 013), so that neither the database nor the
secret keys alone can open or forge anything.
"""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from supporters.encryption import keyed_hash
from supporters.people.address_hashes import data_key

PEOPLE = "log"
SIGNING = "log-signing"


def person_key(log_salt: bytes) -> bytes:
    """Return the key that a person's records are committed to under: 32 bytes."""
    return keyed_hash(data_key(PEOPLE), "person", log_salt.hex())


def erasure_key() -> bytes:
    """Return the key that erasures are committed to under: whoever lacks it can't make one."""
    return keyed_hash(data_key(PEOPLE), "own", "erasures")


def signing_key() -> Ed25519PrivateKey:
    """Return the key that signs the heads of the tree."""
    return Ed25519PrivateKey.from_private_bytes(data_key(SIGNING))
