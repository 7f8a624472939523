"""Measures the consent log: sealing, the whole tree, a proof, the verifier, and signups with it.

The events are created in SQL, and their entries by the code of signups. The results:

- sealed_per_second: entries that got their place in the tree, with tiles and signed checkpoints
- head_seconds: the tree computed again from all entries, compared with all tiles and checkpoints
- proof_ms, proof_worst_ms: one inclusion proof, read from the database and checked
- …_cpu_seconds: CPU time of this process; other load on the machine does not change it
- verify_seconds: the work of `flask consent verify`; peak_rss_mb: the peak memory of this process
- signups_ratio: signups per second (requested and confirmed) with the log, divided by those
  without it; both take turns, and the sealing thread runs only with the log

    PYTHONPATH=. .venv/bin/python benchmarks/consent.py --events 1000000 --database sqlite --json
"""

import argparse
import resource
import secrets
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from benchmarks.parts.installation import Installation, Plan, installed
from benchmarks.parts.printing import Figure, print_results
from benchmarks.parts.records.consents import SignupTimer, add_missing_entries
from benchmarks.parts.records.people import Crowd, make_people
from supporters import clock
from supporters.audit.log_verification import check_tree, verify
from supporters.audit.verification_report import VerificationReport
from supporters.consent.log_sealing import SealingThread, seal
from supporters.database import db, snapshot
from supporters.transparency_log.cached_tree import open_tree
from supporters.transparency_log.log_records import hash_leaf
from supporters.transparency_log.merkle_tree import is_included
from supporters.transparency_log.models import LogEntry
from supporters.transparency_log.queries import find_latest_checkpoint

PROOFS = 200
NO_PORT = 9
CONSENTS_WITHIN = timedelta(seconds=2)  # a millisecond has ids for 131,072 people
SLUG, SHORT_SLUG = "national", "short"


def main() -> int:
    """Run once. Return 0 if the verifier finds everything in order."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=10, help="of signups, with and without it")
    parser.add_argument("--database", default="sqlite", help="sqlite, postgresql or a URL")
    parser.add_argument("--json", action="store_true", help="one line of JSON last")
    options = parser.parse_args()
    plan = Plan(database=options.database, mail_port=NO_PORT, processes=1, connections=None)
    with (
        tempfile.TemporaryDirectory(prefix="supporters-") as folder,
        installed(Path(folder), plan) as installation,
        installation.app.app_context(),
    ):
        figures = _measure(installation, options.events, options.rounds)
    print_results(figures, is_json=options.json)
    return 1 if figures["faults"] else 0


def _measure(installation: Installation, events: int, rounds: int) -> dict[str, Figure]:
    for slug in (SLUG, SHORT_SLUG):
        installation.flask("lists", "create", slug, "--name", "La Lettre nationale")
    seal()
    crowd = Crowd(
        people=events,
        suppressed=0,
        short=0,
        joined_over=CONSENTS_WITHIN,  # older ones would be a fault: they are sealed now
        has_entries=False,
    )
    make_people(crowd, SLUG, SHORT_SLUG)
    entered = add_missing_entries()
    sealing = _time(seal)
    with snapshot():
        head = _time(lambda: check_tree(VerificationReport()))
    proofs = [_time(prove).seconds for _ in range(PROOFS)]
    reports: list[VerificationReport] = []
    verifying = _time(lambda: reports.append(verify(clock.now())))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with_log, without = _time_signups(installation, rounds)
    return {
        "events": entered,
        "sealed_per_second": round(entered / sealing.seconds),
        "sealing_cpu_seconds": round(sealing.cpu_seconds, 2),
        "head_seconds": round(head.seconds, 2),
        "head_cpu_seconds": round(head.cpu_seconds, 2),
        "proof_ms": round(1000 * statistics.median(proofs), 2),
        "proof_worst_ms": round(1000 * max(proofs), 2),
        "verify_seconds": round(verifying.seconds, 2),
        "verify_cpu_seconds": round(verifying.cpu_seconds, 2),
        "faults": reports[0].fault_count,
        "peak_rss_mb": round(peak, 1),
        "signups_per_second": round(with_log, 1),
        "signups_per_second_without": round(without, 1),
        "signups_ratio": round(with_log / without, 3),
        "database": installation.describe_database(),
    }


def prove() -> None:
    """Prove that one entry is in the newest tree, as an evidence pack does."""
    db.session.rollback()
    head = find_latest_checkpoint()
    assert head is not None
    place = secrets.randbelow(head.size)
    entry = db.session.scalars(db.select(LogEntry).where(LogEntry.position == place)).one()
    leaf = hash_leaf(entry.kind, entry.record_id, entry.commitment)
    path = open_tree(head.size).inclusion_path(place, head.size)
    assert is_included(leaf, place, size=head.size, root=head.root, path=path)


def _time_signups(installation: Installation, rounds: int) -> tuple[float, float]:
    """Return the median signups per second with the log and without it, in turns."""
    signups = SignupTimer(SLUG)
    signups.without_log()
    with_log, without = [], []
    for _ in range(rounds):
        ending = threading.Event()
        thread = SealingThread(installation.app, ending)
        thread.start()
        with_log.append(signups.with_log())
        ending.set()
        thread.join(60)
        without.append(signups.without_log())
    return statistics.median(with_log), statistics.median(without)


@dataclass(frozen=True)
class _Time:
    seconds: float
    cpu_seconds: float


def _time(act: Callable[[], object]) -> _Time:
    started, used = time.perf_counter(), time.process_time()
    act()
    return _Time(time.perf_counter() - started, time.process_time() - used)


if __name__ == "__main__":
    sys.exit(main())
