"""Parses emails of strangers in a process that may use little memory and time (REQ-106).

A keeper, forked before this process has threads and connections, forks one child after the other.
A child parses many emails. The kernel kills one that takes too much: its email can't be read, and
the next child goes on. All of them end when this process does.
"""

import os
import resource
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from supporters.feedback.reports.report import Report, ReportKind

READ_OCTETS = 256 * 1024  # of an email: no report needs more
EMAILS_OF_A_CHILD = 2_000
PATIENCE_SECONDS = 60.0  # for a machine that stands still; a child is killed long before
NO_CHILD = -1
ENDED, RECYCLED = 0, 3
IGNORED_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1)
PAGE = os.sysconf("SC_PAGE_SIZE")

Read = Callable[[bytes, Sequence[str]], Report]


@dataclass(frozen=True, kw_only=True)
class ParserLimits:
    """The cost of one email: seconds of the processor, and memory beyond what the program has."""

    seconds: float = 1.5
    megabytes: int = 48


class ParserGone(Exception):
    """The keeper of the parsing processes ended: this process must be started again."""


class BoundedParser:
    """Reads reports within limits. Make it before the first thread and the first connection."""

    def __init__(self, read: Read | None = None, limits: ParserLimits | None = None) -> None:
        from supporters.feedback.reports.report_reader import read_report  # noqa: PLC0415 - few parse

        self._connection, theirs = Pipe()
        self._lock = threading.Lock()
        self._numbers = count()
        self.is_gone = False
        self._keeper = os.fork()
        if self._keeper == 0:
            try:
                self._connection.close()
                _keep_children(theirs, read or read_report, limits or ParserLimits())
            finally:
                os._exit(1)
        theirs.close()

    def read(self, raw: bytes, sent_to: Sequence[str] = ()) -> Report:
        """Return what an email says; one that can't be read within the limits is unreadable.

        Raises ParserGone.
        """
        with self._lock:
            number = next(self._numbers)
            try:
                self._connection.send((number, raw[:READ_OCTETS], tuple(sent_to)))
                answer = self._wait_for(number)
            except (EOFError, OSError) as error:
                self.is_gone = True
                raise ParserGone from error
        return answer or Report(kind=ReportKind.UNREADABLE, tokens=tuple(sent_to))

    def _wait_for(self, number: int) -> Report | None:
        """Return the report of an email; None if its child died. Raises ParserGone."""
        while self._connection.poll(PATIENCE_SECONDS):
            of, report = self._connection.recv()
            if of == number:
                return report  # type: ignore[no-any-return]
            if of == NO_CHILD:
                return None
        self.is_gone = True
        raise ParserGone

    def close(self) -> None:
        """End the processes, and wait for them."""
        self._connection.close()
        os.waitpid(self._keeper, 0)


def _keep_children(connection: "Connection[Any, Any]", read: Read, limits: ParserLimits) -> None:
    """Have one child at a time until the other side is gone; tell that side of one that died."""
    for number in IGNORED_SIGNALS:  # the closed connection ends it
        signal.signal(number, signal.SIG_IGN)
    while True:
        child = os.fork()
        if child == 0:
            try:
                _parse(connection, read, limits)
            finally:
                os._exit(1)  # after an exception: the email can't be read
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        if code == ENDED:
            os._exit(0)
        if code != RECYCLED:
            connection.send((NO_CHILD, None))


def _parse(connection: "Connection[Any, Any]", read: Read, limits: ParserLimits) -> None:
    """Parse emails until the other side is gone, or for so long that another child is fresher."""
    _limit_memory(limits.megabytes)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)  # it kills, also within a library
    for _ in range(EMAILS_OF_A_CHILD):
        try:
            number, raw, sent_to = connection.recv()
        except (EOFError, OSError):
            os._exit(ENDED)
        signal.setitimer(signal.ITIMER_PROF, limits.seconds)
        report = read(raw, sent_to)
        signal.setitimer(signal.ITIMER_PROF, 0)
        connection.send((number, report))
        if report.kind is ReportKind.UNREADABLE:  # perhaps for want of memory
            break
    os._exit(RECYCLED)


def _limit_memory(megabytes: int) -> None:
    """Allow so much beyond what the forked program has."""
    has = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * PAGE
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = has + megabytes * 1024 * 1024
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
