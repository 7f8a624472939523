"""Which database a test runs on: SQLite, or both if its mark says so (ADR 091)."""

import os
from collections.abc import Sequence

import pytest

DATABASES = ("sqlite", "postgresql")
EVERYWHERE = os.environ.get("TEST_DATABASES") == "both"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on each of its databases."""
    if len(chosen := databases_of(metafunc.definition)) > 1:
        metafunc.fixturenames.append("database")
        metafunc.parametrize("database", chosen, indirect=True)


def databases_of(test: pytest.Item) -> Sequence[str]:
    """Return both for the mark `both_databases`; for `either_database` if TEST_DATABASES=both."""
    may_be_both = EVERYWHERE and test.get_closest_marker("either_database")
    return DATABASES if test.get_closest_marker("both_databases") or may_be_both else DATABASES[:1]
