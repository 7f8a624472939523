"""Records erasures, and checks which of them are valid. Nobody can open the records they list.

An erasure lists all records of one person, or disclosures or events of the audit log that are past
their retention time. One that a replay repeats may list nothing: a backup can be older than the
person. Its entry has a key of ours: write access to the database is not enough to make one. The
list is encrypted, and the log seals a salted hash of it: neither the database nor the log tells
when an erased person did what.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from supporters.audit_log.audit_events import AUDITED
from supporters.consent.models import EventKind
from supporters.consent.record_forms import DISCLOSED, ERASED, EXPORTED, describe_erasure
from supporters.consent.record_models import Erasure, ErasureReason
from supporters.database import db, in_transaction
from supporters.ids import moment_of, new_id
from supporters.transparency_log.log_records import add_entry, erasure_key, erasure_list_key

KINDS_OF_A_PERSON = {*(kind.value for kind in EventKind), DISCLOSED}
DISCLOSURE_KINDS = {DISCLOSED, EXPORTED}
PURGED_KINDS = (DISCLOSURE_KINDS, {AUDITED})
SHORTEST_PURGED_RETENTION = timedelta(days=365)  # an owner may set a longer time
NOT_AS_SEALED = "it differs from the sealed record"
NONCE_BYTES, SALT_BYTES = 12, 32
Listed = list[tuple[str, int]]


class ListUnreadable(ValueError):
    """The list of an erasure isn't a list of kinds and ids, or not the one that was sealed."""


@in_transaction
def record_erasure(
    records: Sequence[tuple[str, int]],
    reason: ErasureReason,
    *,
    now: datetime,
    holder: bytes | None = None,
) -> Erasure:
    """Add an erasure of records and its entry. `holder` ties it to a person who got a promise."""
    salted = os.urandom(SALT_BYTES) + json.dumps([[kind, each] for kind, each in records]).encode()
    nonce, erasure_id = os.urandom(NONCE_BYTES), new_id(now)
    erasure = Erasure(
        id=erasure_id,
        reason=reason,
        sealed_list=nonce + _cipher().encrypt(nonce, salted, _name(erasure_id)),
        records_sha256=hashlib.sha256(salted).digest(),
        record_count=len(records),
        occurred_at=now,
        holder=holder,
    )
    db.session.add(erasure)
    add_entry(describe_erasure(erasure, key=erasure_key()))
    return erasure


def read_records(erasure: Erasure) -> Listed:
    """Return the kinds and ids that an erasure lists. Raises ListUnreadable."""
    try:
        listed = [(kind, int(each)) for kind, each in json.loads(_open_list(erasure))]
    except (TypeError, ValueError, OverflowError) as error:
        raise ListUnreadable from error
    if not all(isinstance(kind, str) and 0 <= each < 2**63 for kind, each in listed):
        raise ListUnreadable
    if erasure.record_count not in {None, len(listed)}:
        raise ListUnreadable
    return listed


def _open_list(erasure: Erasure) -> str | bytes:
    """Return the list of an erasure as JSON. Raises ListUnreadable."""
    if erasure.sealed_list is None:
        return erasure.records or ""
    nonce, encrypted = erasure.sealed_list[:NONCE_BYTES], erasure.sealed_list[NONCE_BYTES:]
    try:
        salted = _cipher().decrypt(nonce, encrypted, _name(erasure.id))
    except (InvalidTag, ValueError) as error:
        raise ListUnreadable from error
    if hashlib.sha256(salted).digest() != erasure.records_sha256:
        raise ListUnreadable
    return salted[SALT_BYTES:]


def _cipher() -> AESGCM:
    return AESGCM(erasure_list_key())


def _name(erasure_id: int) -> bytes:
    return f"{ERASED} {erasure_id}".encode()


def find_erasure_fault(erasure: Erasure | None, commitment: bytes | None, now: datetime) -> str:
    """Return why an erasure with a commitment is invalid; an empty text if it is valid."""
    if erasure is None:
        return "it has no row"
    if describe_erasure(erasure, key=erasure_key()).commitment != commitment:
        return NOT_AS_SEALED
    try:
        listed = read_records(erasure)
    except ListUnreadable:
        return "its list is unreadable"
    return find_list_fault(listed, erasure.reason, min(erasure.occurred_at, now))


def find_list_fault(listed: Listed, reason: ErasureReason, occurred_at: datetime) -> str:
    """Return what is wrong with the list of an erasure; an empty text if nothing is."""
    kinds = {kind for kind, _ in listed}
    if len({*listed}) < len(listed):
        return "it lists a record twice"
    if foreign := sorted(kinds - KINDS_OF_A_PERSON - DISCLOSURE_KINDS - {AUDITED}):
        return f"it lists a kind that is no record of a person: {foreign[0]}"
    if EventKind.CONFIRMED.value not in kinds:
        return _find_purge_fault(listed, reason, occurred_at)
    if EXPORTED in kinds:
        return "it lists an export with the records of a person"
    if AUDITED in kinds:
        return "it lists an event of the audit log with the records of a person"
    return ""


def _find_purge_fault(listed: Listed, reason: ErasureReason, occurred_at: datetime) -> str:
    if not listed and reason is ErasureReason.REPLAYED:
        return ""
    kinds = {kind for kind, _ in listed}
    is_purge = bool(kinds) and any(kinds <= purged for purged in PURGED_KINDS)
    if not is_purge or reason is not ErasureReason.EXPIRED:
        return "it lists no confirmation: each person who can be erased has one"
    newest = max(moment_of(each) for _, each in listed)
    if newest > occurred_at - SHORTEST_PURGED_RETENTION:
        what = "an event of the audit log" if AUDITED in kinds else "a disclosure"
        return f"it lists {what} that was less than a year old"
    return ""
