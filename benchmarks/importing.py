"""Measures an import of a million rows: the dry run, then the invitations, on both databases.

Some of each thousand rows are rejected: malformed, of an office, twice in the file, suppressed, on
the list already. The memory is the peak of the process. Nothing is sent. Between both steps, and
timed apart, an erasure searches the file for an address that is almost in it, and a replay of
erasures searches for one by its keyed hash.

    PYTHONPATH=. .venv/bin/python benchmarks/importing.py --rows 1000000 --json
"""

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.parts.installation import Installation, Plan, installed
from benchmarks.parts.printing import Figure
from benchmarks.parts.processes import own_megabytes, own_peak_megabytes, reset_own_peak
from benchmarks.parts.records.people import Crowd, make_people
from supporters import clock
from supporters.accounts.models import RoleName
from supporters.imports.file_upload import (
    Provenance,
    ProvenanceDocument,
    Upload,
    declare_provenance,
    upload_file,
)
from supporters.imports.import_approval import ApproveResult, approve_import, request_approval
from supporters.imports.import_files import redact_address, redact_hashed_addresses
from supporters.imports.import_jobs import process_import
from supporters.imports.models import CollectionMethod, ListImport
from supporters.imports.queries import find_import
from supporters.people.addresses import address_mac
from tests.factories.accounts import make_account
from tests.factories.imports import lift_limit

DATABASES = ("sqlite", "postgresql")
KNOWN, SUPPRESSED = 10_000, 10_000


def main() -> int:
    """Print a table; with --json one line of JSON last. Return 0 if no row was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--database", choices=DATABASES, action="append")
    parser.add_argument("--json", action="store_true", help="one line of JSON last")
    options = parser.parse_args()
    figures = {name: _measure_apart(name, options.rows) for name in options.database or DATABASES}
    _print_table(figures)
    if options.json:
        print(json.dumps({"rows": options.rows, **figures}))
    return 0 if all(_is_complete(each) for each in figures.values()) else 1


def _measure_apart(database: str, rows: int) -> dict[str, Figure]:
    """Measure in a separate process, so that the memory is of this import only."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        return pool.submit(measure, database, rows).result()


def measure(database: str, rows: int) -> dict[str, Figure]:
    """Import so many rows into a new installation; return the times and the memory."""
    plan = Plan(database=database, mail_port=9, processes=1, connections=None)
    with tempfile.TemporaryDirectory(prefix="supporters-") as name:
        folder = Path(name)
        with installed(folder, plan) as installation:
            _make_party(installation)
            path = folder / "former.csv"
            _write_file(path, rows)
            with installation.app.app_context():
                return _import(path, rows, installation.describe_database())


def _make_party(installation: Installation) -> None:
    for slug in ("national", "short"):
        installation.flask("lists", "create", slug, "--name", "La Lettre nationale")
    with installation.app.app_context():
        crowd = Crowd(people=KNOWN, suppressed=SUPPRESSED, short=10)
        make_people(crowd, "national", "short")


def _write_file(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("E-mail,Prénom,Langue,Ville\r\n")
        file.writelines(f"{cells}\r\n" for cells in _rows(rows))


def _rows(count: int) -> Iterator[str]:
    for number in range(count):
        match number % 1000:
            case 1:
                yield f"no address {number},Zoé,fr,Lyon"
            case 2:
                yield f"info@town{number}.example,,fr,Lyon"
            case 3:
                yield f"former{number - 3}@example.org,Zoé,fr,Lyon"
            case 4:
                yield f"person{number // 1000 % (KNOWN + SUPPRESSED)}@example.org,,fr,Lyon"
            case 5:
                yield f'"former{number}@example.org","Jean ""Jo""",fr,"Paris, 5e"'
            case _:
                yield f"former{number}@example.org,Camille,fr,Brest"


def _import(path: Path, rows: int, database: str) -> dict[str, Figure]:
    importer, approver = (
        make_account(f"{name}@party.example", RoleName.OWNER) for name in ("one", "two")
    )
    reset_own_peak()
    before, cpu = own_megabytes(), time.process_time()
    began = time.perf_counter()
    import_id = _take(path, importer.id)
    taken = time.perf_counter()
    longest = _work(import_id)
    checked = time.perf_counter()
    redact_address("former6@example.com")
    struck = time.perf_counter()
    redact_hashed_addresses({address_mac("former6@example.com"): clock.now()})
    resumed = time.perf_counter()
    request_approval(import_id)
    approved = approve_import(import_id, approver.id)
    assert approved is ApproveResult.DONE, approved
    lift_limit(import_id)  # it would leave out nearly all of them
    longest = max(longest, _work(import_id))
    ended = time.perf_counter()
    done, total = _get(import_id), ended - resumed + checked - began
    return {
        "database": database,
        "rows": done.rows,
        "seconds": round(total, 1),
        "rate": round(rows / total),
        "cpu_seconds": round(time.process_time() - cpu, 1),
        "upload_seconds": round(taken - began, 1),
        "check_seconds": round(checked - taken, 1),
        "invite_seconds": round(ended - resumed, 1),
        "erasure_seconds": round(struck - checked, 2),
        "replay_seconds": round(resumed - struck, 1),
        "longest_batch_seconds": round(longest, 2),
        "peak_rss_mb": round(own_peak_megabytes(), 1),
        "rss_before_mb": round(before, 1),
        "refused": done.rows - done.fitting,
        "invited": done.invited,
    }


def _take(path: Path, importer_id: int) -> int:
    with path.open("rb") as file:
        taken = upload_file(
            Upload(
                file=file,
                name=path.name,
                mailing_list_id=1,
                language="fr",
                imported_by_id=importer_id,
            )
        )
    assert isinstance(taken, ListImport)
    provenance = Provenance(
        way=CollectionMethod.PAPER,
        collected_by="Section de Brest",
        collected_from=2015,
        collected_until=2019,
        statement="Synthetic.",
        evidence=ProvenanceDocument(name="form.txt", content=b"Synthetic."),
    )
    declare_provenance(taken.id, provenance)
    return taken.id


def _work(import_id: int) -> float:
    """Process the file; return the seconds of the slowest batch."""
    longest, began = 0.0, time.perf_counter()
    for _ in process_import(import_id):
        longest, began = max(longest, time.perf_counter() - began), time.perf_counter()
    return longest


def _get(import_id: int) -> ListImport:
    found = find_import(import_id)
    assert found is not None
    return found


def _is_complete(figures: dict[str, Figure]) -> bool:
    return int(figures["refused"]) + int(figures["invited"]) == int(figures["rows"])


def _print_table(figures: dict[str, dict[str, Figure]]) -> None:
    for name in next(iter(figures.values())):
        cells = "  ".join(f"{each[name]!s:>20}" for each in figures.values())
        print(f"{name:>22}  {cells}")


if __name__ == "__main__":
    sys.exit(main())
