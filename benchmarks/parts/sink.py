"""Postfix's smtp-sink as the receiver: it takes every mail, and keeps them to be counted."""

import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.databases import free_port

RECIPIENT = re.compile(rb"^X-Rcpt-Args: <([^>]+)>", re.MULTILINE)
QUIET_SECONDS = 1.0
STARTS_WITHIN_SECONDS = 5.0


class SinkMissing(SystemExit):
    """smtp-sink isn't installed."""

    def __init__(self) -> None:
        super().__init__("smtp-sink is missing. It comes with Debian's package postfix.")


class Sink:
    """The receiver, on a port of the loopback that it alone has."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder

    def __enter__(self) -> Self:
        program = shutil.which("smtp-sink", path=f"{os.environ['PATH']}:/usr/sbin")
        if program is None:
            raise SinkMissing
        self._folder.mkdir(mode=0o777)
        self._folder.chmod(0o777)
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        command = [program, *user, "-D", f"{self._folder}/%M.", f"127.0.0.1:{self.port}", "1000"]
        self._process = subprocess.Popen(command)
        deadline = time.monotonic() + STARTS_WITHIN_SECONDS
        while not self._answers() and time.monotonic() < deadline:
            time.sleep(0.05)
        return self

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.wait()

    def forget(self) -> None:
        """Delete what has arrived so far."""
        for path in self._folder.iterdir():
            path.unlink()

    def recipients(self, *, at_least: int) -> list[str]:
        """Return to whom mails arrived, once nothing more has come for a second."""
        found, quiet_since = self._read(), time.monotonic()
        while len(found) < at_least and time.monotonic() - quiet_since < QUIET_SECONDS:
            time.sleep(0.1)
            more = self._read()
            if len(more) != len(found):
                found, quiet_since = more, time.monotonic()
        return found

    def _read(self) -> list[str]:
        return [
            match[1].decode()
            for path in self._folder.iterdir()
            for match in RECIPIENT.finditer(path.read_bytes())
        ]
