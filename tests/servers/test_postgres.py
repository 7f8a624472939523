"""No PostgreSQL server of the tests outlives the process that started it."""

import subprocess
import sys
from pathlib import Path

from tests.servers.postgres import temporary_folder
from tests.servers.processes import ROOT, is_alive, wait_until

START = """
import sys
from pathlib import Path
from tests.servers.postgres import PostgresServer
with PostgresServer(Path(sys.argv[1])):
    print("started", flush=True)
    sys.stdin.read()
"""


def test_a_server_ends_when_its_process_is_killed() -> None:
    with temporary_folder() as folder:
        command = [sys.executable, "-W", "ignore", "-c", START, str(folder)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "started\n"
            server = _server_in(folder)
            assert is_alive(server)
            process.kill()
        assert wait_until(lambda: not is_alive(server))


def _server_in(folder: Path) -> int:
    return int((folder / "postmaster.pid").read_text().splitlines()[0])
