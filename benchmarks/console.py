"""Measures every page of the console at a million people, with gunicorn, over the loopback.

SQL creates the people, on five lists of which one has everybody, a campaign that was sent to all
of them, 500 others, some of them planned, corrections, or in four languages to three lists, and the
work of the team. The people of campaigns are counted, as a worker does. Three accounts sign in: an
owner, the data protection officer, and an organiser who is limited to two lists. Each gets each
page that is open to it, 15 times, and the searches. The results:

- a table of the pages: the median and the 95th percentile in milliseconds, slowest last, and the
  median divided by that of the page that says that the database answers (/readyz)
- pages, slowest_ms, over_limit: how many pages, and how many medians are over the limit

With --keep, the people stay in the folder, and the next run measures at once.

    PYTHONPATH=. .venv/bin/python benchmarks/console.py --people 1000000 --database sqlite --json
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import func, select

from benchmarks.parts.browser import Answer, Browser
from benchmarks.parts.console_pages import EVERYBODY, FOREIGN, MeasuredPage, Records, list_pages
from benchmarks.parts.installation import ROOT, Installation, Plan, installed
from benchmarks.parts.printing import Figure, print_results
from benchmarks.parts.records.party import LOCAL, make_party
from benchmarks.parts.records.team import LIMITED, OFFICER, OWNER
from supporters import clock
from supporters.database import db
from supporters.delivery.audience import count_groups
from supporters.delivery.stored_audiences.audience_counts import store_counts
from supporters.people.models import Subscriber
from tests.servers.ports import free_port

LIMIT_MS = 200.0
REQUESTS = 15
FEWER = 5  # of a search, because an account makes 200 a day
PEOPLE = "/console/people"
NO_PORT = 9
OK, FORBIDDEN = 200, 403
STARTS_WITHIN_SECONDS = 120.0
COUNTS_FOR_SECONDS = 600.0
REFERENCE, READY = "/readyz", "(readyz)"
SEARCHES = {
    "an exact address": "person5000@example.org",
    "a name": "camille",
    "two words": "camille person5",
}


@dataclass(frozen=True)
class PageTime:
    """The times of a page for an account, in milliseconds."""

    name: str
    account: str
    times: list[float]

    @property
    def median(self) -> float:
        """The median."""
        return statistics.median(self.times)

    @property
    def p95(self) -> float:
        """The time that 95 of 100 requests don't exceed."""
        return statistics.quantiles(self.times, n=20, method="inclusive")[-1]


def main() -> int:
    """Run once. Return 0 if no median is over the limit."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--database", default="postgresql", choices=("sqlite", "postgresql"))
    parser.add_argument("--requests", type=int, default=REQUESTS, help="for each page")
    parser.add_argument("--keep", type=Path, help="a folder that keeps the people between runs")
    parser.add_argument("--only", default="", help="a part of the names of the pages to measure")
    parser.add_argument("--json", action="store_true", help="one line of JSON last")
    options = parser.parse_args()
    plan = Plan(database=options.database, mail_port=NO_PORT, processes=1, connections=None)
    with _folder(options.keep) as folder, installed(folder, plan) as installation:
        with installation.app.app_context():
            if not db.session.scalar(select(func.count()).select_from(Subscriber)):
                make_party(options.people)
            store_counts(clock.now(), count_groups, seconds=COUNTS_FOR_SECONDS)
            people = db.session.scalar(select(func.count()).select_from(Subscriber)) or 0
        with _gunicorn(installation, folder) as port:
            walk = _Walk(options, installation, port)
            for account, slug in ((OWNER, EVERYBODY), (OFFICER, EVERYBODY), (LIMITED, LOCAL[0])):
                walk.go(account, slug)
        database, times = installation.describe_database(), walk.times
    _print_table(times)
    print(*walk.faults, sep="\n")
    print("Left out, without a record:", *walk.left_out)
    slow = [each for each in times if each.median > LIMIT_MS]
    figures: dict[str, Figure] = {
        "people": people,
        "pages": len(times),
        "slowest_ms": round(max(each.median for each in times), 1),
        "over_limit": len(slow),
        "faults": len(walk.faults),
        "database": database,
    }
    print_results(figures, is_json=options.json)
    return 1 if slow or walk.faults else 0


class _Walk:
    """Goes through the pages as an account."""

    def __init__(self, options: argparse.Namespace, installation: Installation, port: int) -> None:
        self._requests, self._only = options.requests, options.only
        self._app, self._port = installation.app, port
        self.times: list[PageTime] = []
        self.faults: list[str] = []
        self.left_out: list[str] = []

    def go(self, account: str, slug: str) -> None:
        """Time every page that the account may open, with records of a list."""
        with self._app.app_context():
            records = Records(slug)
            records.disclose(account)
            pages = [*list_pages(self._app, records)]
        browser = Browser(self._port, urlsplit(self._app.extensions["settings"].base_url).netloc)
        browser.sign_in(account)
        for person in (records.person, records.restricted):
            browser.press(f"/console/people/{person}/open")
        self.left_out = [page.name for page in pages if not page.path]
        for page in (MeasuredPage(READY, REFERENCE), *(page for page in pages if page.path)):
            if self._only not in page.name and page.name != READY:
                continue
            first = browser.get(page.path)
            if first.status == OK:
                ask = partial(browser.get, page.path)
                self.times.append(self._time(page.name, account, ask))
            elif first.status != FORBIDDEN and (account == OWNER or page.name not in FOREIGN):
                self.faults.append(f"{account} {page.name} {first.status} {first.location}")
        self.times += self._search(browser, account)

    def _search(self, browser: Browser, account: str) -> Iterator[PageTime]:
        """Time the form of the search, some times, and the page that shows the people."""
        for name, words in SEARCHES.items():
            page, found = f"search: {name}", browser.press(PEOPLE, q=words)
            if self._only in page:
                yield self._time(page, account, partial(browser.get, found.location))
                press = partial(browser.press, PEOPLE, q=words)
                yield self._time(f"{page} (POST)", account, press, times=FEWER)

    def _time(
        self, name: str, account: str, ask: Callable[[], Answer], *, times: int | None = None
    ) -> PageTime:
        seconds = [ask().seconds for _ in range(times or self._requests)]
        return PageTime(name, account.partition("@")[0], [1000 * each for each in seconds])


def _print_table(times: list[PageTime]) -> None:
    reference = min(each.median for each in times if each.name == READY)
    print(f"{'page':44} {'account':10} {'median':>8} {'p95':>8} {'ratio':>7}")
    for each in sorted(times, key=lambda each: each.median):
        figures = f"{each.median:8.1f} {each.p95:8.1f} {each.median / reference:7.1f}"
        print(f"{each.name:44} {each.account:10} {figures}")


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="supporters-") as name:
        yield Path(name)


@contextmanager
def _gunicorn(installation: Installation, folder: Path) -> Iterator[int]:
    """Run the pages with two processes, as the service does; yield their port."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--workers", "2", "--bind", f"127.0.0.1:{port}"]
    with (folder / "gunicorn.log").open("w") as log:
        process = subprocess.Popen(
            [*command, "app:app"], cwd=ROOT, env=installation.variables, stdout=log, stderr=log
        )
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(60)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while True:
        try:
            Browser(port, "127.0.0.1:5000").get("/livez")
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("The pages don't start.") from None
            time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
