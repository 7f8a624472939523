"""The folders whose tests run on both databases are there, also when folders get other names."""

from pathlib import Path

from tests.machinery.which_database import ON_BOTH

HERE = Path(__file__).parents[1]


def test_each_folder_on_both_databases_exists() -> None:
    assert not [each for each in sorted(ON_BOTH) if not (HERE / each).is_dir()]
