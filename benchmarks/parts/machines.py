"""Visitors who sign up at several machines at once, and the cores that all of it uses."""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import mean
from typing import NamedTuple

from sqlalchemy import text

from benchmarks.parts.evening.rush_mails import Postage
from benchmarks.parts.load import CONNECTIONS, Answers, ask
from benchmarks.parts.printing import Figure
from benchmarks.parts.processes import cpu_seconds, machine_times
from benchmarks.parts.repeating import repeated
from benchmarks.parts.served_pages import Served
from supporters.database import db

LOOK_EVERY_SECONDS = 0.2
WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND state = 'active'"
)


class Machine(NamedTuple):
    """The pages and the first process of the worker."""

    web: Served
    worker: int


@dataclass(frozen=True)
class Machines:
    """Machines on one database. The first one belongs to the evening."""

    postage: Postage
    machines: Sequence[Machine]

    def time(self, seconds: float) -> Mapping[str, Figure]:
        """Return the figures of signups at all of them."""
        used, idle, started = self._used(), machine_times().idle, time.monotonic()
        locks: list[int] = []
        with (
            repeated(lambda: locks.append(self._count_locks()), every_seconds=LOOK_EVERY_SECONDS),
            ThreadPoolExecutor(len(self.machines)) as pool,
        ):
            loads = [pool.submit(self._sign_up, each, seconds) for each in self.machines]
            answers = [each.result() for each in loads]
            took = time.monotonic() - started
            now, idle_now = self._used(), machine_times().idle
        taken = sum(each.requests for each in answers)
        self.postage.evening.taken += taken
        self.postage.wait_until_nothing_waits()
        return {
            "rate": round(sum(each.rate for each in answers), 1),
            "sent_rate": round(taken / (time.monotonic() - started), 1),
            "ms_50": round(mean(each.ms_50 for each in answers), 1),
            "ms_99": round(max(each.ms_99 for each in answers), 1),
            **{f"cpu_{name}": round((now[name] - used[name]) / took, 2) for name in used},
            "cpu_idle": round((idle_now - idle) / took, 2),
            "waiting_locks": round(mean(locks), 2),
        }

    def _sign_up(self, machine: Machine, seconds: float) -> Answers:
        """Let the share of a machine sign up; they all have the cookie of the first one's page."""
        connections = CONNECTIONS // len(self.machines)
        return ask(machine.web.port, self.postage.evening.signup, seconds, connections=connections)

    def _count_locks(self) -> int:
        """Return how many sessions wait for a lock."""
        with self.postage.evening.installation.app.app_context(), db.engine.connect() as connection:
            return connection.scalar(WAITING) or 0

    def _used(self) -> dict[str, float]:
        database = self.postage.evening.installation.database_process
        return {
            "web": sum(cpu_seconds(each.web.process) for each in self.machines),
            "worker": sum(cpu_seconds(each.worker) for each in self.machines),
            "database": cpu_seconds(database),
        }
