"""Sends while somebody reads one old snapshot, as `pg_dump` does, and without, in turns.

PostgreSQL removes no dead row meanwhile. The rows:

- alone_rate, held_rate: emails of a campaign a second, the mean of the turns; kept: their ratio
- alone_cpu_us, held_cpu_us: CPU time of the workers and of the database for an email; kept_cpu: the
  ratio, which other programs of the machine disturb less
- outbox_alone_ms, outbox_held_ms: the same of a transactional email, of `--emails` in each turn

It fails if an email is missing or came twice, or if CPU time keeps less than 0.9.

    PYTHONPATH=. .venv/bin/python benchmarks/held_snapshot.py --people 50000
"""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import fmean

import psycopg

from benchmarks.outbox import free_emails, put_emails
from benchmarks.parts.evening.rush_steps import announce_broadcast
from benchmarks.parts.printing import Figure, print_results
from benchmarks.parts.processes import cpu_seconds
from benchmarks.parts.product import BODY, EVERYBODY, Product, product_from_options
from benchmarks.parts.sink import Sink, counting_sink
from benchmarks.parts.timing import CampaignWatch, Run

KEPT_AT_LEAST = 0.9
READ = ("subscriber", "delivery", "outbox_email")
LONGEST_SECONDS = 180


def main() -> int:
    """Run once. Return 0 if sending kept its rate under the snapshot, and lost nothing."""
    options = _read_options()
    with product_from_options(options) as made:
        made.fill(options.people)
        announce_broadcast(made.installation)
        with counting_sink(made.folder, made.port) as sink, made.installation.worker() as worker:
            turns = Turns(made, sink, worker)
            for _ in range(options.turns):
                turns.take(emails=options.emails)
        figures = turns.describe()
        figures["lost_or_twice"] = turns.missing
        figures["database"] = made.installation.describe_database()
    print_results(figures, is_json=options.json)
    kept = min(float(figures["kept_cpu"]), float(figures["outbox_kept_cpu"]))
    return 1 if kept < KEPT_AT_LEAST or turns.missing else 0


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=50_000, help="of each campaign")
    parser.add_argument("--emails", type=int, default=20_000, help="transactional, in each turn")
    parser.add_argument("--turns", type=int, default=2)
    parser.add_argument("--processes", type=int, default=2, help="of the worker")
    parser.add_argument("--json", action="store_true", help="one line of JSON last")
    parser.set_defaults(database="postgresql", connections=None)
    return parser.parse_args()


class Turns:
    """Campaigns and transactional emails, alone and under a snapshot."""

    def __init__(self, made: Product, sink: Sink, worker: int) -> None:
        self._made, self._sink, self._worker = made, sink, worker
        self._campaigns: dict[str, list[Run]] = {"alone": [], "held": []}
        self._emails: dict[str, list[float]] = {"alone": [], "held": []}
        self.missing = 0

    def take(self, *, emails: int) -> None:
        """Send both without a snapshot, then both under one."""
        self._send("alone", emails)
        with held_snapshot(self._made):
            self._send("held", emails)
        with psycopg.connect(_url_of(self._made), autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")  # as autovacuum does in time

    def describe(self) -> dict[str, Figure]:
        """Return the figures of all turns."""
        rates = {kind: fmean(run.rate for run in runs) for kind, runs in self._campaigns.items()}
        cpu = {
            kind: fmean(run.cpu_microseconds + run.database_cpu_microseconds for run in runs)
            for kind, runs in self._campaigns.items()
        }
        emails = {kind: fmean(each) for kind, each in self._emails.items()}
        return {
            "alone_rate": round(rates["alone"], 1),
            "held_rate": round(rates["held"], 1),
            "kept": round(rates["held"] / rates["alone"], 3),
            "alone_cpu_us": round(cpu["alone"], 1),
            "held_cpu_us": round(cpu["held"], 1),
            "kept_cpu": round(cpu["alone"] / cpu["held"], 3),
            "outbox_alone_ms": round(emails["alone"], 3),
            "outbox_held_ms": round(emails["held"], 3),
            "outbox_kept_cpu": round(emails["alone"] / emails["held"], 3),
        }

    def _send(self, kind: str, emails: int) -> None:
        campaign = self._made.installation.create_campaign(EVERYBODY, BODY)
        run = CampaignWatch(self._made.installation, self._sink, campaign).time_campaign(
            self._worker
        )
        self._campaigns[kind].append(run)
        self.missing += abs(run.received - run.progress.accepted)
        self._emails[kind].append(self._send_emails(emails))

    def _send_emails(self, emails: int) -> float:
        """Return the CPU time of a transactional email in ms."""
        put_emails(self._made.installation, emails)
        before, used = self._sink.count(), self._cpu()
        free_emails(self._made.installation)
        deadline = time.monotonic() + LONGEST_SECONDS
        while self._sink.count() - before < emails and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(1)  # until all is recorded
        self.missing += abs(self._sink.count() - before - emails)
        return 1000 * (self._cpu() - used) / emails

    def _cpu(self) -> float:
        return cpu_seconds(self._worker) + cpu_seconds(self._made.installation.database_process)


def _url_of(made: Product) -> str:
    settings = made.installation.app.extensions["settings"]
    return str(settings.database_url).replace("+psycopg", "")


@contextmanager
def held_snapshot(made: Product) -> Iterator[None]:
    """Hold a snapshot of the whole database until the end of the block."""
    with psycopg.connect(_url_of(made)) as old:
        old.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for table in READ:
            old.execute(f"SELECT count(*) FROM {table}".encode())  # noqa: S608 - our own words
        yield


if __name__ == "__main__":
    sys.exit(main())
