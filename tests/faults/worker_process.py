"""A running `flask worker`: tests kill, stop and end its processes as an operator does."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tests.servers.processes import (
    Process,
    command,
    descendants_of,
    is_alive,
    senders_of,
    start_process,
    wait_until,
)

ENDS_WITHIN_SECONDS = 40


class Worker:
    """A supervisor and its children."""

    instance: Path

    def __init__(self, process: Process, log: Path, processes: int) -> None:
        self.process = process
        self.log = log
        self.processes = processes

    def children(self) -> list[int]:
        """Return the ids of the processes that send."""
        return senders_of(self.process.pid)

    def is_complete(self) -> bool:
        """Tell whether all its processes have begun."""
        locks = (self.instance / "workers").glob("*.lock")
        return len([*locks]) >= self.processes and len(self.children()) == self.processes

    def wait_until_complete(self) -> None:
        """Wait until all its processes have begun."""
        assert wait_until(self.is_complete), self.log.read_text()[-3000:]

    def kill_one(self, number: int = 0) -> None:
        """Kill one of the processes that send; the supervisor starts another one."""
        children = self.children()
        if children:
            _send(children[number % len(children)], signal.SIGKILL)

    def kill_senders(self) -> None:
        """Kill all of them at once; the supervisor starts others."""
        for each in self.children():
            _send(each, signal.SIGKILL)

    def kill_all(self) -> None:
        """Kill the supervisor and its children, as when a machine loses its power."""
        _send(self.process.pid, signal.SIGSTOP)  # so that it starts no new process
        for each in [*descendants_of(self.process.pid), self.process.pid]:
            _send(each, signal.SIGKILL)
        self.process.wait()

    def freeze(self, process_id: int) -> None:
        """Stop a process."""
        _send(process_id, signal.SIGSTOP)

    def thaw(self, process_id: int) -> None:
        """Let a stopped process go on."""
        _send(process_id, signal.SIGCONT)

    def terminate(self) -> float:
        """Ask it to end, and wait; return after how many seconds it did."""
        started = time.monotonic()
        self.process.terminate()
        self.process.wait(ENDS_WITHIN_SECONDS)
        return time.monotonic() - started

    def end(self) -> None:
        """Make sure that no process of it runs any more."""
        everyone = [self.process.pid, *descendants_of(self.process.pid)]
        for each in everyone:
            _send(each, signal.SIGCONT)
        if self.process.poll() is None:
            self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(ENDS_WITHIN_SECONDS)
        for each in everyone:
            if is_alive(each):
                _send(each, signal.SIGKILL)
        self.process.wait()


def start_worker(variables: Mapping[str, str], processes: int, *, log: Path) -> Worker:
    """Start `flask worker`; its output goes into a file."""
    with log.open("w") as output:
        arguments = command("worker", "--processes", str(processes))
        process = start_process(arguments, variables, stdout=output, stderr=output, text=True)
    return Worker(process, log, processes)


def _send(process_id: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process_id, number)
