"""The table of postcodes: communes, arrondissements, overseas, Corsica, and no CEDEX."""

import hashlib
import lzma
import re

import pytest

from supporters.territory.communes import (
    BETWEEN,
    DEPARTEMENT,
    TABLE,
    Commune,
    Departement,
    find_communes,
    find_communes_named,
    find_departement,
    is_postcode,
    name_communes,
)

THE_TEXT = "c3220cf2ae24abe8a2954b6597e5ea256f9d1d5674c5ad7bd147935a7085b0f1"


def list_postcodes() -> list[str]:
    return [text for number in range(100_000) if find_communes(text := f"{number:05}")]


def test_the_table_is_the_one_that_the_locked_package_gives() -> None:
    text = lzma.decompress(TABLE.read_bytes())
    assert hashlib.sha256(text).hexdigest() == THE_TEXT, "Did you run make territory? Note its sum."


def test_the_table_is_small() -> None:
    assert TABLE.stat().st_size < 300_000


@pytest.mark.parametrize(
    ("postcode", "code", "name", "departement"),
    [
        ("75001", "75101", "Paris 1er Arrondissement", "75"),
        ("75116", "75116", "Paris 16e Arrondissement", "75"),
        ("69003", "69383", "Lyon 3e Arrondissement", "69"),
        ("20000", "2A004", "Ajaccio", "2A"),
        ("20200", "2B033", "Bastia", "2B"),
        ("97400", "97411", "Saint-Denis", "974"),
        ("97150", "97801", "Saint-Martin", "978"),
        ("98800", "98818", "Nouméa", "988"),
        ("01000", "01053", "Bourg-en-Bresse", "01"),
    ],
)
def test_a_postcode_has_its_communes(postcode: str, code: str, name: str, departement: str) -> None:
    found = {each.code: each for each in find_communes(postcode)}
    assert found[code] == Commune(code, name)
    assert found[code].departement_code == departement


def test_the_postcode_with_the_most_communes_has_46() -> None:
    most = max(list_postcodes(), key=lambda each: len(find_communes(each)))
    assert (most, len(find_communes(most))) == ("51300", 46)


def test_communes_are_in_the_order_of_the_alphabet() -> None:
    names = [each.name for each in find_communes("01400")]
    assert names.index("L'Abergement-Clémenciat") < names.index("Neuville-les-Dames")
    assert len({*names}) == len(names)


@pytest.mark.parametrize("postcode", ["75700", "31998", "00000", "99999", "", "7500", "ABCDE"])
def test_a_cedex_or_another_text_has_no_commune(postcode: str) -> None:
    assert find_communes(postcode) == []


def test_no_name_is_a_cedex_and_each_commune_is_in_a_departement() -> None:
    everything = [each for postcode in list_postcodes() for each in find_communes(postcode)]
    assert len({*everything}) > 34_900
    assert not [each for each in everything if re.search("cedex", each.name, re.IGNORECASE)]
    assert not [each for each in everything if find_departement(each.departement_code) is None]


def test_there_are_101_departements_and_the_overseas_collectivities() -> None:
    lines = lzma.decompress(TABLE.read_bytes()).decode().splitlines()
    assert sum(line.startswith(DEPARTEMENT + BETWEEN) for line in lines) == 109
    assert find_departement("69") == Departement("69", "Rhône")
    assert find_departement("2b") == Departement("2B", "Haute-Corse")
    assert find_departement("20") is None


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("75001", True), ("7500", False), ("750011", False), ("75 01", False), ("\uff175001", False)],
)
def test_a_postcode_has_five_digits(text: str, is_one: bool) -> None:
    assert is_postcode(text) is is_one


def test_an_arrondissement_belongs_to_its_commune() -> None:
    (arrondissement,) = find_communes("13001")
    assert (arrondissement.code, arrondissement.whole_code) == ("13201", "13055")
    assert name_communes(["13055", "69381"])["13055"] == Commune("13055", "Marseille")
    (other,) = find_communes("97400")
    assert other.whole_code == other.code


def test_communes_are_found_by_name_without_accents_and_hyphens() -> None:
    found = find_communes_named(["saint denis", "Lyon", "Nulle-Part", ""])
    assert {"93066", "97411"} <= {each.code for each in found["saint denis"]}
    assert found["Lyon"] == [Commune("69123", "Lyon")]
    assert (found["Nulle-Part"], found[""]) == ([], [])
