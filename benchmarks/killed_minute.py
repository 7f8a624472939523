"""Ten thousand people sign up in a minute, while processes of the pages and the worker are killed.

The pages run with gunicorn, and the worker with two processes. Each signup has its planned moment;
a visitor whose connection breaks sends the form again, as a reload does, and the waiting page sends
it again as well. Some press the button of their email, and some of those leave. Processes are
killed (SIGKILL) at random moments, pages and worker in turn. The rows:

- taken, error_pages, gave_up: visitors by their last answer; error_pages is all but the page that
  follows a signup, and the waiting page
- cut, asked_to_wait: tries, which the visitors sent again
- post_ms_*: from the planned moment to the answer that ended it
- without_row, without_email, without_leaf: taken, and not in the table, at the receiver, in the log
- repeated, uncertain: emails that came twice; and that the outbox calls unknown. A kill of the
  worker leaves at most one for each of its connections (ADR 001)
- not_on_list, still_on_list, on_list_unasked: broken promises to those who confirmed or left

It fails if a taken signup lacks anything, if anybody gave up or got an error page, or if a promise
was broken.

    PYTHONPATH=. .venv/bin/python benchmarks/killed_minute.py --people 10000 --seconds 60 --kills 20
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.parts.evening.hurried_visitors import HurriedVisitors
from benchmarks.parts.paced_load import percentile
from benchmarks.parts.printing import Figure, print_results
from supporters.logs import log_warnings_only
from tests.faults.evening.evening_findings import EveningFindings, examine_evening
from tests.faults.evening.evening_site import (
    EMAILS_BEING_SENT,
    LIST,
    PROCESSES,
    WorkerService,
    kill_something,
    pages_of,
)
from tests.faults.evening.evening_visitors import NO_ANSWER, TAKEN
from tests.faults.installation import Installation
from tests.faults.receiver.mail_server import Receiving
from tests.servers.ports import free_port
from tests.servers.postgres import PostgresServer
from tests.servers.processes import wait_until

KINDS = ("web", "worker")
SEED = 2005
FORM_FILLED_AFTER = 3.0  # seconds: a form that is sent earlier counts as a program's
ENDS_WITHIN_SECONDS = 600.0
CONFIRM_FOR_SECONDS = 10.0  # after the last signup


def main() -> int:
    """Run once. Return 0 if every promise was kept."""
    options = _read_options()
    with tempfile.TemporaryDirectory() as name, _installed(Path(name), options.database) as site:
        receiving = Receiving(site.folder, site.settings.mail_port)
        receiving.start()
        try:
            visitors, kills = _let_sign_up(site, options)
            findings = examine_evening(site, receiving, visitors)
        finally:
            receiving.stop()
    figures = _figures(visitors, kills, findings)
    print_results({**figures, "database": options.database}, is_json=options.json)
    in_doubt = len(findings.repeated | findings.uncertain)
    is_kept = not findings.broken and visitors.taken == {*visitors.answers}
    return 0 if is_kept and in_doubt <= EMAILS_BEING_SENT * kills["worker"] else 1


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=60, help="in which they sign up")
    parser.add_argument("--kills", type=int, default=20, help="of pages and worker in turn")
    parser.add_argument("--seed", type=int, default=SEED, help="for the moments of the kills")
    parser.add_argument("--database", default="postgresql", choices=("postgresql", "sqlite"))
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


@contextmanager
def _installed(folder: Path, database: str) -> Iterator[Installation]:
    """Make an installation with its tables, and open it."""
    with ExitStack() as stack:
        url = f"sqlite:///{folder / 'supporters.db'}"
        if database == "postgresql":
            (folder / "postgresql").mkdir()
            server = stack.enter_context(PostgresServer(folder / "postgresql"))
            url = server.create_database("evening")
        site = Installation(folder, url, free_port())
        site.flask("db", "upgrade")
        log_warnings_only()
        with site.app.app_context():
            yield site
        site.ledger.close()


def _let_sign_up(
    site: Installation, options: argparse.Namespace
) -> tuple[HurriedVisitors, Counter[str]]:
    """Return the visitors of the minute with all their answers, and what was killed meanwhile."""
    chance = random.Random(options.seed)  # noqa: S311 - moments that come again
    moments = sorted(chance.uniform(0, options.seconds) for _ in range(options.kills))
    kills = Counter[str]()
    list_id = site.make_list(0, LIST).id
    mails = Receiving(site.folder, site.settings.mail_port)
    with pages_of(site) as (web, port, form), ExitStack() as stack:
        service = WorkerService(site, stack)
        time.sleep(FORM_FILLED_AFTER)
        visitors = HurriedVisitors(
            options.people,
            port,
            form,
            mails,
            site.app,
            list_id,
            rate=options.people / options.seconds,
            begins_at=time.monotonic(),
        )
        with visitors.at_work():
            for number, moment in enumerate(moments):
                time.sleep(max(0.0, visitors.begins_at + moment - time.monotonic()))
                kind = KINDS[number % len(KINDS)]
                kills[kind] += 1
                kill_something(kind, web, service, chance.randrange(PROCESSES))
            wait_until(visitors.have_answers, seconds=ENDS_WITHIN_SECONDS)
            time.sleep(CONFIRM_FOR_SECONDS)
    return visitors, kills


def _figures(
    visitors: HurriedVisitors, kills: Counter[str], findings: EveningFindings
) -> dict[str, Figure]:
    last = Counter(visitors.answers.values())
    return {
        "people": visitors.people,
        "rate": round(visitors.rate, 1),
        "kills_web": kills["web"],
        "kills_worker": kills["worker"],
        "taken": last[TAKEN],
        "error_pages": last.total() - last[TAKEN] - last[NO_ANSWER],
        "gave_up": last[NO_ANSWER] + visitors.people - last.total(),
        "cut": len(visitors.cut),
        "asked_to_wait": len(visitors.asked_to_wait),
        "post_ms_50": round(1000 * percentile(visitors.seconds, 50), 1),
        "post_ms_99": round(1000 * percentile(visitors.seconds, 99), 1),
        "post_ms_max": round(1000 * max(visitors.seconds), 1),
        "without_row": len(findings.without_row),
        "without_email": len(findings.without_email),
        "without_leaf": len(findings.without_leaf),
        "repeated": len(findings.repeated),
        "uncertain": len(findings.uncertain),
        "confirmed": len(visitors.confirmed),
        "left": len(visitors.left),
        "not_on_list": len(findings.not_on_list),
        "still_on_list": len(findings.still_on_list),
        "on_list_unasked": len(findings.on_list_unasked),
    }


if __name__ == "__main__":
    sys.exit(main())
