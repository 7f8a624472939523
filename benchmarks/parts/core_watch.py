"""Counts the cores that the parts of a running installation use, from samples of their CPU time."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple

from benchmarks.parts.processes import TICKS_PER_SECOND, cpu_seconds

EVERY_SECONDS = 0.5
IDLE, WAITING = 3, 4  # places of the first line of /proc/stat (proc_stat(5))
STOLEN = 7  # by other guests of the host; the places behind it are part of the others


class Sample(NamedTuple):
    """CPU seconds since the beginning of each part and of the whole machine, at an uptime."""

    at: float
    parts: Mapping[str, float]
    machine: float


@dataclass
class CoreWatch:
    """Takes samples in a thread of its own. Parts are lists of processes, with their children."""

    parts: Mapping[str, Sequence[int]]
    _samples: list[Sample] = field(default_factory=list)
    _ends: Event = field(default_factory=Event)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Take samples until the end of the block."""
        thread = Thread(target=self._run)
        thread.start()
        try:
            yield
        finally:
            self._ends.set()
            thread.join()

    def cores_between(self, begin: float, end: float) -> dict[str, float]:
        """Return the cores that each part used between two moments, and the rest of the machine."""
        inside = [each for each in self._samples if begin <= each.at <= end]
        if len(inside) < 2:
            raise SystemExit("That was too short to count cores: take more people.")
        first, last = inside[0], inside[-1]
        seconds = last.at - first.at
        cores = {name: (last.parts[name] - first.parts[name]) / seconds for name in self.parts}
        return cores | {"rest": (last.machine - first.machine) / seconds - sum(cores.values())}

    def _run(self) -> None:
        while True:
            parts = {name: sum(map(cpu_seconds, ids)) for name, ids in self.parts.items()}
            self._samples.append(Sample(time.monotonic(), parts, _machine_seconds()))
            if self._ends.wait(EVERY_SECONDS):
                return


def _machine_seconds() -> float:
    """Return the CPU seconds of all cores since the start that weren't idle or stolen."""
    first = Path("/proc/stat").read_text().partition("\n")[0]
    ticks = [int(each) for each in first.split()[1:]][:STOLEN]
    return (sum(ticks) - ticks[IDLE] - ticks[WAITING]) / TICKS_PER_SECOND
