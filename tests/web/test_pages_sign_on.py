"""A real gunicorn signs its machine on, so that a restore asks for the journal of its pages."""

from pathlib import Path

import pytest
from flask import Flask

from supporters.config import Settings
from supporters.database import db
from supporters.delivery.known_machines.journal_machines import NAME_OF_PAGES, PAGES
from supporters.delivery.models import Machine
from tests.servers.ports import free_port
from tests.servers.processes import connections_of, environment_of, started_web, wait_until

SECONDS = 60.0


def names() -> list[str]:
    """Return the machines that signed on. An open transaction would never see a later one."""
    db.session.rollback()
    return [*db.session.scalars(db.select(Machine.name))]


@pytest.mark.both_databases
def test_gunicorn_signs_on_by_the_name_in_its_folder(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    folder, log = settings.instance_dir, tmp_path / "web.log"
    with started_web(environment_of(settings), free_port(), log=log) as forks_the_others:
        assert wait_until(lambda: bool(names()), seconds=SECONDS), log.read_text()
        assert len(connections_of(forks_the_others.pid)) == 1  # where it listens
    (name,) = names()
    assert name.startswith(PAGES)
    assert (folder / NAME_OF_PAGES).read_text() == name
