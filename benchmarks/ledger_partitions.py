"""Tries the ledger cut by campaign, beside the ledger as it is: size, launch, counts, dropping.

A trial: the schema of the product has one table. The models make it in a scratch database;
generate_series fills it, and a second table of the same columns, indexes and foreign keys with a
part for each campaign. Sent campaigns are loaded without triggers; everything measured after that
runs as in service. The rows, each for `whole` (as it is) and for `parts`:

- bytes_a_row: with the indexes of the table
- launch_cpu_s, launch_wal_mb: the rows of one more campaign, with the checks of their foreign keys
- launch_s, drop_s: by the clock, which other programs of the machine disturb
- counts_cpu_ms: the states of the middle campaign, counted from its rows
- person_cpu_ms: all emails of one person, whatever the campaign; person_plan_ms: only its plan
- batch_cpu_ms: the rows of one batch, as a sender that claims it reads them
- drop_cpu_s, drop_wal_mb: one campaign goes, by DELETE and VACUUM or by dropping its part
- kept_mb: what the disk still holds of it afterwards

    PYTHONPATH=. .venv/bin/python benchmarks/ledger_partitions.py --campaigns 50 --people 1000000
"""
# ruff: noqa: S608 - all words of the statements are ours

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

import psycopg
from sqlalchemy import create_engine

from benchmarks.parts.printing import Figure, print_results, print_step
from benchmarks.parts.processes import cpu_seconds
from supporters.database import db
from tests.servers.postgres import PostgresServer, temporary_folder

BATCH = 500
TIMES = 5  # each short question: the median counts
MB = 1 << 20
KEYS = "(campaign_id, subscriber_id)"
PERSON_OF = "1000 * ((1::bigint << 20) + {number})"  # ids are far apart, as real ones are
ROWS = f"""
INSERT INTO {{table}} (campaign_id, subscriber_id, batch, purpose_id, consent_event_id,
  consent_kind, status, attempts, next_attempt_at, settled_at, reply, language)
SELECT {{campaign}}, {PERSON_OF.format(number="n")}, n / {BATCH} + 1, 1,
  {PERSON_OF.format(number="n")}, 'confirmed', {{state}}
FROM generate_series(1, {{people}}) AS n
"""
WAITING = "'queued', 0, now(), NULL, NULL, NULL"
SENT = """CASE n % 97 WHEN 0 THEN 'refused' ELSE 'accepted' END, 1, now(), now(),
  CASE n % 97 WHEN 0 THEN '550' ELSE '250' END, NULL"""
LOOSE = "SET session_replication_role = {}"  # replica: no triggers, so no foreign keys
INDEXES = """
SELECT indexname, indexdef FROM pg_indexes
WHERE tablename = 'delivery' AND indexname <> 'pk_delivery'
"""
FOREIGN_KEYS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = 'delivery'::regclass AND contype = 'f'
"""
SIZE = """
SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits WHERE inhparent = '{0}'::regclass
UNION ALL SELECT pg_total_relation_size('{0}') ORDER BY 1 DESC NULLS LAST LIMIT 1
"""


def main() -> int:
    """Run once. Return 0 if both tables gave the same counts."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--campaigns", type=int, default=10, help="sent ones; one more is launched")
    parser.add_argument("--people", type=int, default=100_000, help="of each campaign")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures: dict[str, Figure] = {"rows": options.campaigns * options.people}
    with _scratch() as connection:
        trial = Trial(connection, options.campaigns, options.people)
        trial.prepare()
        seen = []
        for name, table in (("whole", "delivery"), ("parts", "delivery_parts")):
            print_step(f"{name}: loads")
            trial.load(table)
            print_step(f"{name}: measures")
            figures |= {f"{name}_{key}": value for key, value in trial.measure(table)}
            seen.append(trial.counts)
            trial.run(f"DROP TABLE {table} CASCADE")
        figures["database"] = f"PostgreSQL {trial.run('SHOW server_version')[0][0]}"
    print_results(figures, is_json=options.json)
    return 0 if seen[0] == seen[1] else 1


@contextmanager
def _scratch() -> Iterator[psycopg.Connection]:
    """Make a database with the tables of the models."""
    with temporary_folder() as folder, PostgresServer(folder) as server:
        url = server.create_database("ledger")
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
        db.metadata.create_all(engine)
        engine.dispose()
        with psycopg.connect(url, autocommit=True) as connection:
            yield connection


