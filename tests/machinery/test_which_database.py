"""A test runs on the databases that its marks say."""

import pytest

from tests.machinery.which_database import DATABASES, EVERYWHERE, databases_of


@pytest.mark.both_databases
def test_a_test_marked_for_both_runs_on_each(request: pytest.FixtureRequest, database: str) -> None:
    assert databases_of(request.node) == ("sqlite", "postgresql")
    assert request.node.name.endswith(f"[{database}]")


@pytest.mark.either_database
def test_a_test_for_either_runs_on_sqlite_unless_both_are_asked_for(
    request: pytest.FixtureRequest,
) -> None:
    assert databases_of(request.node) == (DATABASES if EVERYWHERE else ("sqlite",))


def test_a_test_without_a_mark_runs_on_sqlite(request: pytest.FixtureRequest) -> None:
    assert databases_of(request.node) == ("sqlite",)
