"""Counts the addresses with an open request, by the lists that they want (ADR 106).

While they are few, a page counts them itself. While they are many, a worker counts them once a
minute, and the pages read its counts: on the evening of a broadcast each page would go through a
hundred thousand requests.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, cast, delete, func, insert, select

from supporters.database import db, use_case
from supporters.locks import Lock
from supporters.signup.models import PendingCount, SignupChoice, SignupRequest

FEWEST_STORED = 1_000
VALID_FOR = timedelta(minutes=5)  # without a worker, the pages count themselves again

ListIds = frozenset[int]


@dataclass(frozen=True)
class PendingCounts:
    """How many addresses have an open request. An address that asked twice counts once.

    `by_lists` has the number of addresses for each set of lists that somebody wants; the set is
    empty for those who want a purpose without a list.
    """

    by_lists: Mapping[ListIds, int]

    @property
    def all(self) -> int:
        """The number of addresses."""
        return sum(self.by_lists.values())

    def within(self, list_ids: Collection[int]) -> int:
        """Return how many addresses want one of these lists."""
        return sum(
            count for wanted, count in self.by_lists.items() if not wanted.isdisjoint(list_ids)
        )


def count_pending(now: datetime) -> PendingCounts:
    """Return the counts: those of the worker if it stores some, or else those of this moment."""
    stored = db.session.execute(
        select(PendingCount.list_ids, PendingCount.addresses).where(
            PendingCount.counted_at > now - VALID_FOR
        )
    ).all()
    return _make_counts((row.list_ids, row.addresses) for row in stored) if stored else _count(now)


@use_case
def store_pending_counts(now: datetime, fewest: int = FEWEST_STORED) -> None:
    """Count anew, and store the counts if there are so many addresses."""
    Lock.PENDING_COUNTS.take()
    counts = _count(now)
    db.session.execute(delete(PendingCount))
    if counts.all < fewest:
        return
    rows = [
        {"list_ids": " ".join(map(str, sorted(wanted))), "addresses": addresses, "counted_at": now}
        for wanted, addresses in counts.by_lists.items()
    ]
    db.session.execute(insert(PendingCount), rows)


def _count(now: datetime) -> PendingCounts:
    """Count in one statement, so of one moment."""
    wanted = (
        select(SignupRequest.address_mac, SignupChoice.mailing_list_id)
        .outerjoin(SignupChoice, SignupChoice.signup_request_id == SignupRequest.id)
        .where(
            SignupRequest.confirmed_at.is_(None),
            SignupRequest.refused_at.is_(None),
            SignupRequest.expires_at > now,
        )
        .distinct()
        .subquery()
    )
    list_ids = func.aggregate_strings(cast(wanted.c.mailing_list_id, String), " ")
    addresses = select(list_ids.label("list_ids")).group_by(wanted.c.address_mac).subquery()
    rows = db.session.execute(
        select(addresses.c.list_ids, func.count()).group_by(addresses.c.list_ids)
    )
    return _make_counts((list_ids or "", count) for list_ids, count in rows)


def _make_counts(rows: Iterable[tuple[str, int]]) -> PendingCounts:
    """Return the counts of rows whose list ids are in any order."""
    counts = Counter[ListIds]()
    for list_ids, addresses in rows:
        counts[frozenset(map(int, list_ids.split()))] += addresses
    return PendingCounts(counts)
