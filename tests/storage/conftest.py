"""Lets the commands of Alembic that a test runs list and order the migrations once."""

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

_scripts: dict[str, ScriptDirectory] = {}
_find_scripts = ScriptDirectory.from_config


def _find_scripts_once(config: Config) -> ScriptDirectory:
    """Return the migrations of a folder: each command lists and orders them again otherwise."""
    folder = str(config.get_main_option("script_location"))
    if folder not in _scripts:
        _scripts[folder] = _find_scripts(config)
    return _scripts[folder]


@pytest.fixture(autouse=True)
def listed_migrations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each command use the list of the one before."""
    monkeypatch.setattr(ScriptDirectory, "from_config", _find_scripts_once)
