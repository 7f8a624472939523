"""A territory is typed by name, code or postcode, and covers what it names."""

from itertools import islice

import pytest

from supporters.territory.communes import Commune, find_communes
from supporters.territory.rules import (
    MOST_PLACES,
    PlaceFault,
    Territory,
    TypedTerritory,
    describe_commune,
    needs_commune,
    read_territory,
)

LYON_3 = Commune("69383", "Lyon 3e Arrondissement")
BRON = Commune("69029", "Bron")


@pytest.mark.parametrize(
    ("typed", "territory"),
    [
        (TypedTerritory(), Territory()),
        (TypedTerritory(departements="69, 2a\n974"), Territory(departements={"69", "2A", "974"})),
        (TypedTerritory(postcodes="69 003; 69500"), Territory(postcodes={"69003", "69500"})),
        (TypedTerritory(communes="bron, LYON"), Territory(communes={"69029", "69123"})),
        (TypedTerritory(communes="69029\n2a004"), Territory(communes={"69029", "2A004"})),
        (TypedTerritory(communes="Saint-Denis (93)"), Territory(communes={"93066"})),
        (TypedTerritory(communes="St Denis\n, ,"), None),
    ],
)
def test_places_are_read(typed: TypedTerritory, territory: Territory | None) -> None:
    read = read_territory(typed)
    if territory is None:
        assert isinstance(read, list)
    else:
        assert isinstance(read, Territory)
        assert vars(read) == {name: frozenset(codes) for name, codes in vars(territory).items()}


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        (TypedTerritory(departements="20"), PlaceFault.UNKNOWN_DEPARTEMENT),
        (TypedTerritory(postcodes="69000"), PlaceFault.UNKNOWN_POSTCODE),
        (TypedTerritory(postcodes="Lyon"), PlaceFault.UNKNOWN_POSTCODE),
        (TypedTerritory(communes="Nulle-Part"), PlaceFault.UNKNOWN_COMMUNE),
        (TypedTerritory(communes="Lyon (75)"), PlaceFault.UNKNOWN_COMMUNE),
        (TypedTerritory(communes="Saint-Denis"), PlaceFault.SEVERAL_COMMUNES),
    ],
)
def test_an_unclear_place_is_refused_with_its_words(
    typed: TypedTerritory, fault: PlaceFault
) -> None:
    faults = read_territory(typed)
    assert isinstance(faults, list)
    (found,) = faults
    assert found.fault is fault
    assert found.typed in vars(typed).values()


def test_communes_of_one_name_are_told_as_they_can_be_typed() -> None:
    faults = read_territory(TypedTerritory(communes="Saint-Denis"))
    assert isinstance(faults, list)
    words = [describe_commune(each) for each in faults[0].others]
    assert {"Saint-Denis (93)", "Saint-Denis (974)"} <= {*words}
    assert isinstance(read_territory(TypedTerritory(communes="\n".join({*words}))), Territory)


def test_a_territory_has_at_most_so_many_places() -> None:
    found = (text for number in range(1_000, 100_000) if find_communes(text := f"{number:05}"))
    faults = read_territory(TypedTerritory(postcodes=",".join(islice(found, MOST_PLACES + 1))))
    assert isinstance(faults, list)
    assert [each.fault for each in faults] == [PlaceFault.TOO_MANY]


@pytest.mark.parametrize(
    ("territory", "lyon", "bron"),
    [
        (Territory(departements=frozenset({"69"})), True, True),
        (Territory(communes=frozenset({"69123"})), True, False),
        (Territory(communes=frozenset({"69383"})), True, False),
        (Territory(postcodes=frozenset({"69500"})), False, True),
        (Territory(), False, False),
    ],
)
def test_a_territory_covers_its_places(territory: Territory, lyon: bool, bron: bool) -> None:
    assert (territory.covers("69003", LYON_3), territory.covers("69500", BRON)) == (lyon, bron)


def test_the_commune_is_asked_only_if_it_decides() -> None:
    communes = find_communes("01400")
    whole = Territory(departements=frozenset({"01"}))
    one = Territory(communes=frozenset({communes[0].code}))
    assert not needs_commune([whole], "01400")
    assert needs_commune([whole, one], "01400")
    assert not needs_commune([one], "69003")
