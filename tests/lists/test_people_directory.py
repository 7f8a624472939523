"""The directory goes through all people page by page, without an offset, with filters."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.consent.models import Method
from supporters.lists import people_search
from supporters.lists.people_search import PeopleFilter, count_people, list_people
from supporters.lists.subscriptions import unsubscribe_from_every_list
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


def shown(chosen: PeopleFilter) -> str:
    """Return the first letters of the people of the first page, newest first."""
    return "".join(each.masked_address[0] for each in list_people(chosen).items)


@pytest.fixture(autouse=True)
def people(app: Flask) -> None:
    """Add four people: on two lists, in two languages, on two days, and one who left."""
    national, lyon = make_list(), make_list("lyon", "Lyon")
    with time_machine.travel(clock.now() - timedelta(days=9), tick=True):
        make_subscriber("anna@example.org", national)
        make_subscriber("boris@example.org", lyon, language="en")
    make_subscriber("clara@example.org", national, lyon)
    left = make_subscriber("left@example.org", lyon)
    unsubscribe_from_every_list(left.id, Method.PAGE)


def test_the_newest_people_come_first() -> None:
    assert shown(PeopleFilter()) == "cba"


@pytest.mark.both_databases
def test_filters_choose_people_and_count_them() -> None:
    day_before = clock.now() - timedelta(days=1)
    chosen = {
        "cb": PeopleFilter(list_id=2),
        "b": PeopleFilter(language="en"),
        "c": PeopleFilter(since=day_before),
        "l": PeopleFilter(in_archive=True),
        "": PeopleFilter(list_id=1, language="en"),
    }
    assert {letters: shown(each) for letters, each in chosen.items()} == {
        letters: letters for letters in chosen
    }
    assert [count_people(each) for each in chosen.values()] == [len(each) for each in chosen]


@pytest.mark.both_databases
def test_the_next_page_begins_after_the_last_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people_search, "PAGE_SIZE", 2)
    first = list_people(PeopleFilter())
    second = list_people(PeopleFilter(), older_than=first.older_than)
    assert [len(first.items), len(second.items)] == [2, 1]
    assert (second.items[0].masked_address, second.older_than) == ("a…@example.org", None)


@pytest.mark.both_databases
def test_counting_with_a_filter_stops_at_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people_search, "MOST_COUNTED", 0)
    assert count_people(PeopleFilter(list_id=2)) == 1
    assert (count_people(PeopleFilter()), count_people(PeopleFilter(in_archive=True))) == (3, 1)
