"""An installation of its own in a folder: settings, database, people, and its commands."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from flask_mail import Message

from supporters import create_app
from supporters.config import load_settings
from supporters.consent.models import Method
from supporters.database import db
from supporters.extensions import mailer, queue
from supporters.lists.leaving import leave_every_list, object_to_everything
from supporters.lists.models import MailingList
from supporters.lists.queries import find_list_by_slug
from supporters.logs import log_warnings_only
from supporters.queue import IN_MEMORY
from tests import builders
from tests.databases import PostgresServer

ROOT = Path(__file__).parents[2]
MESSAGE_BYTES = 5400
LINE = "Une ligne de la lettre, ni courte ni longue.\n"
BODY = "Bonjour {{ given_name | cher ami }},\n\n" + LINE * 40


class Installation:
    """One party with one list. Everything but the signups goes through the commands."""

    def __init__(self, folder: Path, database: str, mail_port: int) -> None:
        self._folder = folder
        self._database = database
        self._mail_port = mail_port
        self._server: PostgresServer | None = None

    def __enter__(self) -> Self:
        url = self._database
        if url == "sqlite":
            url = f"sqlite:///{self._folder / 'supporters.db'}"
        elif url == "postgresql":
            self._server = PostgresServer(self._folder / "postgresql")
            (self._folder / "postgresql").mkdir()
            url = self._server.__enter__().create_database("benchmark")
        self._variables = {
            "SUPPORTERS_INSTANCE_DIR": str(self._folder / "instance"),
            "SUPPORTERS_DATABASE_URL": url,
            "SUPPORTERS_MAIL_PORT": str(self._mail_port),
        }
        self.flask("db", "upgrade")
        self.flask("lists", "create", "national", "--name", "La Lettre nationale")
        settings = dataclasses.replace(load_settings(self._variables), queue_url=IN_MEMORY)
        self._app = create_app(settings)
        log_warnings_only()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.__exit__(kind, error, trace)

    def flask(self, *arguments: str, given: str | None = None) -> str:
        """Run one of our commands and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", *arguments],
            cwd=ROOT,
            env={**os.environ, **self._variables},
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"flask {' '.join(arguments)}: {done.stderr}")
        return done.stdout

    def fill(self, people: int, others: int) -> tuple[set[str], set[str]]:
        """Sign people up; return the addresses that confirmed, and those that get nothing."""
        with self._app.app_context():
            national = find_list_by_slug("national")
            assert national is not None
            wanted = {f"person{number}@example.org" for number in range(people)}
            for address in sorted(wanted):
                builders.make_subscriber(address, national, given_name="Camille")
                db.session.remove()
            unwanted = self._add_others(others, national)
            queue.run_all()  # so that no letter of the signups is left to be sent meanwhile
            return wanted, unwanted

    def _add_others(self, others: int, national: MailingList) -> set[str]:
        unwanted = set()
        for number in range(others):
            left = builders.make_subscriber(f"left{number}@example.org", national)
            leave_every_list(left.id, Method.ONE_CLICK)
            objected = builders.make_subscriber(f"objected{number}@example.org", national)
            object_to_everything(objected.id)
            builders.ask(f"pending{number}@example.org", national)
            unwanted |= {f"{who}{number}@example.org" for who in ("left", "objected", "pending")}
        return unwanted

    def create_campaign(self) -> int:
        """Write a draft and return its id."""
        made = self.flask(
            *("campaigns", "create", "--list", "national", "--subject", "Des nouvelles"),
            *("--body-file", "-", "--json"),
            given=BODY,
        )
        return int(json.loads(made)["id"])

    def status(self, campaign: int) -> dict[str, Any]:
        """Return what `flask campaigns status --json` says."""
        said = self.flask("campaigns", "status", str(campaign), "--json")
        figures: dict[str, Any] = json.loads(said)
        return figures

    @contextmanager
    def worker(self, processes: int) -> Iterator["RunningWorker"]:
        """Run `flask worker`; the letters that signing up left in the outbox are sent first."""
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "worker", "--processes", str(processes)],
            cwd=ROOT,
            env={**os.environ, **self._variables},
        )
        time.sleep(3)
        try:
            yield RunningWorker(process)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)

    def time_flask_mail(self, messages: int) -> float:
        """Return how many messages of the same size Flask-Mail sends in a second."""
        with self._app.app_context():
            text = "x" * 70 + "\n"
            started = time.monotonic()
            with mailer.connect() as connection:
                for number in range(messages):
                    connection.send(
                        Message(
                            "Des nouvelles",
                            recipients=[f"reference{number}@example.org"],
                            body=text * (MESSAGE_BYTES // 3 // len(text)),
                            html=f"<p>{text * (2 * MESSAGE_BYTES // 3 // len(text))}</p>",
                        )
                    )
            return messages / (time.monotonic() - started)


class RunningWorker:
    """A running `flask worker`."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def kill_a_child(self) -> None:
        """End one of its worker processes with SIGKILL."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        os.kill(int(children.read_text().split()[0]), signal.SIGKILL)
