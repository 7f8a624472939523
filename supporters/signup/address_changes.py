"""Changes an address under its lock: read, decide, write; in two trips, or within a transaction.

Both ways run the same decision and the same statements.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy.exc import IntegrityError

from supporters.consent.withdrawal_journal import Withdrawal, append_before_commit
from supporters.database import in_transaction
from supporters.locks import Lock
from supporters.people.address_hashes import data_key
from supporters.prepared_statements import Call, Row
from supporters.round_trips import exchange, read_one
from supporters.session_calls import read_in_session, write_in_session
from supporters.signup.address_facts import AddressFacts, AddressKey
from supporters.signup.address_reads import call_for_facts, make_facts
from supporters.signup.shared_facts import NotKept, refuse
from supporters.transparency_log.log_keys import PEOPLE

T = TypeVar("T")
MOST_LOADS = 4  # of what all visitors share, if it keeps changing


@dataclass(frozen=True, kw_only=True)
class Decision(Generic[T]):
    """The outcome of a decision, its writes, and its lines for the withdrawal journal."""

    outcome: T
    writes: Sequence[Call] = ()
    lines: Sequence[Withdrawal] = ()


Decide = Callable[[AddressFacts], Decision[T]]


def change_address(key: AddressKey, decide: Decide[T]) -> T:
    """Lock an address, read its facts, decide, and write; return the outcome of the decision.

    The decision is made again if this process lacks something that all visitors share, and once
    more if another way was faster to write the same rows. So it changes nothing by itself.
    """
    data_key(PEOPLE)  # nothing else may be read within an exchange
    try:
        return _change_once_loaded(key, decide)
    except IntegrityError:
        return _change_once_loaded(key, decide)


def _change_once_loaded(key: AddressKey, decide: Decide[T]) -> T:
    """Change an address in two trips. The rows that all visitors share are read before."""
    for _ in range(MOST_LOADS):
        try:
            return _change_in_two_trips(key, decide)
        except NotKept:
            decide(make_facts(read_one(call_for_facts(key)), read_one))
    return _change_in_two_trips(key, decide)


def _change_in_two_trips(key: AddressKey, decide: Decide[T]) -> T:
    def decide_on(rows: Sequence[Sequence[Row]]) -> tuple[Sequence[Call], T]:
        decision = decide(make_facts(rows[0], refuse))
        return [*append_before_commit(decision.lines), *decision.writes], decision.outcome

    return exchange((Lock.ADDRESS, key.mac), [call_for_facts(key)], decide_on)


@in_transaction
def change_locked_address(key: AddressKey, decide: Decide[T]) -> T:
    """Do the same as a step of a use case, which has locked the address or its person."""
    decision = decide(make_facts(read_in_session(call_for_facts(key)), read_in_session))
    write_in_session(*append_before_commit(decision.lines), *decision.writes)
    return decision.outcome
