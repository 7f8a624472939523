"""Imports the modules of a package, for those that register something by being imported."""

from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType


def import_submodules(package: str) -> list[ModuleType]:
    """Import all modules of a package and of its packages, and return them."""
    path = import_module(package).__path__
    return [import_module(each.name) for each in walk_packages(path, f"{package}.")]
