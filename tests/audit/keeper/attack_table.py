"""The attacks by a keeper, somebody who runs the installation, and the tools that find each."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from types import ModuleType

from tests.audit.keeper.attacked_party import Party


class Need(StrEnum):
    """The needs of an attack: writes to the database, its structure, the keys, the folder."""

    SQL = "SQL"
    DDL = "DDL"
    KEYS = "keys"
    FOLDER = "folder"


class Finder(StrEnum):
    """A tool that may find an attack. The value is the head of its column."""

    DATABASE = "database"
    SEALER = "sealer"
    CAMPAIGN = "campaign"
    VERIFY = "verify"
    DOCTOR = "doctor"
    PAGES = "pages"
    HEAD = "head"
    WATCHER = "watcher"
    WITNESS = "witness"
    RECEIPT = "receipt"
    PROMISE = "promise"


@dataclass(frozen=True, kw_only=True)
class Attack:
    """An attack: its number, its words for the table, what it needs, and which tools find it.

    `says` is in the words of `flask consent verify`.
    """

    number: str
    words: str
    needs: tuple[Need, ...]
    found_by: frozenset[Finder]
    act: Callable[[Party], None]
    says: str = ""


Act = Callable[[Party], None]
ENTERED: list[Attack] = []
NUMBER = re.compile(r"([a-z]*)(\d+)(.*)")


def attack(
    number: str, words: str, *needs: Need, found_by: set[Finder], says: str = ""
) -> Callable[[Act], Act]:
    """Enter an attack in the table. Its function acts on the party like the keeper."""

    def enter(act: Act) -> Act:
        ENTERED.append(
            Attack(
                number=number,
                words=words,
                needs=needs,
                found_by=frozenset(found_by),
                act=act,
                says=says,
            )
        )
        return act

    return enter


def list_attacks(*modules: ModuleType) -> list[Attack]:
    """Return the attacks of some modules, in the order of their numbers."""
    names = {each.__name__ for each in modules}
    return sorted((each for each in ENTERED if each.act.__module__ in names), key=_order)


def _order(entered: Attack) -> tuple[str, int, str]:
    match = NUMBER.fullmatch(entered.number)
    assert match is not None
    return match[1], int(match[2]), match[3]
