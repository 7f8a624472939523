"""Changes an address under its lock: read, decide, write; in two trips, or within a transaction.

Both ways run the same decision and the same statements.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy.exc import IntegrityError

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
Decide = Callable[[AddressFacts], tuple[Sequence[Call], T]]
MOST_TRIES = 5


def change_address(key: AddressKey, decide: Decide[T]) -> T:
    """Lock an address, read its facts, decide, and write; return the outcome of the decision.

    The decision may be made more than once: what all visitors share has changed meanwhile, or two
    ways made the same person at once. It writes nothing itself.
    """
    data_key(PEOPLE)  # nothing else may be read within an exchange
    for _ in range(MOST_TRIES - 1):
        try:
            return _change_in_two_trips(key, decide)
        except NotKept:
            decide(make_facts(read_one(call_for_facts(key)), read_one))
        except IntegrityError:
            continue
    return _change_in_two_trips(key, decide)


def _change_in_two_trips(key: AddressKey, decide: Decide[T]) -> T:
    def decide_on(rows: Sequence[Sequence[Row]]) -> tuple[Sequence[Call], T]:
        return decide(make_facts(rows[0], refuse))

    return exchange((Lock.ADDRESS, key.mac), [call_for_facts(key)], decide_on)


@in_transaction
def change_locked_address(key: AddressKey, decide: Decide[T]) -> T:
    """Do the same as a step of a use case, which has locked the address or its person."""
    writes, outcome = decide(make_facts(read_in_session(call_for_facts(key)), read_in_session))
    write_in_session(*writes)
    return outcome
