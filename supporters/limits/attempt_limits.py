"""Takes an attempt from all limits that it belongs to, or says from when on one is free again.

An attempt is taken before it is made, so that many attempts at once can't pass a limit together.
An attempt that turns out well is given back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from supporters.crypto.encryption import keyed_hash
from supporters.database import db, delete_where, in_transaction, use_case
from supporters.limits.models import AttemptCount
from supporters.limits.rules import AttemptPolicy
from supporters.locks import Lock
from supporters.people.address_hashes import ADDRESSES, data_key


@dataclass(frozen=True)
class AttemptLimit:
    """A limit: its kind, the subject that it counts (an account, a network), and its policy."""

    kind: str
    subject: str
    policy: AttemptPolicy

    @property
    def key_mac(self) -> bytes:
        """The key of the row: a keyed hash, 16 bytes."""
        return keyed_hash(data_key(ADDRESSES), f"attempts {self.kind}", self.subject)[:16]


@dataclass(frozen=True)
class TakenAttempt:
    """An attempt that may be made: its time, and how many each limit counts with it."""

    at: datetime
    counts: dict[AttemptLimit, int]


@dataclass(frozen=True)
class AttemptRefused:
    """No attempt may be made before a moment."""

    until: datetime


@use_case
def take_attempt(limits: Sequence[AttemptLimit], now: datetime) -> TakenAttempt | AttemptRefused:
    """Count an attempt in every limit, or in none if one of them is reached."""
    rows = _lock_rows(limits)
    waits = [
        row.blocked_until
        for row in rows.values()
        if row.blocked_until is not None and row.blocked_until > now
    ]
    if waits:
        return AttemptRefused(max(waits))
    return TakenAttempt(now, {limit: _count(limit, rows, now) for limit in limits})


@use_case
def give_back(taken: TakenAttempt, *, forget: Sequence[AttemptLimit] = ()) -> None:
    """Uncount an attempt that turned out well, and forget all attempts of some limits."""
    rows = _lock_rows([*taken.counts])
    for limit in taken.counts:
        row = rows.get(limit.key_mac)
        if row is None:
            continue
        if limit in forget:
            db.session.delete(row)
            continue
        row.attempts = max(0, row.attempts - 1)
        if row.last_at == taken.at:
            row.blocked_until = None


@in_transaction
def forget_attempts(limit: AttemptLimit) -> None:
    """Forget all attempts of a limit."""
    Lock.ATTEMPT.take(limit.key_mac)
    db.session.execute(delete(AttemptCount).where(AttemptCount.key_mac == limit.key_mac))


@use_case
def purge_attempts(now: datetime) -> int:
    """Delete the counts that say nothing any more; return how many."""
    return delete_where(AttemptCount, AttemptCount.forgotten_at <= now)


def _lock_rows(limits: Sequence[AttemptLimit]) -> dict[bytes, AttemptCount]:
    """Lock the counts of the limits, in one order for everybody, and return those that exist."""
    keys = sorted({limit.key_mac for limit in limits})
    for key in keys:
        Lock.ATTEMPT.take(key)
    rows = db.session.scalars(
        select(AttemptCount)
        .where(AttemptCount.key_mac.in_(keys))
        .execution_options(populate_existing=True)
    )
    return {row.key_mac: row for row in rows}


def _count(limit: AttemptLimit, rows: dict[bytes, AttemptCount], now: datetime) -> int:
    row = rows.get(limit.key_mac)
    if row is None:
        row = AttemptCount(key_mac=limit.key_mac, attempts=0, last_at=now)
        db.session.add(row)
    left = limit.policy.attempts_left(row.attempts, now - row.last_at)
    row.attempts, row.last_at = left + 1, now
    wait = limit.policy.wait_after(row.attempts)
    row.blocked_until = now + wait if wait else None
    row.forgotten_at = now + limit.policy.lifetime(row.attempts)
    return row.attempts
