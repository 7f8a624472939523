"""A relay that is down, says 421 to a recipient, or dies at the dot: how long sign-ups wait.

The emails are confirmations of signups; a worker sends them to a relay of this process. Each world
has its relay:

- down: nothing listens for `--minutes`; the figures count from the moment at which it is back
- closing: it says 421 to each recipient for 45 seconds from the first time, and closes
- dying: one connection in five is cut at the dot, and the email was not taken

Each row says how many left, their wait in seconds (median, last), how many still wait with a failed
attempt, and how many came twice. An email lost at the dot is sent once more after half an hour.

    PYTHONPATH=. .venv/bin/python benchmarks/relay_faults.py --world closing
"""

import argparse
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer

from sqlalchemy import func, select

from benchmarks.outbox import put_emails
from benchmarks.parts.installation import Installation, Plan, installed
from benchmarks.parts.printing import Figure, print_results
from benchmarks.parts.sink import reserved_port
from supporters.database import db
from supporters.mail.models import EmailStatus, OutboxEmail

EMAILS = {"down": 30, "closing": 60, "dying": 200}
CLOSES_FOR_SECONDS = 45
DYING_SHARE = 0.2
WATCHED_SECONDS = 240


class FaultyRelay(ThreadingTCPServer):
    """A relay with the faults of a world; `taken` has the moment of each email that it took."""

    allow_reuse_address = allow_reuse_port = daemon_threads = True

    def __init__(self, port: int, world: str) -> None:
        self.world = world
        # Else at the first connection: a worker needs a while to start.
        self.began = time.monotonic() if world == "down" else None
        self.taken: dict[str, list[float]] = {}
        self.first_asked: dict[str, float] = {}
        self.chance = random.Random(5)  # noqa: S311 - the same in each run
        self.guard = threading.Lock()
        super().__init__(("127.0.0.1", port), _Session)


class _Session(StreamRequestHandler):
    """One connection, without pipelining."""

    server: FaultyRelay

    def handle(self) -> None:
        """Answer until the end."""
        recipient = ""
        self.server.began = self.server.began or time.monotonic()
        self._say("220 ready")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"RCPT":
                recipient = line.decode().partition("<")[2].partition(">")[0]
                if self._closes_for(recipient):
                    self._say("421 4.7.0 later")
                    return
            if verb == b"DATA":
                self._say("354 go on")
                if not self._take(recipient):
                    return
                continue
            self._say("221 bye" if verb == b"QUIT" else "250 fine")
            if verb == b"QUIT":
                return

    def _closes_for(self, recipient: str) -> bool:
        if self.server.world != "closing":
            return False
        first = self.server.first_asked.setdefault(recipient, time.monotonic())
        return time.monotonic() - first < CLOSES_FOR_SECONDS

    def _take(self, recipient: str) -> bool:
        while self.rfile.readline() not in {b".\r\n", b""}:
            pass
        with self.server.guard:
            dies = self.server.world == "dying" and self.server.chance.random() < DYING_SHARE
            if not dies:
                self.server.taken.setdefault(recipient, []).append(time.monotonic())
        if not dies:
            self._say("250 taken")
        return not dies

    def _say(self, reply: str) -> None:
        self.wfile.write(f"{reply}\r\n".encode())


def main() -> int:
    """Run the worlds. Return 0 if no email came twice but after a loss at the dot."""
    options = _read_options()
    has_failed = False
    for world in options.world:
        figures = _run(world, minutes=options.minutes, database=options.database)
        print_results({"world": world, **figures}, is_json=options.json)
        has_failed |= figures["twice"] != 0
    return int(has_failed)


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--world", action="append", choices=[*EMAILS])
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--database", default="sqlite", choices=("postgresql", "sqlite"))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    options.world = options.world or [*EMAILS]
    return options


def _run(world: str, *, minutes: float, database: str) -> dict[str, Figure]:
    with tempfile.TemporaryDirectory() as name, reserved_port() as mail_port:
        plan = Plan(database=database, mail_port=mail_port, processes=1, connections=None)
        with installed(Path(name), plan) as installation:
            put_emails(installation, EMAILS[world], due=True)
            if world == "down":
                with installation.worker():
                    time.sleep(60 * minutes)
                    with _running(mail_port, world) as relay:
                        return _watch(installation, relay)
            with _running(mail_port, world) as relay, installation.worker():
                return _watch(installation, relay)


def _watch(installation: Installation, relay: FaultyRelay) -> dict[str, Figure]:
    emails, left = EMAILS[relay.world], _count_left(installation)
    deadline = time.monotonic() + WATCHED_SECONDS
    while time.monotonic() < deadline:
        if len(relay.taken) + left["lost"] == emails:
            break
        time.sleep(0.5)
        left = _count_left(installation)
    began = relay.began or 0.0
    waits = sorted(moments[0] - began for moments in relay.taken.values())
    return {
        "left": len(waits),
        "median_s": round(statistics.median(waits), 1) if waits else "-",
        "last_s": round(waits[-1], 1) if waits else "-",
        "waits_after_an_attempt": left["charged"],
        "never_named": emails - len({*relay.first_asked, *relay.taken}),
        "lost_at_the_dot": left["lost"],
        "twice": sum(len(each) > 1 for each in relay.taken.values()),
    }


@contextmanager
def _running(port: int, world: str) -> Iterator[FaultyRelay]:
    with FaultyRelay(port, world) as relay:
        thread = threading.Thread(target=relay.serve_forever, daemon=True)
        thread.start()
        try:
            yield relay
        finally:
            relay.shutdown()
            thread.join()


def _count_left(installation: Installation) -> dict[str, int]:
    """Count the waiting emails that were charged with an attempt, and those lost at the dot."""
    waits = (OutboxEmail.status == EmailStatus.QUEUED, OutboxEmail.attempts > 0)
    is_lost = OutboxEmail.last_reply.like("lost%")
    with installation.app.app_context():
        charged = db.session.scalar(select(func.count()).where(*waits, ~is_lost)) or 0
        lost = db.session.scalar(select(func.count()).where(*waits, is_lost)) or 0
        db.session.rollback()
    return {"charged": charged, "lost": lost}


if __name__ == "__main__":
    sys.exit(main())
