"""Fixtures: a witness on a port of its own, settings that name it, and a log that it knows."""

from collections.abc import Iterator

import pytest
from flask import Flask

from supporters.config import Settings
from tests.audit.witnesses.witnessed_log import begin_log, with_witness
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
