"""Runs smtp-sink of Postfix as the receiver: it counts emails, and can keep them."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

RECIPIENT = re.compile(rb"^X-Rcpt-Args: <([^>]+)>", re.MULTILINE)
COUNT = re.compile(rb"mesg=(\d+)")
LAST_BYTES = 200
STARTS_WITHIN_SECONDS = 20.0
CONNECTIONS = 1000


@contextmanager
def reserved_port() -> Iterator[int]:
    """Reserve a port of the loopback for the block.

    smtp-sink sets SO_REUSEPORT: two of them on one port would share the emails without an error. A
    bound socket that doesn't listen keeps the port and accepts no connection.
    """
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.bind(("127.0.0.1", 0))
        yield int(holder.getsockname()[1])


def find_program(name: str, *, package: str = "postfix") -> str:
    """Return the path of a program of a Debian package. Raises SystemExit if it is missing."""
    program = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        raise SystemExit(f"{name} is missing. It comes with Debian's package {package}.")
    return program


@contextmanager
def counting_sink(folder: Path, port: int, *options: str) -> Iterator["Sink"]:
    """Run a receiver that counts the emails and discards them."""
    with _running(folder / "count", port, options):
        yield Sink(folder / "count", folder / "nothing")


@contextmanager
def keeping_sink(folder: Path, port: int) -> Iterator["Sink"]:
    """Run a receiver that writes the emails into a file: this halves its speed."""
    kept = folder / "kept"
    kept.mkdir()
    kept.chmod(0o777)  # smtp-sink writes as nobody when root starts it
    with _running(folder / "count", port, ("-D", f"{kept}/mails")):
        yield Sink(folder / "count", kept / "mails")


@contextmanager
def _running(output: Path, port: int, options: tuple[str, ...]) -> Iterator[None]:
    user = ("-u", "nobody") if os.geteuid() == 0 else ()
    command = [find_program("smtp-sink"), *user, "-c", *options]
    with output.open("wb") as counter:
        process = subprocess.Popen(
            [*command, f"127.0.0.1:{port}", str(CONNECTIONS)], stdout=counter, cwd="/"
        )
    try:
        wait_until_it_listens("smtp-sink", port)
        yield
    finally:
        process.terminate()
        process.wait()


def wait_until_it_listens(name: str, port: int) -> None:
    """Wait for a program on a port of the loopback. Raises SystemExit if it doesn't come."""
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit(f"{name} doesn't answer.")


class Sink:
    """A running receiver."""

    def __init__(self, counter: Path, mails: Path) -> None:
        self._counter = counter
        self._mails = mails

    def count(self) -> int:
        """Return the number of accepted emails: those with an answer to the final dot."""
        with self._counter.open("rb") as counter:
            size = counter.seek(0, os.SEEK_END)
            counter.seek(max(0, size - LAST_BYTES))
            counts = COUNT.findall(counter.read())
        return int(counts[-1]) if counts else 0

    def recipients(self) -> list[str]:
        """Return the recipient of each kept email."""
        return [match[1].decode() for match in RECIPIENT.finditer(self._mails.read_bytes())]
