"""Changes an address under its lock, by a decision from its facts (`fast_path.locked_changes`)."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from sqlalchemy.exc import IntegrityError

from supporters.fast_path.locked_changes import Decision, change_in_session, change_in_trips
from supporters.locks import Lock
from supporters.signup.address_facts import AddressFacts, AddressKey
from supporters.signup.address_reads import call_for_facts, make_facts
from supporters.transparency_log.log_records import load_people_key

T = TypeVar("T")


def change_address(key: AddressKey, decide: Callable[[AddressFacts], Decision[T]]) -> T:
    """Lock an address, read its facts, decide, and write; return the outcome of the decision.

    The decision is made once more if another way was faster to write the same rows.
    """
    load_people_key()
    change = partial(
        change_in_trips,
        (Lock.ADDRESS, key.mac),
        [call_for_facts(key)],
        lambda rows: decide(make_facts(rows[0])),
    )
    try:
        return change()
    except IntegrityError:
        return change()


def change_locked_address(key: AddressKey, decide: Callable[[AddressFacts], Decision[T]]) -> T:
    """Do the same as a step of a use case, which has locked the address or its person."""
    return change_in_session([call_for_facts(key)], lambda rows: decide(make_facts(rows[0])))
