"""Changes things under a lock: read, decide, write; in two trips, or in the session of a use case.

Both ways make the same decision from the rows of the same reads, and run the same statements.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from supporters.database import in_transaction
from supporters.fast_path.prepared_statements import Call
from supporters.fast_path.round_trips import Rows, exchange, read
from supporters.fast_path.session_calls import read_in_session, write_in_session
from supporters.fast_path.site_edition import NotCached
from supporters.locks import Lock

T = TypeVar("T")
MOST_LOADS = 4  # of what all visitors share, if it keeps changing


@dataclass(frozen=True, kw_only=True)
class Decision(Generic[T]):
    """The outcome of a decision, and its writes.

    `before_writes` is called once they are certain, and returns writes that go before them.
    """

    outcome: T
    writes: Sequence[Call] = ()
    before_writes: Callable[[], Sequence[Call]] = list


Read = Sequence[Rows]
Decide = Callable[[Read], Decision[T]]


def change_in_trips(lock: tuple[Lock, bytes] | None, reads: Sequence[Call], decide: Decide[T]) -> T:
    """Lock, read, decide and write in two trips; return the outcome of the decision.

    The decision is made again if this process lacks something that all visitors share: it is read
    before the next try. So a decision changes nothing by itself.
    """

    def make_writes(rows: Read) -> tuple[Sequence[Call], T]:
        decision = decide(rows)
        return _complete(decision), decision.outcome

    for _ in range(MOST_LOADS):
        try:
            return exchange(lock, reads, make_writes)
        except NotCached:
            decide(read(*reads))
    return exchange(lock, reads, make_writes)


@in_transaction
def change_in_session(reads: Sequence[Call], decide: Decide[T]) -> T:
    """Do the same as a step of a use case, which has taken the lock."""
    decision = decide([read_in_session(each) for each in reads])
    write_in_session(*_complete(decision))
    return decision.outcome


def _complete(decision: Decision[T]) -> Sequence[Call]:
    return [*decision.before_writes(), *decision.writes] if decision.writes else []
