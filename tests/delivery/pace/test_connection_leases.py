"""The connections of campaigns are shared by leases, so a common limit holds over all machines."""

from datetime import timedelta
from functools import partial

import pytest
from flask import Flask

from supporters import clock
from supporters.delivery.engine.leased_connections import LeasedConnections
from supporters.delivery.pace.connection_leases import (
    LEASE_TIME,
    Connections,
    find_connections,
    limit_connections,
    renew_leases,
    return_leases,
    take_lease,
)
from tests.machinery.threads import in_threads

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]
SENDERS = [f"machine{number % 2}-{number}" for number in range(6)]


def test_without_a_limit_there_is_nothing_to_share() -> None:
    assert find_connections(clock.now()) is None
    assert not limit_connections(None)


def test_no_more_senders_than_the_limit_get_a_lease() -> None:
    now = clock.now()
    assert limit_connections(3)
    assert [take_lease(each, now) for each in SENDERS] == [True] * 3 + [False] * 3
    assert [take_lease(each, now) for each in SENDERS[:3]] == [True] * 3  # their own again
    assert find_connections(now) == Connections(most=3, held=3)


def test_senders_that_ask_at_once_share_them_too(app: Flask) -> None:
    now = clock.now()
    limit_connections(2)
    taken = in_threads(app, [partial(take_lease, each, now) for each in SENDERS])
    assert sum(bool(each) for each in taken) <= 2
    found = find_connections(now)
    assert found is not None
    assert found.held <= 2


def test_a_lost_machine_gives_its_leases_back_after_a_while() -> None:
    now = clock.now()
    limit_connections(1)
    assert take_lease("lost-0", now)
    assert not take_lease("other-0", now + LEASE_TIME - timedelta(seconds=1))
    assert take_lease("other-0", now + LEASE_TIME)
    assert renew_leases(["lost-0"], now + LEASE_TIME) == set()


def test_a_renewed_or_returned_lease_is_another_senders_at_once_or_not_at_all() -> None:
    now = clock.now()
    limit_connections(1)
    assert take_lease("one-0", now)
    assert renew_leases(["one-0", "two-0"], now + timedelta(seconds=20)) == {"one-0"}
    assert not take_lease("two-0", now + LEASE_TIME + timedelta(seconds=5))
    return_leases(["one-0"])
    assert take_lease("two-0", now)


def test_a_lower_limit_takes_leases_away() -> None:
    limit_connections(2)
    ours = LeasedConnections(clock.now)
    assert [ours.may_connect(each) for each in ("ours-0", "ours-1")] == [True, True]
    limit_connections(1)
    ours.renew()
    assert [ours.may_connect(each) for each in ("ours-0", "ours-1")] == [True, False]
    ours.give_back()
    assert find_connections(clock.now()) == Connections(most=1, held=0)
