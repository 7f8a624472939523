"""Reports the journals of this instance folder, and what would be recorded from them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from supporters.delivery.send_journal.worker_registry import (
    LIVING,
    list_dead_workers,
    list_journals,
    worker_folder,
)
from supporters.smtp_relay.outcomes import AttemptOutcome
from supporters.smtp_relay.send_journal import OF_CAMPAIGNS, JournalledAttempts, read_journal


class WorkerState(StrEnum):
    """The state of the worker whose sender wrote a journal."""

    ALIVE = "alive"
    DEAD = "dead"
    RECOVERED = "recovered"
    UNKNOWN = "unknown"


class JournalState(StrEnum):
    """Whether a journal can be used. A doubtful one has damaged lines, or is from another boot."""

    IDLE = "idle"
    SOUND = "sound"
    TORN = "torn"
    DOUBTFUL = "doubtful"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, kw_only=True)
class JournalReport:
    """A journal, and how many emails of its batch would be recorded with which result."""

    sender: str
    worker: WorkerState
    state: JournalState
    campaign_id: int | None = None
    batch: int | None = None
    people: int = 0
    outcomes: Mapping[AttemptOutcome, int] = field(default_factory=dict)


def inspect_journals() -> Sequence[JournalReport]:
    """Return a report of each journal, by sender; nothing is changed."""
    states = {
        dead.name: WorkerState.DEAD if dead.is_news else WorkerState.RECOVERED
        for dead in list_dead_workers()
    }
    return [_inspect(sender, states) for sender in list_journals()]


def count_waiting_for_recovery() -> int:
    """Return how many dead workers of this instance folder wait for recovery."""
    return sum(dead.is_news for dead in list_dead_workers())


def _inspect(sender: str, states: Mapping[str, WorkerState]) -> JournalReport:
    name = sender.rpartition("-")[0]
    is_registered = (worker_folder() / f"{name}{LIVING}").exists()
    worker = states.get(name, WorkerState.ALIVE if is_registered else WorkerState.UNKNOWN)
    batch = read_journal(worker_folder() / f"{sender}{OF_CAMPAIGNS}")
    if batch.batch is None:
        state = JournalState.IDLE if batch.is_sound else JournalState.UNREADABLE
        return JournalReport(sender=sender, worker=worker, state=state)
    return JournalReport(
        sender=sender,
        worker=worker,
        state=_state_of(batch),
        campaign_id=batch.campaign_id,
        batch=batch.batch,
        people=len(batch.subscriber_ids),
        outcomes=Counter(reply.outcome for reply in batch.judge().values()),
    )


def _state_of(batch: JournalledAttempts) -> JournalState:
    if not batch.is_sound:
        return JournalState.DOUBTFUL
    return JournalState.TORN if batch.is_torn else JournalState.SOUND
