"""Has the newest checkpoint timestamped once a day, and stores the answers for ever (ADR 142).

No transaction is open while the authority is waited for. A lock and `asked_at` see to it that one
of several machines asks. A failure is tried again, more and more rarely.
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

import structlog
from flask import Flask
from sqlalchemy import select

from supporters import clock
from supporters.database import db, transaction
from supporters.extensions import current_settings
from supporters.locks import Lock
from supporters.repeating_threads import RepeatingThreads
from supporters.settings.timestamp_settings import TimestampAuthority
from supporters.transparency_log.log_proofs import Prover
from supporters.transparency_log.log_records import format_moment
from supporters.transparency_log.models import (
    LogCheckpoint,
    LogTimestamp,
    TimestampFailure,
    TimestampState,
)
from supporters.transparency_log.queries import find_latest_checkpoint
from supporters.transparency_log.timestamp_requests import TimestampAnswer, ask_for_timestamp
from supporters.transparency_log.witness_rounds import find_pause

log = structlog.get_logger(__name__)
EVERY, LATE_AFTER = timedelta(days=1), timedelta(days=2)
LOOK_EVERY_SECONDS = 60.0


@dataclass(frozen=True)
class TimestampHealth:
    """How the timestamps do: the newest one, since when one is late, and why there is none."""

    newest: LogTimestamp | None
    is_late: bool
    failure: TimestampFailure | None


class TimestampThread(RepeatingThreads):
    """Asks the authority when it is due. Nothing waits for it."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app, Event(), failure="log.not_timestamped")
        self.repeat("timestamps", stamp_if_due, every=LOOK_EVERY_SECONDS)

    def end(self) -> None:
        """Ask no more; nothing waits for an answer that is under way."""
        self._ending.set()


def stamp_if_due() -> bool:
    """Have the newest checkpoint timestamped if it is time; tell whether it was."""
    authority = current_settings().timestamps
    checkpoint = None if authority is None else _take_due(authority.url)
    if authority is None or checkpoint is None:
        return False
    size, text, sealed_at = checkpoint.size, checkpoint.checkpoint, checkpoint.sealed_at
    db.session.rollback()
    answer = ask_for_timestamp(authority, text, sealed_at)
    with transaction():
        Lock.TIMESTAMPS.take()
        _store(authority, size, answer)
    if answer.failure is None:
        log.info("log.timestamped", size=size)
    else:
        log.warning(
            "log.not_timestamped", size=size, failure=answer.failure.value, detail=answer.detail
        )
    return answer.failure is None


def _take_due(url: str) -> LogCheckpoint | None:
    """Return the newest checkpoint if it is due, and mark the authority as asked."""
    with transaction():
        Lock.TIMESTAMPS.take()
        checkpoint, now = find_latest_checkpoint(), clock.now()
        if checkpoint is None or not _is_due(checkpoint, find_newest_timestamp(), now):
            return None
        state = db.session.get(TimestampState, url)
        if state is None:
            db.session.add(state := TimestampState(url=url, asked_at=now))
        elif now - state.asked_at < find_pause(state.asked_at, state.failing_since):
            return None
        state.asked_at = now
        return checkpoint


def _is_due(checkpoint: LogCheckpoint, newest: LogTimestamp | None, now: datetime) -> bool:
    """Tell whether the log grew since the newest timestamp, which is a day old."""
    return newest is None or (newest.size < checkpoint.size and now - newest.received_at >= EVERY)


def _store(authority: TimestampAuthority, size: int, answer: TimestampAnswer) -> None:
    state = db.session.get_one(TimestampState, authority.url)
    state.failure = answer.failure
    if answer.failure is not None:
        state.failing_since = state.failing_since or state.asked_at
        return
    state.failing_since = None
    row = LogTimestamp(
        size=size,
        url=authority.url,
        answer=answer.raw,
        stamped_at=answer.stamped_at,
        received_at=clock.now(),
    )
    db.session.merge(row)


def find_newest_timestamp() -> LogTimestamp | None:
    """Return the timestamp of the largest tree."""
    return db.session.scalar(select(LogTimestamp).order_by(LogTimestamp.size.desc()).limit(1))


def find_timestamp(size: int) -> LogTimestamp | None:
    """Return the timestamp of the tree of a size."""
    return db.session.get(LogTimestamp, size)


def find_stamped_checkpoint(size: int) -> LogCheckpoint | None:
    """Return the checkpoint of a size if it was timestamped."""
    return None if find_timestamp(size) is None else db.session.get(LogCheckpoint, size)


def find_covering_timestamp(size: int) -> LogTimestamp | None:
    """Return the first timestamp of a tree of at least a size."""
    covering = select(LogTimestamp).where(LogTimestamp.size >= size)
    return db.session.scalar(covering.order_by(LogTimestamp.size).limit(1))


def prove_times(prover: Prover, sizes: Iterable[int]) -> list[dict[str, object]]:
    """Return the first timestamps of trees of these sizes, each with the path to the checkpoint.

    A record is as old as a timestamp if its index is smaller than the size.
    """
    found = {each.size: each for size in sizes if (each := find_covering_timestamp(size))}
    return [
        {
            "size": size,
            "stamped_at": format_moment(each.stamped_at),
            "authority": each.url,
            "checkpoint": db.session.get_one(LogCheckpoint, size).checkpoint,
            "path": [step.hex() for step in prover.path_from(size)],
            "timestamp": base64.b64encode(each.answer).decode(),
        }
        for size, each in sorted(found.items())
        if size <= prover.checkpoint.size
    ]


def find_timestamp_health(now: datetime) -> TimestampHealth | None:
    """Return how the timestamps do; None if no authority is asked."""
    authority = current_settings().timestamps
    if authority is None:
        return None
    newest, state = find_newest_timestamp(), db.session.get(TimestampState, authority.url)
    since = _find_waiting_since(newest)
    is_late = since is not None and now - since >= LATE_AFTER
    return TimestampHealth(newest, is_late, state.failure if state else None)


def _find_waiting_since(newest: LogTimestamp | None) -> datetime | None:
    """Return since when a checkpoint lacks a timestamp; None if the log hasn't grown since."""
    size = newest.size if newest else 0
    first = select(LogCheckpoint.sealed_at).where(LogCheckpoint.size > size)
    sealed_at = db.session.scalar(first.order_by(LogCheckpoint.size).limit(1))
    if sealed_at is None or newest is None:
        return sealed_at
    return max(sealed_at, newest.received_at)