class Trial:
    """One connection to the scratch database, and the CPU time of the process that serves it."""

    def __init__(self, connection: psycopg.Connection, campaigns: int, people: int) -> None:
        self._connection, self._campaigns, self._people = connection, campaigns, people
        self._process = connection.info.backend_pid
        self.counts: list[tuple[object, ...]] = []

    def run(self, statement: str) -> list[tuple[object, ...]]:
        """Run a statement of this file; return its rows."""
        cursor = self._connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []

    def prepare(self) -> None:
        """Add people’s consents and the campaigns; make the table in parts, still without keys."""
        self.run(LOOSE.format("replica"))
        self.run("SET max_parallel_workers_per_gather = 0")  # all work in the process we watch
        self.run("SET max_parallel_maintenance_workers = 0")
        self.run("SET maintenance_work_mem = '512MB'")
        self.run("SET work_mem = '128MB'")  # as a launch has
        self._add_consents()
        self.run(
            "INSERT INTO campaign_list (campaign_id, purpose_id, mailing_list_id, position)"
            f" SELECT n, 1, 1, 0 FROM generate_series(1, {self._campaigns + 1}) AS n"
        )
        self.run(
            "CREATE TABLE delivery_parts (LIKE delivery INCLUDING DEFAULTS INCLUDING CONSTRAINTS)"
            " PARTITION BY LIST (campaign_id)"
        )
        self.run(f"ALTER TABLE delivery_parts ADD PRIMARY KEY {KEYS}")
        self._indexes, self._keys = self.run(INDEXES), self.run(FOREIGN_KEYS)
        for number in range(1, self._campaigns + 2):
            self.run(
                f"CREATE TABLE delivery_part_{number} PARTITION OF delivery_parts"
                f" FOR VALUES IN ({number})"
            )

    def _add_consents(self) -> None:
        person = PERSON_OF.format(number="n")
        self.run(
            "INSERT INTO consent_event (id, kind, subscriber_id, address_mac, purpose_id,"
            " occurred_at, controller_id, basis, wording_id, method, page_url, requested_at,"
            f" evidence) SELECT {person}, 'confirmed', {person}, sha256(n::text::bytea), 1, now(),"
            " 1, '9(2)(a)', 1, 'link', 'synthetic:benchmarks', now(), sha256(n::text::bytea)"
            f" FROM generate_series(1, {self._people}) AS n"
        )
        self.run("VACUUM ANALYZE consent_event")

    def load(self, table: str) -> None:
        """Fill a table with sent campaigns, then give it the indexes and keys of the ledger."""
        self.run(LOOSE.format("replica"))
        if table == "delivery":
            for name, _ in self._indexes:
                self.run(f"DROP INDEX {name}")
        for number in range(1, self._campaigns + 1):
            self.run(ROWS.format(table=table, campaign=number, state=SENT, people=self._people))
        for name, definition in self._indexes:
            on = str(definition).replace(str(name), f"{name}_{table}", 1)
            self.run(on.replace("public.delivery ", f"{table} "))
        if table != "delivery":
            for name, definition in self._keys:
                self.run(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        self.run(f"VACUUM ANALYZE {table}")
        self.run("CHECKPOINT")
        self.run(LOOSE.format("origin"))

    def measure(self, table: str) -> Iterator[tuple[str, Figure]]:
        """Yield the figures of a loaded table; a campaign more is in it afterwards, one less."""
        yield "bytes_a_row", round(self._size(table) / (self._campaigns * self._people), 1)
        new = self._campaigns + 1
        launch = ROWS.format(table=table, campaign=new, state=WAITING, people=self._people)
        yield from self._time("launch", lambda: self.run(launch))
        middle = new // 2
        count = f"SELECT status, count(*) FROM {table} WHERE campaign_id = {middle} GROUP BY 1"
        self.counts = sorted(self.run(count), key=str)
        yield "counts_cpu_ms", self._median(count)
        person = PERSON_OF.format(number=self._people // 2)
        whose = f"SELECT * FROM {table} WHERE subscriber_id = {person}"
        yield "person_cpu_ms", self._median(whose)
        yield "person_plan_ms", self._median(f"EXPLAIN {whose}")
        yield (
            "batch_cpu_ms",
            self._median(f"SELECT * FROM {table} WHERE campaign_id = {middle} AND batch = 2"),
        )
        before = self._size(table)
        yield from self._time("drop", lambda: self._drop(table, middle))
        freed = (before - self._size(table)) / MB
        yield "kept_mb", round(before / (new * MB) - freed, 1)

    def _drop(self, table: str, campaign: int) -> None:
        if table == "delivery":
            self.run(f"DELETE FROM {table} WHERE campaign_id = {campaign}")
            self.run(f"VACUUM {table}")
        else:
            self.run(f"ALTER TABLE {table} DETACH PARTITION delivery_part_{campaign}")
            self.run(f"DROP TABLE delivery_part_{campaign}")

    def _time(self, name: str, act: Callable[[], object]) -> Iterator[tuple[str, Figure]]:
        used, written, began = cpu_seconds(self._process), self._written(), time.monotonic()
        act()
        yield f"{name}_s", round(time.monotonic() - began, 2)
        yield f"{name}_cpu_s", round(cpu_seconds(self._process) - used, 2)
        yield f"{name}_wal_mb", round((self._written() - written) / MB, 1)

    def _median(self, statement: str) -> float:
        """Return the CPU time of a question in ms: of many in turn, since clocks tick in 10 ms."""
        self.run(statement)
        times = []
        for _ in range(TIMES):
            used, asked, began = cpu_seconds(self._process), 0, time.monotonic()
            while time.monotonic() - began < 1:
                self.run(statement)
                asked += 1
            times.append(1000 * (cpu_seconds(self._process) - used) / asked)
        return round(median(times), 3)

    def _size(self, table: str) -> float:
        return float(str(self.run(SIZE.format(table))[0][0]))

    def _written(self) -> float:
        return float(str(self.run("SELECT pg_current_wal_lsn() - '0/0'")[0][0]))


if __name__ == "__main__":
    sys.exit(main())
