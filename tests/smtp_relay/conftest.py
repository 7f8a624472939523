"""An application without a database: the transport asks it for its settings only."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from supporters.extensions import mailer
from tests.machinery.databases import make_settings
from tests.servers.relay import Relay


@pytest.fixture
def app(tmp_path: Path, relay: Relay) -> Iterator[Flask]:
    """Return an application that has its settings and can connect, in its context."""
    app = Flask("transport")
    app.extensions["settings"] = make_settings(tmp_path, "sqlite:///none.db", mail_port=relay.port)
    mailer.init_app(app)
    with app.app_context():
        yield app
