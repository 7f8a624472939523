"""The reads of an address look at the same few rows, however many people there are."""

from collections.abc import Callable

import pytest
from sqlalchemy import BigInteger, cast, column, func, select, table

from supporters import clock
from supporters.fast_path.prepared_statements import Call, Statement
from supporters.fast_path.round_trips import read
from supporters.people.addresses import parse_address
from supporters.signup.address_facts import AddressKey
from supporters.signup.address_reads import call_for_facts
from supporters.signup.signup_facts import hash_address, read_facts
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber, request_to_join

pytestmark = [
    pytest.mark.parametrize("database", ["postgresql"], indirect=True),
    pytest.mark.usefixtures("app"),
]

UNKNOWN = parse_address("unknown@example.org")
EXECUTIONS = 10  # after a few of them, PostgreSQL keeps one plan for the connection
ROWS = column("seq_tup_read", BigInteger) + column("idx_tup_fetch", BigInteger)
ROWS_READ = Statement(
    select(cast(func.sum(ROWS), BigInteger)).select_from(table("pg_stat_xact_user_tables"))
)


def facts_of_a_confirmation() -> Call:
    """Return the read of a confirmation."""
    return call_for_facts(AddressKey(mac=hash_address(UNKNOWN).address, proof=b"unknown"))


def facts_of_a_signup() -> Call:
    return read_facts(UNKNOWN.key, hash_address(UNKNOWN), now=clock.now())


def count_rows_read(call: Call) -> int:
    """Return how many rows PostgreSQL looked at for a read."""
    before, _, after = read(ROWS_READ(), call, ROWS_READ())
    return int(after[0][0] - before[0][0])


@pytest.mark.parametrize("make_call", [facts_of_a_confirmation, facts_of_a_signup])
def test_a_plan_made_for_an_empty_database_suits_a_full_one(make_call: Callable[[], Call]) -> None:
    national = make_list()
    call = make_call()
    *_, few = (count_rows_read(call) for _ in range(EXECUTIONS))
    for number in range(20):
        make_subscriber(f"person{number}@example.org", national)
        request_to_join(f"waiting{number}@example.org", national)
    assert count_rows_read(call) <= few
