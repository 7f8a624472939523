"""A worker whose clock shows the moment that a test chooses, and the jobs that it does then."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask

from supporters import clock, create_app
from supporters.config import load_settings
from supporters.extensions import queue
from tests.faults.installation import Installation
from tests.faults.test_clocks import jumping
from tests.faults.worker_process import Worker
from tests.servers.processes import run_flask, wait_until

PARIS = ZoneInfo("Europe/Paris")
READ_WITHIN_SECONDS = 1.2  # the library reads its file once a second


@dataclass
class ShiftedClock:
    """The clock of the workers and commands of an installation. It is only ever put forward."""

    site: Installation
    file: Path

    @cached_property
    def variables(self) -> dict[str, str]:
        """The variables of a process with this clock."""
        return jumping(self.file)

    @cached_property
    def _asking(self) -> Flask:
        return create_app(load_settings(self.site.variables))

    def show(self, moment: datetime) -> float:
        """Put the clock to a moment; return it by the clock that never jumps."""
        offset = (moment - clock.now()).total_seconds()
        put_at = time.monotonic()
        self.file.write_text(f"{offset:+.0f}")
        time.sleep(READ_WITHIN_SECONDS)
        return put_at

    def do(self, *jobs: str) -> None:
        """Let a worker do jobs now that it does each minute, and wait until it has taken them."""
        with self._asking.app_context():
            for job in jobs:
                queue.later(job)
            assert wait_until(lambda: queue.count_waiting() == 0), self.site.said()

    @contextmanager
    def worker(self, begins: datetime) -> Iterator[Worker]:
        """Run a worker whose clock shows a moment at first."""
        variables = self.variables
        self.show(begins)
        with self.site.worker(1, variables=variables) as worker:
            yield worker

    def command(self, *arguments: str) -> tuple[int, str]:
        """Run one of our commands at the shown moment; return its status and what it says."""
        done = run_flask({**self.site.variables, **self.variables}, *arguments)
        return done.returncode, done.stdout + done.stderr


def next_changes() -> tuple[date, date]:
    """Return the next days on which the clocks of Paris are put forward, and back."""
    changes = {_turn(day): day for day in reversed(_days_of_a_year())}
    return changes[timedelta(hours=1)], changes[timedelta(hours=-1)]


def _days_of_a_year() -> Sequence[date]:
    tomorrow = clock.now().date() + timedelta(days=1)
    return [tomorrow + timedelta(days=number) for number in range(365)]


def _turn(day: date) -> timedelta:
    """Return by how much the clocks of Paris are put forward on a day."""
    begin, end = (
        datetime.combine(each, datetime.min.time(), PARIS).utcoffset() or timedelta()
        for each in (day, day + timedelta(days=1))
    )
    return end - begin


def in_utc(day: date, hour: int, minute: int) -> datetime:
    """Return a moment of a day in UTC."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
