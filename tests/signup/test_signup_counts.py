"""The unconfirmed addresses are counted, and words in the address of the page; nobody is kept."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from supporters import clock
from supporters.database import db, transaction
from supporters.lists.models import MailingList
from supporters.signup.models import FormSourceCount, PendingCount, SignupRequest, SourceCount
from supporters.signup.pending_counts import VALID_FOR, count_pending, store_pending_counts
from supporters.signup.signup_sources import (
    MOST_SOURCES,
    OTHER,
    RETAINED_FOR,
    count_sources,
    list_form_source_totals,
    list_source_totals,
    read_source,
)
from tests.factories.forms import make_form
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber, request_to_join
from tests.machinery.statements import statements
from tests.web.public.pages import join

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]
MANY = 1  # for a worker in these tests
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def ask(*lists: MailingList, names: tuple[str, ...]) -> None:
    """Let somebody of each name ask for some lists."""
    for name in names:
        request_to_join(f"{name}@example.org", *lists)


def sources_of_requests() -> list[str | None]:
    return [*db.session.scalars(select(SignupRequest.source).order_by(SignupRequest.id))]


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


@pytest.mark.parametrize("typed", ["leaflet-lyon", " Leaflet-Lyon ", "a", "2027", "x" * 40])
def test_a_plain_word_is_a_source(typed: str) -> None:
    assert read_source(typed) == typed.strip().lower()


@pytest.mark.parametrize("typed", ["", "-", "a-", "a b", "ada@example.org", "é", "x" * 41])
def test_all_else_is_no_source_and_no_fault(typed: str) -> None:
    assert read_source(typed) is None


@pytest.mark.both_databases
def test_the_word_in_the_address_is_counted_and_then_kept_with_nobody(
    client: FlaskClient, mailing_list: MailingList
) -> None:
    for address, query in [
        ("ada@example.org", "?from=tract"),
        ("bob@example.org", "?from=tract"),
        ("cleo@example.org", "?from=ada@example.org"),
        ("dan@example.org", ""),
    ]:
        join(client, address, f"/fr/join/national{query}")
    assert sources_of_requests() == ["tract", "tract", None, None]
    count_sources(clock.now())
    assert sources_of_requests() == [None] * 4
    assert list_source_totals(mailing_list.id, clock.now()) == [("tract", 2, 2)]
    count_sources(clock.now())
    assert list_source_totals(mailing_list.id, clock.now()) == [("tract", 2, 2)]


@pytest.mark.both_databases
def test_totals_grow_by_day_and_the_largest_of_thirty_days_comes_first(
    client: FlaskClient, mailing_list: MailingList
) -> None:
    add_total(mailing_list, "affiche", NOW.date() - timedelta(days=40), 50)
    add_total(mailing_list, "tract", NOW.date(), 3)
    with time_machine.travel(NOW, tick=False):
        join(client, "ada@example.org", "/fr/join/national?from=tract")
        count_sources(NOW)
    assert list_source_totals(mailing_list.id, NOW) == [("tract", 4, 4), ("affiche", 0, 50)]


def test_a_day_has_a_limited_number_of_words_and_nothing_is_lost(
    client: FlaskClient, mailing_list: MailingList
) -> None:
    for number in range(MOST_SOURCES):
        add_total(mailing_list, f"word-{number}", NOW.date(), 1)
    with time_machine.travel(NOW, tick=False):
        for address, word in [("ada@example.org", "new"), ("bob@example.org", "word-7")]:
            join(client, address, f"/fr/join/national?from={word}")
        count_sources(NOW)
    totals = {each.source: each.all for each in list_source_totals(mailing_list.id, NOW)}
    assert (totals["word-7"], totals[OTHER], "new" in totals) == (2, 1, False)


@pytest.mark.both_databases
def test_a_form_of_the_team_counts_its_own_sources_whichever_lists_are_ticked(
    client: FlaskClient, mailing_list: MailingList
) -> None:
    made = make_form(mailing_list, make_list("lyon", "Lyon"))
    join(client, "ada@example.org", "/fr/join/gare?from=tract")
    join(client, "bob@example.org", "/fr/embed/gare?from=tract")
    join(client, "cleo@example.org", "/fr/join/national?from=tract")
    assert sources_of_requests() == ["tract"] * 3
    count_sources(clock.now())
    count_sources(clock.now())
    assert sources_of_requests() == [None] * 3
    assert list_form_source_totals(made.id, clock.now()) == [("tract", 2, 2)]
    assert list_source_totals(mailing_list.id, clock.now()) == [("tract", 1, 1)]


def test_a_day_of_a_form_has_a_limited_number_of_words_too(
    client: FlaskClient, mailing_list: MailingList
) -> None:
    made = make_form(mailing_list)
    with transaction():
        for number in range(MOST_SOURCES):
            values = {"source": f"word-{number}", "day": NOW.date(), "requests": 1}
            db.session.add(FormSourceCount(form_id=made.id, **values))
    with time_machine.travel(NOW, tick=False):
        join(client, "ada@example.org", "/fr/join/gare?from=new")
        join(client, "bob@example.org", "/fr/join/national?from=new")
        count_sources(NOW)
    other = db.session.get(FormSourceCount, (made.id, OTHER, NOW.date()))
    assert (other.requests if other else None) == 1
    assert list_source_totals(mailing_list.id, NOW) == [("new", 1, 1)]


def test_totals_are_deleted_after_two_years(mailing_list: MailingList) -> None:
    add_total(mailing_list, "old", (NOW - RETAINED_FOR).date() - timedelta(days=1), 5)
    add_total(mailing_list, "young", (NOW - RETAINED_FOR).date(), 5)
    made = make_form(mailing_list)
    with transaction():
        for source, days in (("old", 1), ("young", 0)):
            day = (NOW - RETAINED_FOR).date() - timedelta(days=days)
            db.session.add(FormSourceCount(form_id=made.id, source=source, day=day, requests=7))
    count_sources(NOW)
    assert list_source_totals(mailing_list.id, NOW) == [("young", 0, 5)]
    assert list_form_source_totals(made.id, NOW) == [("young", 0, 7)]


def add_total(mailing_list: MailingList, source: str, day: date, requests: int) -> None:
    """Store a total."""
    with transaction():
        db.session.add(
            SourceCount(mailing_list_id=mailing_list.id, source=source, day=day, requests=requests)
        )
