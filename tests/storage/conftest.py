"""Lets migrations that a test runs cost less: they rebuild hundreds of tables of SQLite.

The database that most tests begin with was made without this, as an operator makes it; the tests
of migrations compare theirs with it.
"""

from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.operations.batch import BatchOperationsImpl
from alembic.script import ScriptDirectory

_scripts: dict[str, ScriptDirectory] = {}
_find_scripts = ScriptDirectory.from_config


def _find_scripts_once(config: Config) -> ScriptDirectory:
    """Return the migrations of a folder: each command lists and orders them again otherwise."""
    folder = str(config.get_main_option("script_location"))
    if folder not in _scripts:
        _scripts[folder] = _find_scripts(config)
    return _scripts[folder]


class _QuickBatch(BatchOperationsImpl):
    """Reads the table that it rebuilds, but not those that it refers to, and those of theirs."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)  # type: ignore[no-untyped-call]
        self.reflect_kwargs["resolve_fks"] = False


@pytest.fixture(autouse=True)
def quick_migrations(migrated_sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make migrations cheaper, after the database was made that their outcome is compared with."""
    monkeypatch.setattr("alembic.operations.batch.BatchOperationsImpl", _QuickBatch)
    monkeypatch.setattr(ScriptDirectory, "from_config", _find_scripts_once)
