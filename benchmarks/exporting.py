"""Measures an export of a list, against a program that copies the same columns into a CSV file.

The results:

- first_piece_ms: time to the first piece of the file, when the browser shows progress
- people_per_second: of the whole export, with the check of each person's eligibility
- times_plain: the time, divided by that of a bare SELECT of address, name and language to CSV
- grown_mb: memory that this process gained during the export

    PYTHONPATH=. .venv/bin/python benchmarks/exporting.py --people 1000000 --database sqlite --json
"""

import argparse
import csv
import sys
import tempfile
import time
from io import StringIO
from pathlib import Path

from sqlalchemy import select

from benchmarks.parts.installation import Installation, Plan, installed
from benchmarks.parts.printing import Figure, print_results
from benchmarks.parts.processes import own_megabytes, own_peak_megabytes, reset_own_peak
from benchmarks.parts.records.people import Crowd, make_people
from supporters.database import db
from supporters.lists.queries import find_list_by_slug
from supporters.people.models import Subscriber
from supporters.personal_data.list_exports import Export, disclose_list, write_file

NO_PORT = 9
SLUG, SHORT_SLUG = "national", "short"
ROWS_AT_ONCE = 5_000


def main() -> int:
    """Run once. Return 0 if everybody on the list is in the file, and nobody twice."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--database", default="sqlite", help="sqlite, postgresql or a URL")
    parser.add_argument("--json", action="store_true", help="one line of JSON last")
    options = parser.parse_args()
    plan = Plan(database=options.database, mail_port=NO_PORT, processes=1, connections=None)
    with (
        tempfile.TemporaryDirectory(prefix="supporters-") as folder,
        installed(Path(folder), plan) as installation,
        installation.app.app_context(),
    ):
        figures = _measure(installation, options.people)
    print_results(figures, is_json=options.json)
    return 0 if figures["rows"] == options.people else 1


def _measure(installation: Installation, people: int) -> dict[str, Figure]:
    for slug in (SLUG, SHORT_SLUG):
        installation.flask("lists", "create", slug, "--name", "La Lettre nationale")
    make_people(Crowd(people=people, suppressed=people // 100, short=0), SLUG, SHORT_SLUG)
    plain = min(_copy_plainly(), _copy_plainly())
    export = _disclose()
    reset_own_peak()
    before, began = own_megabytes(), time.perf_counter()
    first, rows = 0.0, -1
    for piece in write_file(export, has_mark=True):
        first = first or time.perf_counter() - began
        rows += piece.count(b"\r\n")
    seconds = time.perf_counter() - began
    return {
        "rows": rows,
        "seconds": round(seconds, 1),
        "first_piece_ms": round(1000 * first, 1),
        "people_per_second": round(rows / seconds),
        "times_plain": round(plain / seconds, 2),
        "rss_before_mb": round(before, 1),
        "grown_mb": round(own_peak_megabytes() - before, 1),
        "database": installation.describe_database(),
    }


def _disclose() -> Export:
    mailing_list = find_list_by_slug(SLUG)
    assert mailing_list is not None
    export = disclose_list(mailing_list.id, asked_by="shell:benchmark", reason="To be measured.")
    assert isinstance(export, Export)
    return export


def _copy_plainly() -> float:
    """Return the seconds of a copy without any check."""
    began = time.perf_counter()
    lines = StringIO()
    writer = csv.writer(lines)
    people = select(Subscriber.address, Subscriber.given_name, Subscriber.language)
    with db.engine.connect().execution_options(yield_per=ROWS_AT_ONCE) as connection:
        for some in connection.execute(people).partitions():
            writer.writerows(some)
            lines.seek(0)
            lines.truncate()
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
