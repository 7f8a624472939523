"""Starts and controls the receiving server, and reads what it accepted."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

from tests.faults.receiver.misbehaviour import Fault, Manners
from tests.servers.ports import free_port
from tests.servers.processes import Process, start_process, wait_until


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A message that the server accepted: when, by the clock that never jumps, and to whom.

    `begun`: when its dialogue began. `link`: the address in it that confirms a signup.
    """

    at: float
    begun: float
    recipient: str
    campaign: int
    link: str = ""


class Receiving:
    """The receiving server: its process, and the file that it writes."""

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self.port = port or free_port()
        self._record = folder / "accepted.jsonl"
        self._record.touch()
        self._read_up_to = 0
        self._arrivals: list[Arrival] = []
        self.rudeness: list[str] = []
        self.connections: list[float] = []
        self.refusals = 0
        self._process: Process | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start it, well-behaved."""
        name = "tests.faults.receiver.mail_server_process"
        self._process = start_process(
            [sys.executable, "-m", name, str(self.port), str(self._record)],
            os.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._hear("ready")

    def stop(self) -> None:
        """End it at once, in the middle of its work."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def behave(
        self, *faults: Fault, pipelining: bool = True, certificate: Path | None = None
    ) -> None:
        """Set the faults from now on; no others happen."""
        manners = Manners(faults=faults, pipelining=pipelining, certificate=str(certificate or ""))
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(manners.to_json() + "\n")
        self._process.stdin.flush()
        self._hear("ok")

    def _hear(self, word: str) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        heard = self._process.stdout.readline().strip()
        assert heard == word, f"The receiving server said {heard!r} instead of {word!r}."

    def arrivals(self, campaign: int | None = None) -> list[Arrival]:
        """Return the messages that it accepted so far: of a campaign, or all."""
        with self._record.open("rb") as record:
            record.seek(self._read_up_to)
            lines = record.read()
        whole, _, _ = lines.rpartition(b"\n")
        if whole:
            self._read_up_to += len(whole) + 1
        for line in whole.splitlines():
            values = json.loads(line)
            if "rude" in values:
                self.rudeness.append(values["rude"])
            elif "connected" in values:
                self.connections.append(values["connected"])
            elif "refused" in values:
                self.refusals += 1
            else:
                self._arrivals.append(Arrival(**values))
        if campaign is None:
            return self._arrivals
        return [each for each in self._arrivals if each.campaign == campaign]

    def latest(self) -> float:
        """Return when the last email of a campaign began, by the clock that never jumps."""
        return max((each.begun for each in self.arrivals() if each.campaign), default=0.0)

    def has(self, count: int) -> bool:
        """Tell whether it accepted so many messages."""
        return len(self.arrivals()) >= count

    def wait_for(self, count: int, *, seconds: float = 180) -> None:
        """Wait until it has accepted so many messages."""
        arrived = wait_until(partial(self.has, count), seconds=seconds)
        assert arrived, f"{len(self.arrivals())} messages of {count} came in {seconds} s."
