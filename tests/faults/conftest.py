"""Fixtures of the fault tests: an installation, its receiving server, and the reporter."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from supporters.database import db
from tests.faults.installation import Installation
from tests.faults.receiver.mail_server import Receiving
from tests.faults.report import Report


@pytest.fixture
def receiving(tmp_path: Path) -> Iterator[Receiving]:
    """Run the receiving server, well-behaved."""
    with Receiving(tmp_path) as receiving:
        yield receiving


@pytest.fixture
def site(tmp_path: Path, database_url: str, receiving: Receiving) -> Iterator[Installation]:
    """Return an installation that sends to the receiving server, in its context."""
    site = Installation(tmp_path, database_url, receiving.port)
    with site.app.app_context():
        yield site
        db.session.remove()
        db.engine.dispose()
    site.ledger.close()


@pytest.fixture
def report(record_property: Callable[[str, object], None]) -> Report:
    """Return the reporter of a test's row."""
    return Report(record_property)
