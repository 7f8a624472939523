"""Measures what a signup, a page, a proof and a row cost at growing numbers of people.

Everything runs in this process, on PostgreSQL: no visitor and no relay share its time. Costs are
CPU time in ms of this process and of the database, which other programs disturb less than the
clock. With --rush, --send and --ledger, the last lines of these programs with --json, it also keeps
what the whole product did on two cores, and the bytes of a row: capacity.py begins with that.
--write puts all of it into benchmarks/parts/simulated/measured_costs.json.

    PYTHONPATH=. .venv/bin/python benchmarks/costs.py --people 10000 100000 --write
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select, text

from benchmarks.consent import prove
from benchmarks.parts.printing import print_results, print_step
from benchmarks.parts.processes import cpu_seconds
from benchmarks.parts.records.consents import add_missing_entries
from benchmarks.parts.records.ledger import make_sent_campaign
from benchmarks.parts.records.people import Crowd, make_people
from benchmarks.parts.simulated.costs import FILE, read_two_cores
from supporters import clock, create_app
from supporters.config import load_settings
from supporters.consent.log_sealing import seal
from supporters.database import db
from supporters.delivery.models import Delivery
from supporters.lists.models import MailingList
from supporters.logs import log_warnings_only
from supporters.queue import IN_MEMORY
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.servers.postgres import PostgresServer, temporary_folder
from tests.web.public.pages import box_values, hidden_values

TIMES = 200
FASTEST_HUMAN = 3.5  # seconds: a form that is sent earlier counts as a program's
PAGE = "/fr/join/national"


def main() -> int:
    """Measure each size, and print it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, nargs="*", default=[10_000])
    parser.add_argument("--rush", type=Path, help="what rush.py --json said last")
    parser.add_argument("--send", type=Path, help="what send.py --json said last")
    parser.add_argument("--ledger", type=Path, help="what ledger_partitions.py --json said last")
    parser.add_argument("--write", action="store_true", help="into the file of capacity.py")
    options = parser.parse_args()
    sizes = {}
    for people in options.people:
        print_step(f"{people}: makes people")
        with _installation() as installation:
            sizes[str(people)] = dict(installation.measure(people))
        print_results({"people": people, **sizes[str(people)]}, is_json=False)
    if options.write:
        kept = json.loads(FILE.read_text()) if FILE.exists() else {}
        if sizes:
            kept["measured_on"] = f"{datetime.now(UTC):%d %B %Y}"
            kept["sizes"] = {**kept.get("sizes", {}), **sizes}
        if options.rush and options.send:
            rush, send = (json.loads(each.read_text()) for each in (options.rush, options.send))
            kept["two_cores"] = read_two_cores(rush, send)
        if options.ledger:
            kept["ledger"] = json.loads(options.ledger.read_text())
        FILE.write_text(json.dumps(kept, indent=2) + "\n")
    return 0


@contextmanager
def _installation() -> Iterator["Installation"]:
    with temporary_folder() as folder, PostgresServer(folder) as server:
        database = int((folder / "postmaster.pid").read_text().split()[0])
        with tempfile.TemporaryDirectory() as instance:
            variables = {
                "SUPPORTERS_ENV": "development",
                "SUPPORTERS_INSTANCE_DIR": instance,
                "SUPPORTERS_DATABASE_URL": server.create_database("costs"),
                "SUPPORTERS_BASE_URL": "http://localhost",
                "SUPPORTERS_SIGNUP_RATE": "1000000",
            }
            app = create_app(replace(load_settings(variables), queue_url=IN_MEMORY))
            log_warnings_only()
            with app.app_context():
                upgrade()
            yield Installation(app, database)
            with app.app_context():
                db.engine.dispose()


@dataclass(frozen=True)
class Installation:
    """An installation in this process, and the first process of its database."""

    app: Flask
    database: int

    def measure(self, people: int) -> Iterator[tuple[str, float]]:
        """Yield the costs with so many people."""
        with self.app.app_context():
            mailing_list = make_list()
            make_list("short")
            empty = _size("pg_database_size(current_database())")
            crowd = Crowd(people=people, suppressed=10, short=10, has_entries=False)
            make_people(crowd, mailing_list.slug, "short")
            add_missing_entries()
            seal()
            db.session.execute(text("ANALYZE"))
            db.session.commit()
            yield "person_bytes", (_size("pg_database_size(current_database())") - empty) / people
            print_step(f"{people}: measures")
            yield from self._measure_log(mailing_list)
            yield from self._measure_ledger(mailing_list, people)
        yield from self._measure_pages()

    def _measure_log(self, mailing_list: MailingList) -> Iterator[tuple[str, float]]:
        names = (f"sure{number}@example.org" for number in range(10 * TIMES))
        yield (
            "request_and_confirmation_ms",
            self._time(lambda: make_subscriber(next(names), mailing_list)),
        )
        seal()
        yield "proof_ms", self._time(prove)

    def _measure_ledger(
        self, mailing_list: MailingList, people: int
    ) -> Iterator[tuple[str, float]]:
        began = self._cpu()
        campaign = make_sent_campaign(mailing_list, people, clock.now())
        yield "ledger_row_ms", 1000 * (self._cpu() - began) / people
        yield "ledger_row_bytes", _size("pg_total_relation_size('delivery')") / people
        of_campaign = select(Delivery.status, func.count()).where(Delivery.campaign_id == campaign)
        states = of_campaign.group_by(Delivery.status)
        yield "count_of_states_ms", self._time(lambda: db.session.execute(states).all(), times=5)

    def _measure_pages(self) -> Iterator[tuple[str, float]]:
        client = self.app.test_client()
        page = client.get(PAGE).text
        fields = {**hidden_values(page), **box_values(page), "is_15": "y"}
        time.sleep(FASTEST_HUMAN)
        addresses = (f"new{number}@example.org" for number in range(10 * TIMES))
        yield "form_ms", self._time(lambda: client.get(PAGE))
        yield (
            "post_ms",
            self._time(lambda: client.post(PAGE, data={**fields, "email": next(addresses)})),
        )

    def _time(self, act: Callable[[], object], *, times: int = TIMES) -> float:
        """Return the CPU time of one in ms, of this process and the database."""
        act()
        began = self._cpu()
        for _ in range(times):
            act()
        return round(1000 * (self._cpu() - began) / times, 3)

    def _cpu(self) -> float:
        return time.process_time() + cpu_seconds(self.database)


def _size(what: str) -> float:
    return float(db.session.scalar(text(f"SELECT {what}")) or 0)


if __name__ == "__main__":
    sys.exit(main())
