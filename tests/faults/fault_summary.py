"""Shows the table of the fault tests at the end of a run.

It is a plugin of the whole run: the process that reports loads no folder of tests.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.faults.form import SEED
from tests.faults.report import PROPERTY, put_into_page, write_table


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the rows of all tests; with FAULTS_TABLE=docs/faults.txt put them into that page.

    Unless the whole folder was asked for, the rows of other faults stay there.
    """
    rows = collect(terminalreporter, PROPERTY)
    if not rows:
        return
    terminalreporter.write_sep("=", f"faults (seed {SEED})")
    terminalreporter.write_line(write_table(rows))
    if page := os.environ.get("FAULTS_TABLE"):
        config = terminalreporter.config
        asked = {Path(each).resolve() for each in config.args}
        is_part = Path(__file__).parent not in asked or bool(config.option.keyword)
        put_into_page(Path(page), rows, is_part=is_part)


def collect(reporter: pytest.TerminalReporter, name: str) -> list[Any]:
    """Return what the tests of this run stored under a name."""
    return [
        json.loads(str(value))
        for results in reporter.stats.values()
        for result in results
        if isinstance(result, pytest.TestReport) and result.when == "call"
        for each, value in result.user_properties
        if each == name
    ]
