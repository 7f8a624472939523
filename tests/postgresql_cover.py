"""Finds the tests that only repeat on PostgreSQL what other tests send to it.

A test marked `either_database` runs on SQLite if other tests send all its statements to PostgreSQL;
`tests/sqlite_is_enough.txt` names the functions of these tests. To write that file anew:

    make test ARGS="--find-cover -k postgresql"
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from tests.gate import PROPERTY as COST
from tests.sent_statements import recording

FILE = Path(__file__).with_name("sqlite_is_enough.txt")
OPTION, PROPERTY = "--find-cover", "statements"
SECONDS_OF_A_DATABASE = 0.06  # of the server, for each test


@dataclass
class Function:
    """A function of tests: what it alone may send, and what it costs."""

    statements: set[int] = field(default_factory=set)
    seconds: float = 0.0


def is_sqlite_enough(nodeid: str) -> bool:
    """Tell whether other tests send to PostgreSQL all that this one would send."""
    return not recording.is_on and function_of(nodeid) in _names()


@cache
def _names() -> frozenset[str]:
    return frozenset(FILE.read_text().splitlines())


def function_of(nodeid: str) -> str:
    """Return the name of the function of a test."""
    return nodeid.partition("[")[0]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption(OPTION, action="store_true", help=f"write tests/{FILE.name}")


def pytest_configure(config: pytest.Config) -> None:
    """Note all statements, if the option says so."""
    if config.getoption(OPTION):
        recording.begin()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """Tell the process that reports what the test sent."""
    result = yield
    if recording.is_on:
        is_needed = bool(item.get_closest_marker("both_databases")) or recording.started_a_process
        item.user_properties.append((PROPERTY, json.dumps([is_needed, sorted(recording.sent)])))
        recording.clear()
    return result


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Write the file, if the option says so."""
    if not recording.is_on:
        return
    always: set[int] = set()
    functions: dict[str, Function] = defaultdict(Function)
    for nodeid, properties in _teardowns(terminalreporter):
        is_needed, sent = properties[PROPERTY]
        if is_needed:
            always.update(sent)
            continue
        function = functions[function_of(nodeid)]
        function.statements.update(sent)
        function.seconds += properties[COST][0] + SECONDS_OF_A_DATABASE
    needed = find_cover(functions, always)
    FILE.write_text("".join(f"{name}\n" for name in sorted(functions.keys() - needed)))
    terminalreporter.write_line(f"PostgreSQL needs {len(needed)} functions of {len(functions)}.")


def _teardowns(terminalreporter: pytest.TerminalReporter) -> Iterator[tuple[str, dict[str, Any]]]:
    for report in chain.from_iterable(terminalreporter.stats.values()):
        if isinstance(report, pytest.TestReport) and report.when == "teardown":
            properties = report.user_properties
            yield report.nodeid, {name: json.loads(str(value)) for name, value in properties}


def find_cover(functions: Mapping[str, Function], always: Iterable[int]) -> set[str]:
    """Return functions that send every statement which the others and `always` don't send.

    One after the other is taken, by statements a second: few seconds, and not always the fewest.
    """
    left = set().union(*(each.statements for each in functions.values())) - {*always}
    cover: set[str] = set()
    while left:
        best = max(
            functions,
            key=lambda name: len(functions[name].statements & left) / functions[name].seconds,
        )
        cover.add(best)
        left -= functions[best].statements
    return cover
