"""A search finds few people, by a whole address or by the beginnings of words, within a scope."""

import pytest

from supporters.consent.models import Method
from supporters.lists import people_search
from supporters.lists.models import MailingList
from supporters.lists.people_search import MOST_HITS, is_searchable, search_people
from supporters.lists.subscriptions import unsubscribe_from_every_list
from supporters.team.list_scopes import EVERY_LIST, ListScope
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import made_once

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


@made_once
def lists() -> list[MailingList]:
    """Return two lists with three people, one of them on both."""
    lists = [make_list(), make_list("lyon", "Lyon")]
    make_subscriber("mathilde.coulibaly@example.org", lists[0], given_name="Mathilde")
    make_subscriber("zoe@example.org", *lists, given_name="Éloïse")
    make_subscriber("boris_50@example.net", lists[1])
    return lists


def found(text: str, scope: ListScope = EVERY_LIST, *, in_archive: bool = False) -> set[str]:
    """Return the first characters and domains of the people found."""
    result = search_people(text, scope, in_archive=in_archive)
    return {each.masked_address for each in result.items}


MATHILDE, ZOE, BORIS = "m…@example.org", "z…@example.org", "b…@example.net"


@pytest.mark.both_databases
def test_people_are_found_by_what_they_have(lists: list[MailingList]) -> None:
    cases = [
        ("mathilde.coulibaly@example.org", {MATHILDE}),
        (" Mathilde.Coulibaly@EXAMPLE.org ", {MATHILDE}),
        ("Mathilde Coulibaly", {MATHILDE}),
        ("coulibaly", {MATHILDE}),
        ("cou mat", {MATHILDE}),
        ("eloi", {ZOE}),
        ("ÉLOÏSE", {ZOE}),
        ("example", {MATHILDE, ZOE, BORIS}),
        ("boris@", {BORIS}),
        ("boris 50", {BORIS}),
        ("libaly", set()),
        ("coulibaly zoe", set()),
        ("ex%", set()),
        ("exa_ple", set()),
        ("nobody@example.org", set()),
        ("' OR 1=1 --", set()),
    ]
    faults = [text for text, expected in cases if found(text) != expected]
    assert not faults


def test_a_text_that_is_too_short_is_not_searched(lists: list[MailingList]) -> None:
    for text in ("", "ma", "é", "%%%", "a@b"):
        assert (is_searchable(text), found(text)) == (False, set()), text


def test_a_short_whole_address_is_searched() -> None:
    make_subscriber("a@b.eu", make_list())
    assert (is_searchable("a@b.eu"), found("a@b.eu")) == (True, {"a…@b.eu"})


@pytest.mark.both_databases
def test_a_scope_finds_and_names_only_its_lists(lists: list[MailingList]) -> None:
    lyon = ListScope(frozenset({lists[1].id}))
    assert found("example", lyon) == {ZOE, BORIS}
    assert found("mathilde.coulibaly@example.org", lyon) == set()
    (zoe,) = search_people("zoe@example.org", lyon).items
    assert zoe.list_names == ["Lyon"]
    assert found("example", ListScope(frozenset())) == set()


@pytest.mark.both_databases
def test_the_archive_has_those_who_left(lists: list[MailingList]) -> None:
    left = make_subscriber("left@example.org", lists[0])
    unsubscribe_from_every_list(left.id, Method.PAGE)
    assert (found("left"), found("left@example.org")) == (set(), set())
    assert found("left", in_archive=True) == {"l…@example.org"}
    assert found("zoe", in_archive=True) == set()


def test_a_search_shows_ten_people_and_says_that_there_are_more() -> None:
    mailing_list = make_list()
    for number in range(MOST_HITS + 1):
        make_subscriber(f"camille{number}@example.org", mailing_list)
    result = search_people("camille", EVERY_LIST)
    assert (len(result.items), result.has_more, result.is_cut) == (MOST_HITS, True, False)
    assert len(search_people("camille1", EVERY_LIST).items) == 2


def test_a_person_with_the_same_beginning_twice_is_found_once() -> None:
    make_subscriber("anna.annabelle@annecy.example", make_list(), given_name="Anna")
    assert len(search_people("ann", EVERY_LIST).items) == 1


def test_the_rarest_word_leads_and_a_cut_search_says_so(
    lists: list[MailingList], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people_search, "MOST_CANDIDATES", 1)
    assert found("example coulibaly") == {MATHILDE}
    assert not search_people("example coulibaly", EVERY_LIST).is_cut
    result = search_people("example", EVERY_LIST)
    assert (len(result.items), result.is_cut) == (1, True)
