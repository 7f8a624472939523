"""Which database a test runs on: SQLite, or what its mark says (ADR 041)."""

import os
from collections.abc import Sequence
from zlib import crc32

import pytest

from tests.postgresql_cover import is_sqlite_enough

DATABASES = ("sqlite", "postgresql")
ON_BOTH = os.environ.get("TEST_DATABASES") == "both"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on each of its databases."""
    if chosen := _databases_of(metafunc.definition):
        metafunc.fixturenames.append("database")
        metafunc.parametrize("database", chosen, indirect=True)


def _databases_of(test: pytest.Item) -> Sequence[str]:
    """Return the databases of a marked test; its name says which one an `either_database` gets."""
    if test.get_closest_marker("both_databases"):
        return DATABASES
    if test.get_closest_marker("either_database") is None:
        return ()
    if ON_BOTH:
        return DATABASES
    number = 0 if is_sqlite_enough(test.nodeid) else crc32(test.nodeid.encode()) % len(DATABASES)
    return DATABASES[number : number + 1]
