"""Decides which places a territory covers, and reads the places that were typed."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto

from supporters.territory.communes import (
    Commune,
    find_communes,
    find_communes_named,
    find_departement,
    is_postcode,
    name_communes,
)

MOST_PLACES = 500
BETWEEN = re.compile(r"[\n,;]")
IN_BRACKETS = re.compile(r"(?P<name>.+?)\s*\((?P<departement>[0-9AB]{2,3})\)", re.IGNORECASE)
INSEE_CODE = re.compile(r"[0-9][0-9AB][0-9]{3}", re.IGNORECASE)


class PlaceKind(StrEnum):
    """A kind of place in a territory."""

    DEPARTEMENT = "departement"
    COMMUNE = "commune"
    POSTCODE = "postcode"


class PlaceFault(Enum):
    """Why a typed place isn't accepted."""

    UNKNOWN_DEPARTEMENT = auto()
    UNKNOWN_POSTCODE = auto()
    UNKNOWN_COMMUNE = auto()
    SEVERAL_COMMUNES = auto()
    TOO_MANY = auto()


@dataclass(frozen=True, kw_only=True)
class FaultyPlace:
    """A typed place with its fault; `others` are the communes of its name."""

    kind: PlaceKind
    fault: PlaceFault
    typed: str = ""
    others: Sequence[Commune] = ()


@dataclass(frozen=True, kw_only=True)
class Territory:
    """The places of a list, by their codes. An empty one is no territory."""

    departements: frozenset[str] = frozenset()
    communes: frozenset[str] = frozenset()
    postcodes: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether it has no place."""
        return not (self.departements or self.communes or self.postcodes)

    def codes_of(self, kind: PlaceKind) -> frozenset[str]:
        """Return the codes of the places of a kind."""
        match kind:
            case PlaceKind.DEPARTEMENT:
                return self.departements
            case PlaceKind.COMMUNE:
                return self.communes
            case PlaceKind.POSTCODE:
                return self.postcodes

    def covers(self, postcode: str, commune: Commune) -> bool:
        """Tell whether a commune with this postcode is in the territory."""
        return (
            postcode in self.postcodes
            or not self.communes.isdisjoint({commune.code, commune.whole_code})
            or commune.departement_code in self.departements
        )

    def contains(self, other: "Territory") -> bool:
        """Tell whether every place of another territory is in this one. An empty one isn't."""
        return (
            not other.is_empty
            and other.departements <= self.departements
            and all(self.covers("", Commune(code, "")) for code in other.communes)
            and all(_has_postcode(self, code, all) for code in other.postcodes)
        )

    def touches(self, other: "Territory") -> bool:
        """Tell whether a place is in both territories, as a whole or in part."""
        return _reaches(self, other) or _reaches(other, self)


def _reaches(one: Territory, other: Territory) -> bool:
    return (
        not one.departements.isdisjoint(other.departements)
        or any(one.covers("", Commune(code, "")) for code in other.communes)
        or any(_has_postcode(one, code, any) for code in other.postcodes)
    )


def _has_postcode(territory: Territory, code: str, which: Callable[[Iterable[bool]], bool]) -> bool:
    """Tell whether all communes of a postcode are in a territory, or any."""
    found = [territory.covers(code, commune) for commune in find_communes(code)]
    return code in territory.postcodes or (bool(found) and which(found))


def make_territory(places: Iterable[tuple[PlaceKind, str]]) -> Territory:
    """Return the territory of some places by their kinds and codes."""
    codes: dict[PlaceKind, set[str]] = {kind: set() for kind in PlaceKind}
    for kind, code in places:
        codes[kind].add(code)
    return Territory(
        departements=frozenset(codes[PlaceKind.DEPARTEMENT]),
        communes=frozenset(codes[PlaceKind.COMMUNE]),
        postcodes=frozenset(codes[PlaceKind.POSTCODE]),
    )


@dataclass(frozen=True, kw_only=True)
class TypedTerritory:
    """The places as they were typed, separated by lines or commas."""

    departements: str = ""
    communes: str = ""
    postcodes: str = ""


@dataclass
class _Found:
    codes: dict[PlaceKind, set[str]] = field(
        default_factory=lambda: {kind: set() for kind in PlaceKind}
    )
    faults: list[FaultyPlace] = field(default_factory=list)

    def refuse(
        self, kind: PlaceKind, fault: PlaceFault, *, typed: str, others: Sequence[Commune] = ()
    ) -> None:
        self.faults.append(FaultyPlace(kind=kind, fault=fault, typed=typed, others=others))


def read_territory(typed: TypedTerritory) -> Territory | list[FaultyPlace]:
    """Return the typed places as a territory, or all faults in them."""
    found = _Found()
    for each in _split(typed.departements):
        departement = find_departement(each)
        if departement is None:
            found.refuse(PlaceKind.DEPARTEMENT, PlaceFault.UNKNOWN_DEPARTEMENT, typed=each)
        else:
            found.codes[PlaceKind.DEPARTEMENT].add(departement.code)
    for each in _split(typed.postcodes):
        code = each.replace(" ", "")
        if not is_postcode(code) or not find_communes(code):
            found.refuse(PlaceKind.POSTCODE, PlaceFault.UNKNOWN_POSTCODE, typed=each)
        else:
            found.codes[PlaceKind.POSTCODE].add(code)
    _read_communes(_split(typed.communes), found)
    for kind, codes in found.codes.items():
        if len(codes) > MOST_PLACES:
            found.refuse(kind, PlaceFault.TOO_MANY, typed="")
    return found.faults or make_territory(
        (kind, code) for kind, codes in found.codes.items() for code in codes
    )


def _read_communes(typed: Sequence[str], found: _Found) -> None:
    """Read communes: by INSEE code, by name, or by name with the département in brackets."""
    codes = name_communes({each.upper() for each in typed if INSEE_CODE.fullmatch(each)})
    names = {each: IN_BRACKETS.fullmatch(each) for each in typed if each.upper() not in codes}
    named = find_communes_named({match["name"] if match else each for each, match in names.items()})
    for each in typed:
        if each.upper() in codes:
            found.codes[PlaceKind.COMMUNE].add(each.upper())
            continue
        communes = _pick(names[each], each, named)
        if len(communes) == 1:
            found.codes[PlaceKind.COMMUNE].add(communes[0].code)
        elif communes:
            found.refuse(
                PlaceKind.COMMUNE, PlaceFault.SEVERAL_COMMUNES, typed=each, others=communes
            )
        else:
            found.refuse(PlaceKind.COMMUNE, PlaceFault.UNKNOWN_COMMUNE, typed=each)


def _pick(
    match: re.Match[str] | None, typed: str, named: Mapping[str, Sequence[Commune]]
) -> Sequence[Commune]:
    if match is None:
        return named[typed]
    departement = match["departement"].upper()
    return [each for each in named[match["name"]] if each.departement_code == departement]


def _split(text: str) -> list[str]:
    found = (" ".join(each.split()) for each in BETWEEN.split(text))
    return [*dict.fromkeys(each for each in found if each)]


def describe_commune(commune: Commune) -> str:
    """Return the name of a commune as it can be typed: with its département in brackets."""
    return f"{commune.name} ({commune.departement_code})"


def needs_commune(territories: Iterable[Territory], postcode: str) -> bool:
    """Tell whether the communes of a postcode are in different territories."""
    communes, given = find_communes(postcode), [*territories]
    covered = {tuple(each.covers(postcode, commune) for each in given) for commune in communes}
    return len(covered) > 1
