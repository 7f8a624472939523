"""The keys of the log, and the canonical text of a sealed record, its commitment, and its leaf.

A commitment is HMAC-SHA-256 (RFC 2104) of the text, under a key of this record alone. That key is
derived from the key of the person, or from the open key if the record is about nobody.

A person's key is derived from a salt that is deleted with the person. The keys rest on random keys
that the secret keys encrypt (ADR 013): neither the database nor the secret keys alone can open or
forge a record.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert

from supporters.crypto.encryption import keyed_hash
from supporters.database import db
from supporters.fast_path.prepared_statements import Call, RowsInsert
from supporters.people.data_keys import data_key
from supporters.transparency_log.models import LogEntry

SCHEMA = "supporters.consent/1"
OPEN_KEY = bytes(32)
# To look for circles would take a third of the time of an encoding: a record has none.
CANONICAL = json.JSONEncoder(
    ensure_ascii=False,
    allow_nan=False,
    check_circular=False,
    sort_keys=True,
    separators=(",", ":"),
)
PEOPLE = "log"
SIGNING = "log-signing"


@dataclass(frozen=True)
class LogRecord:
    """A record to seal: its kind and id, its fields, and the 32 bytes of its key."""

    kind: str
    id: int
    fields: Mapping[str, object]
    key: bytes = OPEN_KEY

    @property
    def text(self) -> str:
        """The canonical text: JSON with sorted names and no white space."""
        whole = {**self.fields, "schema": SCHEMA, "kind": self.kind, "id": str(self.id)}
        return CANONICAL.encode(whole)

    @property
    def own_key(self) -> bytes:
        """The key that opens this record and no other record of the same person: 32 bytes."""
        return hmac.digest(self.key, f"{self.kind}\n{self.id}".encode(), "sha256")

    @cached_property
    def commitment(self) -> bytes:
        """The 32 bytes that the log stores for the record."""
        return hmac.digest(self.own_key, self.text.encode(), "sha256")


def leaf_of(kind: str, record_id: int, commitment: bytes) -> bytes:
    """Return the bytes of an entry's leaf. The tree hashes them."""
    return f"{SCHEMA}\n{kind}\n{record_id}\n".encode() + commitment


def hash_leaf(kind: str, record_id: int, commitment: bytes) -> bytes:
    """Return the hash of an entry's leaf: 32 bytes (RFC 9162 section 2.1.1)."""
    return hashlib.sha256(b"\0" + leaf_of(kind, record_id, commitment)).digest()


def format_moment(when: datetime | None) -> str | None:
    """Return a time in the format of canonical texts: UTC, to the microsecond."""
    if when is None:
        return None
    in_utc = when.astimezone(UTC).replace(tzinfo=None)
    return f"{in_utc.isoformat(timespec='microseconds')}Z"


def add_entry(record: LogRecord) -> None:
    """Add the entry of a record."""
    db.session.add(LogEntry(kind=record.kind, record_id=record.id, commitment=record.commitment))


_ADD = RowsInsert(insert(LogEntry), ("kind", "record_id", "commitment"))


def add_entry_rows(records: Sequence[LogRecord]) -> Call:
    """Return the call that adds the entries of records, for a trip to the database."""
    return _ADD(
        [
            {"kind": each.kind, "record_id": each.id, "commitment": each.commitment}
            for each in records
        ]
    )


def load_people_key() -> None:
    """Read the key below all people's keys, before a change in trips: it may read nothing else."""
    data_key(PEOPLE)


def person_key(log_salt: bytes) -> bytes:
    """Return the key of the commitments to a person's records: 32 bytes."""
    return keyed_hash(data_key(PEOPLE), "person", log_salt.hex())


def erasure_key() -> bytes:
    """Return the key of the commitments to erasures. Nobody can make an erasure without it."""
    return keyed_hash(data_key(PEOPLE), "own", "erasures")


def erasure_list_key() -> bytes:
    """Return the key that encrypts the lists of erased records."""
    return keyed_hash(data_key(PEOPLE), "own", "lists of erasures")


def restoration_key() -> bytes:
    """Return the key of the commitments to restorations."""
    return keyed_hash(data_key(PEOPLE), "own", "restorations")


def audit_key() -> bytes:
    """Return the key of the commitments to the events of the audit log."""
    return keyed_hash(data_key(PEOPLE), "own", "audit")


def fact_key() -> bytes:
    """Return the key of the commitments to sealed facts."""
    return keyed_hash(data_key(PEOPLE), "own", "facts")


def suppression_key() -> bytes:
    """Return the key of the commitments to suppressions and their ends."""
    return keyed_hash(data_key(PEOPLE), "own", "suppressions")


def signing_key() -> Ed25519PrivateKey:
    """Return the key that signs checkpoints."""
    return _load_key(data_key(SIGNING))


@lru_cache(maxsize=1)
def _load_key(raw: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(raw)
