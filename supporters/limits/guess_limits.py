"""Takes a guess from all limits that it belongs to, or says from when on one is free again.

A guess is taken before it is made, so that many guesses at once can't pass a limit together.
A guess that turns out well is given back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from supporters.crypto.encryption import keyed_hash
from supporters.database import db, delete_where, in_transaction, use_case
from supporters.limits.models import GuessCount
from supporters.limits.rules import GuessPolicy
from supporters.locks import Lock
from supporters.people.data_keys import ADDRESSES, data_key


@dataclass(frozen=True)
class GuessLimit:
    """A limit: its kind, the subject that it counts (an account, a network), and its policy."""

    kind: str
    subject: str
    policy: GuessPolicy

    @property
    def key_mac(self) -> bytes:
        """The key of the row: a keyed hash, 16 bytes."""
        return keyed_hash(data_key(ADDRESSES), f"attempts {self.kind}", self.subject)[:16]


@dataclass(frozen=True)
class TakenGuess:
    """A guess that may be made: its time, and how many each limit counts with it."""

    at: datetime
    counts: dict[GuessLimit, int]


@dataclass(frozen=True)
class GuessRefused:
    """No guess may be made before a moment."""

    until: datetime


@use_case
def take_guess(limits: Sequence[GuessLimit], now: datetime) -> TakenGuess | GuessRefused:
    """Count a guess in every limit, or in none if one of them is reached."""
    rows = _lock_rows(limits)
    waits = [
        row.blocked_until
        for row in rows.values()
        if row.blocked_until is not None and row.blocked_until > now
    ]
    if waits:
        return GuessRefused(max(waits))
    return TakenGuess(now, {limit: _count(limit, rows, now) for limit in limits})


@use_case
def give_back(taken: TakenGuess, *, forget: Sequence[GuessLimit] = ()) -> None:
    """Uncount a guess that turned out well, and forget all guesses of some limits."""
    rows = _lock_rows([*taken.counts])
    for limit in taken.counts:
        row = rows.get(limit.key_mac)
        if row is None:
            continue
        if limit in forget:
            db.session.delete(row)
            continue
        row.guesses = max(0, row.guesses - 1)
        if row.last_at == taken.at:
            row.blocked_until = None


@in_transaction
def forget_guesses(limit: GuessLimit) -> None:
    """Forget all guesses of a limit."""
    Lock.GUESS.take(limit.key_mac)
    db.session.execute(delete(GuessCount).where(GuessCount.key_mac == limit.key_mac))


@use_case
def purge_guesses(now: datetime) -> int:
    """Delete the counts that say nothing any more; return how many."""
    return delete_where(GuessCount, GuessCount.forgotten_at <= now)


def _lock_rows(limits: Sequence[GuessLimit]) -> dict[bytes, GuessCount]:
    """Lock the counts of the limits, in one order for everybody, and return those that exist."""
    keys = sorted({limit.key_mac for limit in limits})
    for key in keys:
        Lock.GUESS.take(key)
    rows = db.session.scalars(
        select(GuessCount)
        .where(GuessCount.key_mac.in_(keys))
        .execution_options(populate_existing=True)
    )
    return {row.key_mac: row for row in rows}


def _count(limit: GuessLimit, rows: dict[bytes, GuessCount], now: datetime) -> int:
    row = rows.get(limit.key_mac)
    if row is None:
        row = GuessCount(key_mac=limit.key_mac, guesses=0, last_at=now)
        db.session.add(row)
    left = limit.policy.guesses_left(row.guesses, now - row.last_at)
    row.guesses, row.last_at = left + 1, now
    wait = limit.policy.wait_after(row.guesses)
    row.blocked_until = now + wait if wait else None
    row.forgotten_at = now + limit.policy.lifetime(row.guesses)
    return row.guesses
