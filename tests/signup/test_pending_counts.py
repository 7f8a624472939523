"""The unconfirmed addresses: exact while they are few, the worker's counts while they are many."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from supporters import clock
from supporters.database import db
from supporters.lists.models import MailingList
from supporters.signup.models import PendingCount
from supporters.signup.pending_counts import VALID_FOR, count_pending, store_pending_counts
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber, request_to_join
from tests.machinery.statements import statements

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

MANY = 1  # for a worker in these tests


def ask(*lists: MailingList, names: tuple[str, ...]) -> None:
    """Let somebody of each name ask for some lists."""
    for name in names:
        request_to_join(f"{name}@example.org", *lists)


def test_an_address_counts_once_for_each_list_and_once_in_all() -> None:
    lyon, paris, dole = (make_list(each, each) for each in ("lyon", "paris", "dole"))
    ask(lyon, names=("a", "b"))
    ask(paris, lyon, names=("b", "c"))
    make_subscriber("member@example.org", dole)
    counts = count_pending(clock.now())
    assert counts.all == 3
    assert [counts.within([each.id]) for each in (lyon, paris, dole)] == [3, 2, 0]
    assert (counts.within([lyon.id, paris.id]), counts.within([])) == (3, 0)


def test_an_expired_request_is_not_counted() -> None:
    ask(make_list(), names=("a",))
    assert count_pending(clock.now() + timedelta(days=4)).all == 0


def test_pages_go_through_no_request_while_a_worker_counts_many(owner_client: FlaskClient) -> None:
    lyon, paris = make_list("lyon", "Lyon"), make_list("paris", "Paris")
    ask(lyon, paris, names=("a", "b"))
    ask(paris, names=("c",))
    make_subscriber("member@example.org", paris)
    before = count_pending(clock.now())
    store_pending_counts(clock.now(), MANY)
    for page in ("/console/", "/console/lists", f"/console/lists/{paris.id}"):
        with statements() as said:
            assert owner_client.get(page).status_code == 200
        assert [each for each in said if "signup_request" in each] == []
    assert count_pending(clock.now()) == before


def test_few_addresses_are_counted_at_once() -> None:
    lyon = make_list()
    ask(lyon, names=("a", "b"))
    store_pending_counts(clock.now(), MANY)
    store_pending_counts(clock.now())
    ask(lyon, names=("c",))
    assert count_pending(clock.now()).within([lyon.id]) == 3


def test_the_worker_counts_anew_each_time() -> None:
    lyon = make_list()
    ask(lyon, names=("a",))
    store_pending_counts(clock.now(), MANY)
    ask(lyon, names=("b",))
    store_pending_counts(clock.now(), MANY)
    assert count_pending(clock.now()).all == 2
    assert db.session.query(PendingCount).count() == 1


def test_without_a_worker_pages_count_themselves_again() -> None:
    lyon = make_list()
    ask(lyon, names=("a",))
    store_pending_counts(clock.now(), MANY)
    ask(lyon, names=("b",))
    assert count_pending(clock.now()).all == 1
    assert count_pending(clock.now() + VALID_FOR).all == 2
