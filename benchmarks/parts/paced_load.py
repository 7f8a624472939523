"""Asks a site at a fixed rate, whatever it answers, from several processes."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import IO, NamedTuple

from benchmarks.parts.load import Visit, next_numbers
from benchmarks.parts.paced_client import Orders
from tests.servers.processes import ROOT

PROCESSES = 2
STARTS_WITHIN_SECONDS = 1.5  # the imports of a process on a busy machine
REDIRECTED = 400  # statuses below this one took the request


class Taken(NamedTuple):
    """The answer to one request. `seconds`: from the planned moment to the answer."""

    number: int
    planned_at: float
    seconds: float
    status: int
    refusals: int

    @property
    def answered_at(self) -> float:
        """The time of the answer, of the clock of the day."""
        return self.planned_at + self.seconds


@dataclass(frozen=True)
class PacedAnswers:
    """All answers of a load."""

    answers: Sequence[Taken]

    @property
    def wrong(self) -> int:
        """How many requests were not taken."""
        return sum(not 0 < each.status < REDIRECTED for each in self.answers)

    @property
    def refusals(self) -> int:
        """How many tries were refused, and repeated later."""
        return sum(each.refusals for each in self.answers)

    @property
    def rate(self) -> float:
        """Answers a second."""
        first = min(each.planned_at for each in self.answers)
        return len(self.answers) / (max(each.answered_at for each in self.answers) - first)

    def milliseconds(self, percent: int) -> float:
        """Return a percentile of the time from the planned moment to the answer."""
        return 1000 * percentile([each.seconds for each in self.answers], percent)


def percentile(values: Sequence[float], percent: int) -> float:
    """Return a percentile; the only value of a sample of one."""
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


class PacedLoad:
    """A running load. `rate` is a second over all processes; 0 means as fast as it goes."""

    def __init__(
        self, port: int, visit: Visit, count: int, *, rate: float = 0, connections: int = 16
    ) -> None:
        begins_at = time.time() + STARTS_WITHIN_SECONDS
        self._outputs = [tempfile.TemporaryFile("w+") for _ in range(PROCESSES)]  # noqa: SIM115 - closed when read
        self._processes = []
        for place in range(PROCESSES):
            orders = Orders(
                port=port,
                lines=[*visit.lines[place::PROCESSES]] or [*visit.lines],
                method=visit.method,
                cookie=visit.cookie,
                first=next_numbers(),
                count=(count + place) // PROCESSES,
                rate=rate / PROCESSES,
                begins_at=begins_at + (place / rate if rate else 0),
                connections=max(1, connections // PROCESSES),
                tries_again=not rate,
            )
            self._processes.append(_start(orders, self._outputs[place]))

    @property
    def processes(self) -> list[int]:
        """The ids of its processes."""
        return [each.pid for each in self._processes]

    def is_over(self) -> bool:
        """Tell whether all answers came. The processes write them at the end."""
        return all(each.poll() is not None for each in self._processes)

    def wait(self) -> PacedAnswers:
        """Wait for all answers."""
        if any(each.wait() for each in self._processes):
            raise SystemExit("A process of the load failed.")
        answers = [Taken(*each) for output in self._outputs for each in _read(output)]
        return PacedAnswers(answers)


def _start(orders: Orders, output: IO[str]) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.parts.paced_client"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=output,
        text=True,
    )
    assert process.stdin is not None
    with process.stdin as orders_go:
        orders_go.write(json.dumps(asdict(orders)) + "\n")
    return process


def _read(output: IO[str]) -> list[tuple[int, float, float, int, int]]:
    with output:
        output.seek(0)
        answers: list[tuple[int, float, float, int, int]] = json.load(output)
    return answers
