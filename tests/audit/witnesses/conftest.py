"""Fixtures: a witness on a port of its own, settings that name it, and a log that it knows."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from supporters.config import Settings
from tests.audit.witnesses.witnessed_log import ask_later, begin_log, grow, with_witness
from tests.factories.backups import Backup
from tests.servers.log_witness import LogWitness


@pytest.fixture
def witness() -> Iterator[LogWitness]:
    with LogWitness() as witness:
        yield witness


@pytest.fixture
def settings(settings: Settings, witness: LogWitness) -> Settings:
    return with_witness(settings, witness)


@pytest.fixture
def log(app: Flask, witness: LogWitness) -> None:
    begin_log(witness)


@pytest.fixture
def backup(log: None, settings: Settings, tmp_path: Path) -> Backup:
    """Return a backup after which the log grew twice, and the witness signed twice."""
    backup = Backup(settings, tmp_path / "backup")
    ask_later(0)
    grow()
    backup.make()
    for minutes in (5, 10):
        grow()
        assert ask_later(minutes) == 1
    return backup
