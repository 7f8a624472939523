"""Notes erasures, and tells those that may be believed: what an erasure lists, nobody can open.

An erasure is of one person, all of whose records it lists, or of disclosures whose time is over.
Its entry has a key of ours, so that whoever can only write to the database can't make one. The
first erasures had a key that everybody knows; how far they are believed is itself sealed.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from supporters.consent.models import EventKind
from supporters.consent.record_forms import DISCLOSED, EXPORTED, describe_erasure
from supporters.consent.record_models import Erasure, ErasureReason
from supporters.database import db, in_transaction
from supporters.ids import moment_of, new_id
from supporters.people.address_hashes import find_data_key
from supporters.transparency_log.log_keys import erasure_key
from supporters.transparency_log.log_records import OPEN_KEY, Record, append
from supporters.transparency_log.queries import find_head, find_sealing_head

OPEN_FORM = "log-open-erasures"
OF_A_PERSON = {*(kind.value for kind in EventKind), DISCLOSED}
HANDED_OUT = {DISCLOSED, EXPORTED}
HANDED_OUT_KEPT_FOR = timedelta(days=365)  # the shortest time that an owner may choose
NOT_AS_SEALED = "it isn't what was sealed"
OF_ANYBODY = "anybody who can write to the database could have made it: it hasn't our key"
Listed = list[tuple[str, int]]


class ListUnreadable(ValueError):
    """The list of an erasure isn't one of kinds and ids."""


@dataclass(frozen=True)
class OpenForm:
    """Up to where erasures under the key that everybody knows are believed.

    They were among the first `size` entries when keys were introduced, or were sealed by `until`:
    the version before may have run on for a while.
    """

    size: int
    until: datetime

    def counts(self, position: int, sealed_at: datetime) -> bool:
        """Tell whether an entry at a place, sealed at a moment, may have the open form."""
        return position < self.size or sealed_at <= self.until


@dataclass(frozen=True)
class Entry:
    """The entry of an erasure in the log: its commitment, and its place once it is sealed."""

    commitment: bytes | None
    position: int | None


@in_transaction
def note_erasure(
    records: Sequence[tuple[str, int]], reason: ErasureReason, *, now: datetime
) -> Erasure:
    """Add an erasure of records and its entry."""
    erasure = Erasure(
        id=new_id(now),
        reason=reason,
        records=json.dumps([[kind, each] for kind, each in records]),
        occurred_at=now,
    )
    db.session.add(erasure)
    append(describe_erasure(erasure, key=erasure_key()))
    return erasure


def read_records(erasure: Erasure) -> Listed:
    """Return the kinds and ids that an erasure lists. Raises ListUnreadable."""
    try:
        listed = [(kind, int(each)) for kind, each in json.loads(erasure.records)]
    except (TypeError, ValueError, OverflowError) as error:
        raise ListUnreadable from error
    if not all(isinstance(kind, str) and 0 <= each < 2**63 for kind, each in listed):
        raise ListUnreadable
    return listed


def find_erasure_fault(
    erasure: Erasure | None, entry: Entry, *, open_form: OpenForm, now: datetime
) -> str:
    """Return why an erasure isn't to be believed; nothing if it is."""
    if erasure is None:
        return "it has no row"
    if describe_erasure(erasure, key=erasure_key()).commitment != entry.commitment:
        if describe_erasure(erasure, key=OPEN_KEY).commitment != entry.commitment:
            return NOT_AS_SEALED
        if not _may_be_open(entry, open_form, now):
            return OF_ANYBODY
    try:
        listed = read_records(erasure)
    except ListUnreadable:
        return "its list can't be read"
    return find_list_fault(listed, erasure.reason, min(erasure.occurred_at, now))


def _may_be_open(entry: Entry, open_form: OpenForm, now: datetime) -> bool:
    """Tell whether the open form counts at the place of an entry, or at the one that it gets."""
    if entry.position is None:
        newest = find_head()
        return open_form.counts(newest.size if newest else 0, now)
    head = find_sealing_head(entry.position)
    return open_form.counts(entry.position, head.sealed_at if head else now)


def find_list_fault(listed: Listed, reason: ErasureReason, occurred_at: datetime) -> str:
    """Return what an erasure must not list; nothing if it is of one person, or of what is over."""
    kinds = {kind for kind, _ in listed}
    if len({*listed}) < len(listed):
        return "it lists a record twice"
    if foreign := sorted(kinds - OF_A_PERSON - HANDED_OUT):
        return f"it lists what is no record of a person: {foreign[0]}"
    if EventKind.CONFIRMED.value not in kinds:
        return _find_fault_of_purge(listed, reason, occurred_at)
    if EXPORTED in kinds:
        return "it lists an export with the records of a person"
    return ""


def _find_fault_of_purge(listed: Listed, reason: ErasureReason, occurred_at: datetime) -> str:
    kinds = {kind for kind, _ in listed}
    if not kinds or kinds - HANDED_OUT or reason is not ErasureReason.EXPIRED:
        return "it lists no confirmation: everybody who can be erased has one"
    newest = max(moment_of(each) for _, each in listed)
    if newest > occurred_at - HANDED_OUT_KEPT_FOR:
        return "it lists what was handed out less than a year before"
    return ""


def find_open_form() -> OpenForm:
    """Return how far erasures of the open form are believed: nowhere in a log that had none."""
    sealed = find_data_key(OPEN_FORM)
    if sealed is None:
        return OpenForm(0, datetime.min.replace(tzinfo=UTC))
    size, _, until = sealed.decode().partition(" ")
    return OpenForm(int(size), datetime.fromisoformat(until))


def describe_as_committed(erasure: Erasure, commitment: bytes | None) -> Record:
    """Return the record of an erasure in the form of its entry, or else in the keyed one."""
    keyed = describe_erasure(erasure, key=erasure_key())
    if keyed.commitment == commitment:
        return keyed
    opened = describe_erasure(erasure, key=OPEN_KEY)
    return opened if opened.commitment == commitment else keyed
