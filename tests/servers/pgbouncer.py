"""A PgBouncer of the test's own on loopback, in transaction mode, before a server of the tests."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.servers.ports import free_port
from tests.servers.postgres import temporary_folder
from tests.servers.processes import wait_until
from tests.servers.programs import find_program

SETTINGS = """
[databases]
* = host={host} port={server_port} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 6
{more}
"""
OLDEST = (1, 22)
NEEDED = "ignore_startup_parameters = options"


@contextmanager
def running_pgbouncer(url: str, more: str = NEEDED) -> Iterator[str]:
    """Run PgBouncer before the server of a URL; yield the URL of the same database through it."""
    program, port, parts = find_program("pgbouncer"), free_port(), urlsplit(url)
    said = subprocess.run([program, "--version"], capture_output=True, check=True, text=True).stdout
    if tuple(map(int, said.split()[1].split(".")[:2])) < OLDEST:
        pytest.skip("UNTRIED: this Debian has no PgBouncer that prepares statements (1.22)")
    host = parse_qs(parts.query)["host"][0]
    values = {"host": host, "server_port": parts.port or 5432, "port": port}
    with temporary_folder() as folder:
        folder.chmod(0o755)
        settings = folder / "pgbouncer.ini"
        settings.write_text(SETTINGS.format(**values, more=more))
        user = Path(host).stat().st_uid  # it refuses root, and the server's socket is private
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen([program, settings], stdout=log, stderr=log, user=user)
        try:
            assert wait_until(lambda: _answers(port)), (folder / "log").read_text()
            yield f"postgresql://postgres@127.0.0.1:{port}{parts.path}"
        finally:
            process.kill()  # by SIGTERM it waits for its clients
            process.wait()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
