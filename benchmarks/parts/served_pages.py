"""Serves an application with gunicorn, as documented, behind the proxy's header."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.parts.installation import NO_LIMIT, ROOT, Installation
from tests.servers.ports import free_port
from tests.servers.processes import wait_until, web_command

PROCESSES = 2
OURS = "app:app"


class Served(NamedTuple):
    """The port and the first process of gunicorn."""

    port: int
    process: int


@contextmanager
def served(
    installation: Installation, application: str = OURS, *, instance: Path | None = None
) -> Iterator[Served]:
    """Serve an application until the end of the block; its output goes into a file.

    `instance`: the instance folder of another machine.
    """
    port = free_port()
    variables = {
        **installation.variables,
        "BARE_DATABASE_URL": installation.variables["SUPPORTERS_DATABASE_URL"],
        "SUPPORTERS_BASE_URL": f"http://127.0.0.1:{port}",
        "SUPPORTERS_PROXIES": "1",
        "SUPPORTERS_SIGNUP_RATE": NO_LIMIT,
    }
    if instance is not None:
        variables["SUPPORTERS_INSTANCE_DIR"] = str(instance)
    command = [*web_command(port, application), "--workers", str(PROCESSES)]
    with (installation.folder / f"web-{port}.log").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=log, stderr=log)
    try:
        if not wait_until(lambda: _is_open(port), seconds=60):
            raise SystemExit("gunicorn doesn't start.")
        yield Served(port, process.pid)
    finally:
        process.terminate()
        process.wait(60)


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
