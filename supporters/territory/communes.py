"""Finds the communes of a postcode, and the département of a commune.

The table is read at the first look-up of a process, and cached as text: a megabyte. It comes from
packages of contrib/territory (`make territory`); its source and licence stand in communes.LICENSE.
"""

import lzma
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from supporters.people.rules import list_words

TABLE = Path(__file__).with_name("communes.txt.xz")
POSTCODE_DIGITS = 5
OVERSEAS = ("97", "98")
BETWEEN = "\t"
DEPARTEMENT, WHOLE, POSTCODE = "D", "W", "P"  # the kinds of lines, in the order of the table


@dataclass(frozen=True)
class Departement:
    """A département or an overseas collectivity: its INSEE code and its name."""

    code: str
    name: str


@dataclass(frozen=True, order=True)
class Commune:
    """A commune, or an arrondissement of Paris, Lyon or Marseille: its INSEE code and its name."""

    code: str
    name: str

    @property
    def departement_code(self) -> str:
        """Return the code of its département: three characters overseas, two elsewhere."""
        return self.code[:3] if self.code.startswith(OVERSEAS) else self.code[:2]

    @property
    def whole_code(self) -> str:
        """Return the code of the whole commune, for an arrondissement; else its own."""
        return _read().whole_codes.get(self.code, self.code)


@dataclass(frozen=True)
class _Table:
    """The lines of the table by their codes."""

    departements: Mapping[str, Departement]
    whole_codes: Mapping[str, str]
    whole_communes: Mapping[str, Commune]
    postcodes: Mapping[str, str]


def is_postcode(text: str) -> bool:
    """Tell whether a text has the form of a postcode: five digits."""
    return len(text) == POSTCODE_DIGITS and text.isascii() and text.isdecimal()


def find_communes(postcode: str) -> Sequence[Commune]:
    """Return the communes of a postcode, by name; none if the table doesn't have it."""
    found = _split(_read().postcodes.get(postcode, ""))
    return sorted(found, key=lambda each: (list_words(each.name), each.code))


def find_departement(code: str) -> Departement | None:
    """Return the département with this code, as in 69, 2A or 974."""
    return _read().departements.get(code.upper())


def name_communes(codes: Collection[str]) -> Mapping[str, Commune]:
    """Return the communes with these INSEE codes; Paris, Lyon and Marseille as wholes too."""
    return {each.code: each for each in _list_communes() if each.code in codes}


def find_communes_named(names: Iterable[str]) -> Mapping[str, Sequence[Commune]]:
    """Return the communes with each of these names, without regard to case, accents and hyphens."""
    wanted = {name: list_words(name) for name in names}
    found: dict[tuple[str, ...], set[Commune]] = {tuple(each): set() for each in wanted.values()}
    for commune in _list_communes():
        same_name = found.get(tuple(list_words(commune.name)))
        if same_name is not None:
            same_name.add(commune)
    return {name: sorted(found[tuple(words)]) for name, words in wanted.items()}


def _list_communes() -> Iterator[Commune]:
    table = _read()
    yield from table.whole_communes.values()
    for line in table.postcodes.values():
        yield from _split(line)


def _split(line: str) -> Iterator[Commune]:
    for part in line.split("|") if line else ():
        code, _, name = part.partition(" ")
        yield Commune(code, name)


@cache
def _read() -> _Table:
    lines: dict[str, dict[str, str]] = {DEPARTEMENT: {}, WHOLE: {}, POSTCODE: {}}
    for line in lzma.decompress(TABLE.read_bytes()).decode().splitlines():
        kind, key, words = line.split(BETWEEN)
        lines[kind][key] = words
    wholes = {key: words.partition(" ") for key, words in lines[WHOLE].items()}
    return _Table(
        departements={key: Departement(key, name) for key, name in lines[DEPARTEMENT].items()},
        whole_codes={key: code for key, (code, _, _) in wholes.items()},
        whole_communes={code: Commune(code, name) for code, _, name in wholes.values()},
        postcodes=lines[POSTCODE],
    )
