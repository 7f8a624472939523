"""A list has a territory of places, which changes the edition and is recorded once."""

import pytest

from supporters.fast_path.site_edition import read_edition
from supporters.lists.list_territories import (
    change_territory,
    find_territory,
    list_open_territories,
    write_territory,
)
from supporters.lists.mailing_lists import close_list
from supporters.territory.rules import PlaceKind, Territory, TypedTerritory
from tests.factories.lists import make_list

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
TYPED = TypedTerritory(departements="2a, 69", communes="Saint-Denis (93)\nLyon", postcodes="69003")


@pytest.mark.both_databases
def test_a_territory_is_stored_and_written_as_it_can_be_typed() -> None:
    list_id = make_list().id
    before = read_edition()
    assert change_territory(list_id, TYPED) is True
    assert read_edition() != before
    written = write_territory(find_territory(list_id))
    assert written == {
        PlaceKind.DEPARTEMENT: ["2A", "69"],
        PlaceKind.COMMUNE: ["Lyon (69)", "Saint-Denis (93)"],
        PlaceKind.POSTCODE: ["69003"],
    }
    again = TypedTerritory(
        **{f"{kind.value}s": "\n".join(places) for kind, places in written.items()}
    )
    assert change_territory(list_id, again) is False


def test_a_faulty_territory_changes_nothing() -> None:
    list_id = make_list().id
    change_territory(list_id, TYPED)
    faults = change_territory(list_id, TypedTerritory(departements="20"))
    assert isinstance(faults, list)
    assert find_territory(list_id).departements == {"2A", "69"}


def test_a_territory_is_emptied() -> None:
    list_id = make_list().id
    change_territory(list_id, TYPED)
    assert change_territory(list_id, TypedTerritory()) is True
    assert find_territory(list_id) == Territory()


def test_only_open_lists_are_offered() -> None:
    make_list()
    lyon, paris = make_list("lyon", "Lyon"), make_list("paris", "Paris")
    for each in (lyon, paris):
        change_territory(each.id, TYPED)
    close_list(paris.id)
    assert [each.id for each, _ in list_open_territories()] == [lyon.id]
