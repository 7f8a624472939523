"""Quick proofs of work, and another process, for the tests of public pages."""

from collections.abc import Iterator

import pytest
from flask import Flask

from supporters import create_app
from supporters.config import Settings
from supporters.database import db
from supporters.web.public import proof_of_work


@pytest.fixture
def few_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a proof of work need few tries: otherwise each takes a second of CPU time."""
    monkeypatch.setattr(proof_of_work, "FEWEST_TRIES", 30)
    monkeypatch.setattr(proof_of_work, "MOST_TRIES", 60)


@pytest.fixture
def elsewhere(app: Flask, settings: Settings) -> Iterator[Flask]:
    """Return the application of another process, with the same database."""
    other = create_app(settings)
    yield other
    with other.app_context():
        db.session.remove()
        db.engine.dispose()
