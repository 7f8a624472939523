"""Which database a test runs on: SQLite, or what its mark and its folder say (ADR 091)."""

import os
from collections.abc import Sequence

import pytest

DATABASES = ("sqlite", "postgresql")
# Their tests are about evidence, and about emails that leave: both databases, whatever they do.
ON_BOTH = (
    "audit",
    "consent",
    "delivery",
    "evidence",
    "lists",
    "reconfirmation",
    "restore",
    "signup",
)
EVERYWHERE = os.environ.get("TEST_DATABASES") == "both"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on each of its databases."""
    if len(chosen := databases_of(metafunc.definition)) > 1:
        metafunc.fixturenames.append("database")
        metafunc.parametrize("database", chosen, indirect=True)


def databases_of(test: pytest.Item) -> Sequence[str]:
    """Return the databases of a test.

    `both_databases` says both. `either_database` says both in the folders above, and elsewhere
    SQLite; with TEST_DATABASES=both it says both everywhere.
    """
    is_here = test.nodeid.split("/")[1] in ON_BOTH
    may_be_both = test.get_closest_marker("either_database") and (is_here or EVERYWHERE)
    return DATABASES if test.get_closest_marker("both_databases") or may_be_both else DATABASES[:1]
