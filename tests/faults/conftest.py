"""Fixtures of the fault tests: an installation, its receiving server, and the table."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from supporters.database import db
from tests.faults.form import SEED
from tests.faults.installation import Installation
from tests.faults.mail_server import Receiving
from tests.faults.report import PROPERTY, Report, put_into_page, write_table


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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the rows of all tests; with FAULTS_TABLE=docs/faults.md put them into that page.

    Unless the whole folder was asked for, the rows of other faults stay there.
    """
    rows = [
        json.loads(str(value))
        for results in terminalreporter.stats.values()
        for result in results
        if isinstance(result, pytest.TestReport) and result.when == "call"
        for name, value in result.user_properties
        if name == PROPERTY
    ]
    if not rows:
        return
    terminalreporter.write_sep("=", f"faults (seed {SEED})")
    terminalreporter.write_line(write_table(rows))
    if page := os.environ.get("FAULTS_TABLE"):
        config = terminalreporter.config
        asked = {Path(each).resolve() for each in config.args}
        is_part = Path(__file__).parent not in asked or bool(config.option.keyword)
        put_into_page(Path(page), rows, is_part=is_part)
