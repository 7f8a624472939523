"""The dry run: goes through all of a file and notes who can't be asked, and why.

It asks nobody and makes no invitation.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select

from supporters import clock
from supporters.database import db, insert_many, is_one_of, transaction
from supporters.lists.queries import get_list
from supporters.signup.importing.judging import Asked, find_refused
from supporters.signup.importing.models import (
    ImportRefusal,
    ImportSeen,
    ListImport,
    Reason,
)
from supporters.signup.importing.states import IMPORT_STATES, ImportMove

SLICES_OF_SEEN = 32
HIGHEST = 1 << 63

Refusals = dict[int, Reason]


def note_batch(
    list_import: ListImport, asked: Sequence[Asked], refused: Mapping[int, Reason]
) -> None:
    """Store what came of some rows: those refused as they are read, and those who are known."""
    now = clock.now()
    refusals = {**refused, **_refuse_known(list_import, asked, now)}
    if refusals:
        rows = [(list_import.id, line, reason.value) for line, reason in sorted(refusals.items())]
        insert_many(ImportRefusal.__tablename__, ("import_id", "line", "reason"), rows)
    list_import.rows += len(asked) + len(refused)
    list_import.fitting += len(asked) + len(refused) - len(refusals)
    counted = Counter(list_import.refusals)
    counted.update(reason.value for reason in refusals.values())
    list_import.refusals = dict(counted)


def end_check(list_import: ListImport) -> None:
    """Let the importer see the result."""
    IMPORT_STATES.transition(list_import, ImportMove.END_CHECK)
    list_import.checked_at = clock.now()
    list_import.offset = list_import.line = 0


def forget_seen(import_id: int) -> None:
    """Delete what was only of use during the check, in pieces that hold nobody up."""
    width = 2 * HIGHEST // SLICES_OF_SEEN
    for number in range(SLICES_OF_SEEN):
        first = number * width - HIGHEST
        with transaction():
            db.session.execute(
                delete(ImportSeen).where(
                    ImportSeen.import_id == import_id,
                    ImportSeen.fingerprint.between(first, first + width - 1),
                )
            )


def _refuse_known(list_import: ListImport, asked: Sequence[Asked], now: datetime) -> Refusals:
    if not asked:
        return {}
    first = {fingerprint(each.mac): each for each in reversed(asked)}
    before = _list_seen(list_import.id, [*first])
    new = [(list_import.id, each) for each in sorted(first.keys() - before)]
    insert_many(ImportSeen.__tablename__, ("import_id", "fingerprint"), new)
    known = find_refused(asked, get_list(list_import.mailing_list_id), now)
    refusals = {}
    for each in asked:
        key = fingerprint(each.mac)
        if key in before or first[key] is not each:
            refusals[each.candidate.line] = Reason.TWICE
        elif each.mac in known:
            refusals[each.candidate.line] = known[each.mac]
    return refusals


def _list_seen(import_id: int, fingerprints: Sequence[int]) -> set[int]:
    found = db.session.scalars(
        select(ImportSeen.fingerprint).where(
            ImportSeen.import_id == import_id, is_one_of(ImportSeen.fingerprint, fingerprints)
        )
    )
    return set(found)


def fingerprint(mac: bytes) -> int:
    """Return the first 8 bytes of a hash as a number that both databases can hold."""
    return int.from_bytes(mac[:8], signed=True)
