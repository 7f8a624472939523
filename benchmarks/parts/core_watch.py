"""Counts the cores that the parts of a running installation use, from samples of their CPU time."""

import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import NamedTuple

from benchmarks.parts.processes import cpu_seconds, machine_times
from benchmarks.parts.repeating import repeated

EVERY_SECONDS = 0.5


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

    def running(self) -> AbstractContextManager[None]:
        """Take samples until the end of the block."""
        return repeated(self._look, every_seconds=EVERY_SECONDS)

    def cores_between(self, begin: float, end: float) -> dict[str, float]:
        """Return the cores that each part used between two moments, and the rest of the machine."""
        inside = [each for each in self._samples if begin <= each.at <= end]
        if len(inside) < 2:
            raise SystemExit("That was too short to count cores: take more people.")
        first, last = inside[0], inside[-1]
        seconds = last.at - first.at
        cores = {name: (last.parts[name] - first.parts[name]) / seconds for name in self.parts}
        return cores | {"rest": (last.machine - first.machine) / seconds - sum(cores.values())}

    def _look(self) -> None:
        parts = {name: sum(map(cpu_seconds, ids)) for name, ids in self.parts.items()}
        self._samples.append(Sample(time.monotonic(), parts, machine_times().busy))
