"""A separate installation in a folder: settings, database, lists, and commands."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from benchmarks.parts.processes import list_children
from supporters import create_app
from supporters.config import load_settings
from supporters.database import db
from supporters.logs import log_warnings_only
from supporters.queue import IN_MEMORY
from tests.factories.approvals import make_ready
from tests.servers.postgres import PostgresServer

ROOT = Path(__file__).parents[2]
STARTS_WITHIN_SECONDS = 120.0  # of a machine with much else to do
ENDS_WITHIN_SECONDS = 60.0
SETTLES_AFTER_SECONDS = 1.0
NAME = "benchmark"
SAID_AT_MOST = 2000  # characters of a log
NO_LIMIT = "1000000"  # of emails and signups: checked, but more than any machine can take


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The options of an installation. `database` is sqlite, postgresql, or a URL."""

    database: str
    mail_port: int
    processes: int
    connections: int | None


Process = subprocess.Popen[bytes]


class Installation:
    """An installation of one party. The measured work runs in commands, as separate processes."""

    def __init__(
        self, folder: Path, plan: Plan, url: str, *, database_process: int | None = None
    ) -> None:
        self.database_process = database_process
        self._plan = plan
        self.folder = folder
        self._instance = folder / "instance"
        variables = {
            "SUPPORTERS_ENV": "development",
            "SUPPORTERS_INSTANCE_DIR": str(self._instance),
            "SUPPORTERS_DATABASE_URL": url,
            "SUPPORTERS_MAIL_PORT": str(plan.mail_port),
            "SUPPORTERS_SEND_RATE": NO_LIMIT,
            "SUPPORTERS_GRACE_SECONDS": "0",
            "SUPPORTERS_LANGUAGES": "fr,en,de,es",
        }
        if plan.connections is not None:
            variables["SUPPORTERS_SMTP_CONNECTIONS"] = str(plan.connections)
        self.variables = {**os.environ, **variables}
        self.flask("db", "upgrade")
        settings = dataclasses.replace(load_settings(variables), queue_url=IN_MEMORY)
        self.app: Flask = create_app(settings)
        log_warnings_only()

    def flask(self, *arguments: str, given: str | None = None) -> str:
        """Run one of our commands and return its output. Raises SystemExit if it failed."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", *arguments],
            cwd=ROOT,
            env=self.variables,
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"flask {' '.join(arguments)}: {done.stderr}")
        return done.stdout

    @contextmanager
    def started(self, *arguments: str, instance: Path | None = None) -> Iterator[Process]:
        """Start one of our commands; stop it at the end of the block. It writes into a file.

        It finds no program of the system: a spam checker would use more than the worker itself.
        `instance`: the instance folder of another machine.
        """
        others = {"PATH": str(Path(sys.executable).parent)}
        if instance is not None:
            others["SUPPORTERS_INSTANCE_DIR"] = str(instance)
        output = self.folder / f"{arguments[0]}.log"
        with output.open("a") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "flask", *arguments],
                cwd=ROOT,
                env={**self.variables, **others},
                stdout=log,
                stderr=log,
            )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            if process.wait(ENDS_WITHIN_SECONDS):
                said = output.read_text(errors="replace")[-SAID_AT_MOST:]
                raise SystemExit(f"flask {' '.join(arguments)} failed: {said}")

    def create_campaign(self, slug: str, body: str) -> int:
        """Create a draft for a list and return its id."""
        words = ("--list", slug, "--subject", "Des nouvelles de l’été", "--body-file", "-")
        made = self.flask("campaigns", "create", *words, "--json", given=body)
        campaign_id = int(json.loads(made)["id"])
        with self.app.app_context():
            make_ready(campaign_id)  # a command launches it without a second person
        return campaign_id

    @contextmanager
    def worker(self, *, instance: Path | None = None) -> Iterator[int]:
        """Run `flask worker`; yield the id of its process when its children are ready."""
        count, locks = self._plan.processes, (instance or self._instance) / "workers"
        arguments = ("worker", "--processes", str(count))
        with self.started(*arguments, instance=instance) as process:
            deadline = time.monotonic() + STARTS_WITHIN_SECONDS
            while len(list(locks.glob("*.lock"))) < count:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit("The worker doesn't start.")
                time.sleep(0.1)
            time.sleep(SETTLES_AFTER_SECONDS)
            children = list_children(process.pid)
            yield process.pid
            if list_children(process.pid) != children:
                raise SystemExit("A worker process ended during the measurement.")

    def describe_database(self) -> str:
        """Return the name and version of the database."""
        with self.app.app_context(), db.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                return f"PostgreSQL {connection.scalar(text('SHOW server_version'))}"
            return f"SQLite {connection.scalar(text('SELECT sqlite_version()'))}"


@contextmanager
def installed(folder: Path, plan: Plan) -> Iterator[Installation]:
    """Create an installation, or open the one of the folder.

    Its PostgreSQL server has the configuration of the wheel.
    """
    if plan.database == "sqlite":
        yield Installation(folder, plan, f"sqlite:///{folder / 'supporters.db'}")
    elif plan.database == "postgresql":
        is_kept = (folder / "postgresql").exists()
        (folder / "postgresql").mkdir(exist_ok=True)
        with PostgresServer(folder / "postgresql") as server:
            url = server.url(NAME) if is_kept else server.create_database(NAME)
            yield Installation(folder, plan, url, database_process=_postmaster(folder))
    else:
        yield Installation(folder, plan, plan.database)


def _postmaster(folder: Path) -> int:
    return int((folder / "postgresql" / "postmaster.pid").read_text().split()[0])
