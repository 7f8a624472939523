"""Finds what modules register by being imported: pages, commands, and what features declare."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import TypeVar

Declared = TypeVar("Declared", bound=StrEnum)


class DeclarationError(Exception):
    """Two features declare one value, or a value was used that no feature declared."""


@cache
def import_submodules(package: str) -> Sequence[ModuleType]:
    """Import all modules of a package and of its packages, and return them."""
    path = import_module(package).__path__
    return tuple(import_module(each.name) for each in walk_packages(path, f"{package}."))


def collect_members(base: type[Declared]) -> Mapping[str, Declared]:
    """Return the members of all enums of a class that our imported modules declare, by value.

    Raises DeclarationError if a value occurs twice.
    """
    enums = [each for each in base.__subclasses__() if each.__module__.startswith("supporters.")]
    return index_members(enums)


def index_members(enums: Iterable[type[Declared]]) -> Mapping[str, Declared]:
    """Return the members of some enums by value. Raises DeclarationError if one occurs twice."""
    found = [member for enum in enums for member in enum]
    counts = Counter(each.value for each in found)
    twice = [f"{type(each).__name__}.{each.name}" for each in found if counts[each.value] > 1]
    if twice:
        raise DeclarationError(f"{' and '.join(twice)} have one value: give one of them another.")
    return {each.value: each for each in found}


def require_declared(member: Declared, declared: Mapping[str, Declared]) -> None:
    """Raise DeclarationError if a member is not among the collected ones."""
    if declared.get(member.value) is not member:
        name = f"{type(member).__module__}.{type(member).__name__}.{member.name}"
        what_to_do = "Import its module when the application starts, as create_app does."
        raise DeclarationError(f"{name} was not collected. {what_to_do}")
