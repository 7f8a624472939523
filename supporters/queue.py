"""The job queue: huey over a file beside SQLite, or over PostgreSQL (ADR 002).

A job is a name and a few numbers. It is only a hint: the tables hold the work, and a sweep every
minute finds the work of a lost job. So no use case fails when the queue is out of reach.
"""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import cast

import psycopg
import structlog
from flask import Flask, current_app
from huey import Huey, MemoryHuey, PostgresHuey, SqliteHuey, crontab
from huey.api import TaskWrapper

from supporters.logs import log_failure

log = structlog.get_logger(__name__)

TRANSACTIONAL_PRIORITY = 10
MAINTENANCE_PRIORITY = 5
CAMPAIGN_PRIORITY = 0
IN_MEMORY = "memory:"
TABLES_AND_INDEXES = 6  # of huey

EXISTS_ALREADY = (
    psycopg.errors.UniqueViolation,
    psycopg.errors.DuplicateTable,
    psycopg.errors.DuplicateObject,
)
UNREACHABLE = (sqlite3.Error, psycopg.Error, OSError)

Job = Callable[..., None]


class QueueUnreachable(Exception):
    """The queue's database can't be opened."""


def make_huey(url: str) -> Huey:
    """Return the queue at an address. Raises sqlite3.Error or psycopg.Error."""
    if url.startswith("postgresql://"):
        return _make_postgres_huey(url)
    if url.startswith("sqlite:///"):
        filename = url.removeprefix("sqlite:///")
        return SqliteHuey("supporters", filename=filename, fsync=False, results=False)
    return MemoryHuey("supporters", results=False)


def _make_postgres_huey(url: str) -> Huey:
    """Return the queue; its tables are made if they are missing.

    It polls: LISTEN would cost a connection for each thread, and PgBouncer doesn't pass it on.

    If other processes make them at the same moment, PostgreSQL refuses each table and index that
    one of them was first with, by one of three errors. The next try finds it.
    """
    for _ in range(TABLES_AND_INDEXES):
        with suppress(*EXISTS_ALREADY):
            return PostgresHuey("supporters", dsn=url, results=False, blocking=False)
    return PostgresHuey("supporters", dsn=url, results=False, blocking=False)


class JobQueue:
    """Takes jobs by name, and runs them in a worker."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._every_minute: list[str] = []

    def job(self, run: Job) -> Job:
        """Register a function as a job that `later` can name."""
        self._jobs[run.__name__] = run
        return run

    def every_minute(self, run: Job) -> Job:
        """Register a function as a job that a worker runs once a minute."""
        self._every_minute.append(run.__name__)
        return self.job(run)

    def open(self) -> Huey:
        """Return the huey of the running application; the first use opens it.

        Raises sqlite3.Error or psycopg.Error if the queue is out of reach.
        """
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        if "huey" not in app.extensions:
            self._bind(app, make_huey(app.extensions["settings"].queue_url))
        return cast(Huey, app.extensions["huey"])

    def _bind(self, app: Flask, huey: Huey) -> None:
        def run_job(name: str, *arguments: int) -> None:
            with app.app_context():
                try:
                    self._run(name, arguments)
                except Exception as error:  # the worker's outermost loop: log, and go on
                    log_failure("job.failed", error, job=name)

        app.extensions["huey"] = huey
        app.extensions["run_job"] = huey.task(name="run_job")(run_job)
        for name in self._every_minute:
            periodic = huey.periodic_task(crontab(), name=name, priority=MAINTENANCE_PRIORITY)
            periodic(partial(run_job, name))

    def _run(self, name: str, arguments: Sequence[int]) -> None:
        """Run a job; pass over one that another version of this program queued."""
        if name not in self._jobs:
            log.warning("job.unknown", job=name)
            return
        self._jobs[name](*arguments)

    def later(self, name: str, *arguments: int, priority: int = CAMPAIGN_PRIORITY) -> None:
        """Ask a worker to run a job soon. Raises LookupError for a job that isn't registered."""
        if name not in self._jobs:
            raise LookupError(f"There is no job named {name!r}.")
        try:
            huey = self.open()
            run_job = cast(TaskWrapper, current_app.extensions["run_job"])
            huey.enqueue(run_job.s(name, *arguments, priority=priority))
        except UNREACHABLE as error:
            log.warning("queue.unreachable", job=name, error=type(error).__name__)

    def count_waiting(self) -> int:
        """Return how many jobs wait. Raises QueueUnreachable."""
        try:
            return int(self.open().pending_count())
        except UNREACHABLE as error:
            raise QueueUnreachable(str(error)) from error

    def run_all(self) -> int:
        """Run the waiting jobs here until none is left; return how many ran."""
        huey, count = self.open(), 0
        while (task := huey.dequeue()) is not None:
            name, *arguments = task.args
            self._run(name, arguments)
            count += 1
        return count
