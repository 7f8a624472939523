"""Runs the tests in forks of the process that collected them: `pytest --processes auto`.

The tests are loaded once, and each fork has them. It takes portions of the tests, and sends the
reports of each test when it ends. A fork that dies is replaced, and the test that it ran fails.
"""

import os
import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from io import TextIOBase
from itertools import groupby
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, NoReturn, TextIO

import pytest
from _pytest.junitxml import LogXML
from alembic.config import Config as AlembicConfig

from tests.gate import number_of_processes, portion_of

AUTO = "auto"
SHARED_FOLDER = pytest.StashKey[Path]()
Report = dict[str, Any]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption(
        "--processes", metavar="NUMBER", help="run the tests in so many processes, or `auto`"
    )


@pytest.fixture(scope="session")
def shared_folder(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all test processes of this run have."""
    return pytestconfig.stash.get(SHARED_FOLDER, tmp_path_factory.getbasetemp())


def make_meanwhile(config: pytest.Config, make: Callable[[Path], None]) -> None:
    """Make something in the folder that all test processes have, in a process beside this one.

    If that fails, the test that needs it makes it, and tells why it can't.
    """
    folder = _folders(config).getbasetemp()
    sys.stdout.flush()
    if (process_id := os.fork()) == 0:
        with suppress(BaseException):
            make(folder)
        os._exit(0)
    config.add_cleanup(lambda: os.waitpid(process_id, 0))


@dataclass(eq=False)
class Worker:
    """A fork: its id, the way to it, and the tests that it has and hasn't reported."""

    process_id: int
    connection: Connection
    tests: deque[int] = field(default_factory=deque)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Run the tests in forks, if the option says so."""
    asked = session.config.getoption("processes")
    if asked is None or session.config.option.collectonly or session.testsfailed:
        return None
    Workers(session).run(number_of_processes() if asked == AUTO else int(asked))
    if session.shouldfail:
        raise session.Failed(session.shouldfail)
    if session.shouldstop:
        raise session.Interrupted(session.shouldstop)
    return True


class Workers:
    """The forks of a session, and the portions that none of them has yet."""

    def __init__(self, session: pytest.Session) -> None:
        self._session = session
        self._portions = deque(_portions(session.items))
        self._workers: dict[Connection, Worker] = {}

    def run(self, number: int) -> None:
        """Run all tests in a number of processes."""
        config = self._session.config
        config.stash[SHARED_FOLDER] = _folders(config).getbasetemp()
        if terminal := config.pluginmanager.get_plugin("terminalreporter"):
            terminal.showfspath = False  # the files are mixed
        try:
            for _ in range(min(number, len(self._portions))):
                self._start()
            while self._workers:
                for connection in wait([*self._workers]):
                    assert isinstance(connection, Connection)
                    self._hear(self._workers[connection])
        finally:
            for worker in self._workers.values():
                worker.connection.close()  # it ends after its test
                os.waitpid(worker.process_id, 0)

    def _start(self) -> None:
        ours, theirs = Pipe()
        sys.stdout.flush()
        if (process_id := os.fork()) == 0:
            for each in (ours, *self._workers):
                each.close()
            _work(self._session, theirs)
        theirs.close()
        self._workers[ours] = Worker(process_id, ours)

    def _hear(self, worker: Worker) -> None:
        """Answer a fork: it wants tests, or has reports and asks whether it shall go on."""
        try:
            reports = worker.connection.recv()
            if reports is None:
                worker.connection.send(self._next_portion(worker))
                return
            worker.tests.popleft()
            self._report(self._restore(reports))
            worker.connection.send(not self._is_over())
        except (EOFError, ConnectionError):
            self._bury(worker)

    def _next_portion(self, worker: Worker) -> list[int]:
        portion = self._portions.popleft() if self._portions and not self._is_over() else []
        worker.tests += portion
        return portion

    def _is_over(self) -> bool:
        return bool(self._session.shouldfail or self._session.shouldstop)

    def _restore(self, reports: Iterable[Report]) -> Iterator[pytest.TestReport]:
        config = self._session.config
        for each in reports:
            yield config.hook.pytest_report_from_serializable(config=config, data=each)

    def _report(self, reports: Iterable[pytest.TestReport]) -> None:
        for report in reports:
            self._session.config.hook.pytest_runtest_logreport(report=report)

    def _bury(self, worker: Worker) -> None:
        """Note the end of a fork; if it had tests, report the one that it ran, and replace it."""
        del self._workers[worker.connection]
        worker.connection.close()
        _, status = os.waitpid(worker.process_id, 0)
        if not worker.tests or self._is_over():
            return
        died_in = self._session.items[worker.tests.popleft()]
        said = f"The process ended during this test: {os.waitstatus_to_exitcode(status)}."
        self._report([_failure(died_in, said)])
        if worker.tests:
            self._portions.appendleft([*worker.tests])
        if self._portions:
            self._start()


def _portions(items: Iterable[pytest.Item]) -> Iterator[list[int]]:
    """Yield the numbers of the tests of each portion."""

    numbered = groupby(enumerate(items), key=lambda each: portion_of(each[1].nodeid))
    yield from ([number for number, _ in portion] for _, portion in numbered)


def _failure(item: pytest.Item, said: str) -> pytest.TestReport:
    return pytest.TestReport(item.nodeid, item.location, {}, "failed", said, "call")


def _work(session: pytest.Session, connection: Connection) -> NoReturn:
    """Run tests in this fork until there are none."""
    status = 1
    try:
        _be_a_worker(session.config)
        try:
            with suppress(KeyboardInterrupt, ConnectionError, EOFError):  # the first one ended
                _run_portions(session, connection)
        finally:
            session._setupstate.teardown_exact(None)
        status = 0
    except BaseException:
        traceback.print_exc(file=sys.__stderr__)
    finally:
        os._exit(status)


def _be_a_worker(config: pytest.Config) -> None:
    """Leave to the first process what only one can do: the terminal, the file of results."""
    for plugin in config.pluginmanager.get_plugins():
        if isinstance(plugin, (pytest.TerminalReporter, LogXML)):
            config.pluginmanager.unregister(plugin)
    capture = config.pluginmanager.get_plugin("capturemanager")
    assert capture is not None
    capture.stop_global_capturing()  # its files are those of the first process
    capture.start_global_capturing()
    _give_alembic(sys.stdout)
    capture.suspend_global_capture()
    own = _folders(config)._basetemp = config.stash[SHARED_FOLDER] / f"process-{os.getpid()}"
    own.mkdir(mode=0o700)


def _give_alembic(stdout: TextIO) -> None:
    """Let Alembic print here: it keeps the output of the process that imported it."""
    start = AlembicConfig.__init__
    kept = start.__defaults__ or ()
    start.__defaults__ = tuple(stdout if isinstance(each, TextIOBase) else each for each in kept)


def _folders(config: pytest.Config) -> pytest.TempPathFactory:
    return config._tmp_path_factory  # type: ignore[attr-defined,no-any-return]


def _run_portions(session: pytest.Session, connection: Connection) -> None:
    def ask(reports: list[Report] | None) -> Any:
        connection.send(reports)
        return connection.recv()

    notes = _Notes(session.config)
    session.config.pluginmanager.register(notes)
    tests = deque[int](ask(None))
    while tests:
        test = session.items[tests.popleft()]
        tests += [] if tests else ask(None)  # their fixtures are kept for it
        following = session.items[tests[0]] if tests else None
        test.config.hook.pytest_runtest_protocol(item=test, nextitem=following)
        if not ask(notes.take()):
            return


class _Notes:
    """The reports of the test that runs."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._reports: list[Report] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep a report."""
        written = self._config.hook.pytest_report_to_serializable(
            config=self._config, report=report
        )
        self._reports.append(written)

    def take(self) -> list[Report]:
        """Return the reports since the last call."""
        taken, self._reports = self._reports, []
        return taken
