"""Writes the table of the attacks by a keeper at the end of a run, with `make proofs`.

It is a plugin of the whole run, and loads no attack unless the table is asked for.
"""

import os
from pathlib import Path

import pytest

from tests.audit.keeper.proofs_table import PROPERTY, put_into_page
from tests.faults.fault_summary import collect


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """With PROOFS_TABLE=docs/proofs.txt, put what each tool found into that page."""
    rows = collect(terminalreporter, PROPERTY)
    if rows and (page := os.environ.get("PROOFS_TABLE")):
        put_into_page(Path(page), rows)
        terminalreporter.write_line(f"Written: {page}")
