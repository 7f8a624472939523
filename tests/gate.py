"""How the whole suite runs: how many processes, in which order, and how long a test may take."""

import gc
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, TypeVar
from zlib import crc32

import pytest

from tests.faults.form import IS_LONG

# The tests of these folders start processes and mostly wait for them, or try very many cases. The
# folders with the longest portions stand first, and begin first.
PATIENT_FOLDERS = ("browser", "development", "properties", "faults")
SPLIT_FOLDERS = {"faults", "properties"}  # no test of a file uses what another one of it made
CPU_SECONDS, CPU_SECONDS_OF_THE_PATIENT = 20.0, 180.0  # far from what they need
SLOWEST = 10
GARBAGE_THRESHOLDS = (
    20_000,
    20,
    100,
)  # an application is garbage after each test; the usual: 700, 10, 10
PROPERTY = "cost"
File = TypeVar("File", bound=Sequence[Any])
BEGUN = pytest.StashKey[tuple[float, float]]()


def number_of_processes() -> int:
    """Return two processes for a core: half of the time they wait for other processes.

    The long form is only tests that wait: it has as many processes as there are cores.
    """
    cores = len(os.sched_getaffinity(0))
    return cores if IS_LONG else 2 * cores


def portion_of(nodeid: str) -> str:
    """Return the name of the portion that a test is in: one process runs all of it.

    That is its file; in a folder with long tests, it is the test: none is left alone at the end.
    The files of the browser are two portions, each with one Chromium.
    """
    file, _, _ = nodeid.partition("::")
    folders = {*file.split("/")}
    if "browser" in folders:
        return f"browser {crc32(file.encode()) % 2}"
    return nodeid if SPLIT_FOLDERS & folders else file


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread the tests that wait among the others, so that few of them run together."""
    portions: dict[str, list[pytest.Item]] = {}
    for item in items:
        portions.setdefault(portion_of(item.nodeid), []).append(item)
    files = [*portions.values()]
    items[:] = [item for each in spread(files, _is_patient, _length) for item in each]


def spread(
    files: Sequence[File], is_rare: Callable[[File], bool], length: Callable[[File], Any] = len
) -> Iterator[File]:
    """Yield files with the rare ones at equal distances, the longest first, and none at the end."""
    rare = sorted(filter(is_rare, files), key=length, reverse=True)
    others = [file for file in files if not is_rare(file)]
    yield from others if not rare else ()
    for place, file in enumerate(rare):
        yield file
        first, last = (each * len(others) // len(rare) for each in (place, place + 1))
        yield from others[first:last]


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over all that stays until the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)


def _is_patient(file: Sequence[pytest.Item]) -> bool:
    return _may_be_slow(file[0].nodeid)


def _may_be_slow(nodeid: str) -> bool:
    return not {*PATIENT_FOLDERS}.isdisjoint(_folders_of(nodeid))


def _folders_of(nodeid: str) -> Sequence[str]:
    return nodeid.partition("::")[0].split("/")


def _length(file: Sequence[pytest.Item]) -> tuple[int, int]:
    """Return a number that is higher for the portions that take longer, and their tests."""
    folders = _folders_of(file[0].nodeid)
    place = next(place for place, name in enumerate(PATIENT_FOLDERS) if name in folders)
    return len(PATIENT_FOLDERS) - place, len(file)


def _spent() -> tuple[float, float]:
    """Return the CPU time of this process and of those that it waited for, and the time."""
    times = os.times()
    return sum(times[:4]), time.monotonic()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Note when a test begins."""
    item.stash[BEGUN] = _spent()
    return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Measure a test, and fail if it is over the limit.

    After the last test of a process, the servers of the whole run end: their time is not its own.
    """
    before = _spent()
    result = yield
    end, begun = _spent() if nextitem else before, item.stash[BEGUN]
    cpu, seconds = (now - then for now, then in zip(end, begun, strict=True))
    item.user_properties.append((PROPERTY, json.dumps([cpu, seconds])))
    limit = CPU_SECONDS_OF_THE_PATIENT if _may_be_slow(item.nodeid) else CPU_SECONDS
    if cpu > limit and not IS_LONG:
        pytest.fail(f"It took {cpu:.0f} s of CPU time; the limit is {limit:.0f} s.", pytrace=False)
    return result


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the slowest tests."""
    costs = [*_costs_in(chain.from_iterable(terminalreporter.stats.values()))]
    if len(costs) <= SLOWEST:
        return
    terminalreporter.write_sep("=", f"the {SLOWEST} slowest: CPU time, and all time")
    for cpu, seconds, nodeid in sorted(costs, reverse=True)[:SLOWEST]:
        terminalreporter.write_line(f"{cpu:6.1f} s {seconds:6.1f} s  {nodeid}")


def _costs_in(results: Iterable[object]) -> Iterator[tuple[float, float, str]]:
    for result in results:
        if not isinstance(result, pytest.TestReport) or result.when != "teardown":
            continue
        for name, value in result.user_properties:
            if name == PROPERTY:
                cpu, seconds = json.loads(str(value))
                yield cpu, seconds, result.nodeid
