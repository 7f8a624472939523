"""Rehearses the evening: very many signups as fast as they go, beside a campaign that is sent.

The whole product runs on this machine, with PostgreSQL and smtp-sink. First a campaign goes to all
people alone. Then visitors sign up as fast as they get answers, and a refused one comes back as the
waiting page does; some seconds later a second campaign goes to the same people. At last visitors
come at a fixed rate while an organiser opens the dashboard every second. The results:

- signup_rate, alone_rate, beside_rate: of signups, and of the campaign alone and beside them
- slower: by which share the campaign was slower
- wait_s_99, wait_s_max: from the POST to the relay's answer to its email
- *_mb_first, *_mb_last: memory of all processes of a kind, shared pages counted once
- console_ms_max: the slowest dashboard while so many signups a second come in
- without_*, wrong, extra: what was taken and has no row, email or place in the log; requests that
  were never taken; emails at the receiver more or less than the records say. All must be 0

    PYTHONPATH=. .venv/bin/python benchmarks/rehearsal.py --csv evening.csv --pictures docs/img
"""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.parts.browser import Browser
from benchmarks.parts.evening.evening_samples import Course, Sampler
from benchmarks.parts.evening.rush_counts import count_missing, is_all_sealed
from benchmarks.parts.evening.rush_mails import Postage, list_waits
from benchmarks.parts.evening.rush_steps import Evening
from benchmarks.parts.installation import Installation
from benchmarks.parts.paced_load import PacedLoad, percentile
from benchmarks.parts.printing import Figure, print_results
from benchmarks.parts.product import BODY, EVERYBODY, Product, product_from_options
from benchmarks.parts.records.team import OWNER
from benchmarks.parts.served_pages import served
from benchmarks.parts.sink import counting_sink
from supporters.accounts.models import RoleName
from supporters.database import db
from supporters.delivery.progress import Progress, get_progress
from supporters.mail.models import EmailStatus, OutboxEmail
from tests.factories.accounts import make_account
from tests.servers.processes import wait_until

DASHBOARD = "/console/"
ENDS_WITHIN_SECONDS = 3600.0
FIRST_SAMPLES = 10  # until the processes have what they keep
OK = 200
MUST_BE_ZERO = ("without_row", "without_email", "without_event", "without_leaf", "wrong", "extra")


def main() -> int:
    """Run once. Return 0 if nothing is missing, and no email came twice."""
    options = _read_options()
    with product_from_options(options) as made:
        made.fill(options.people)
        alone = made.send()
        with _rehearsal(made) as rehearsal:
            figures: dict[str, Figure] = {"alone_rate": round(alone.rate, 1)}
            figures |= rehearsal.run(options, alone.rate)
            figures |= rehearsal.time_console(options.rate, options.console_seconds)
        figures["database"] = made.installation.describe_database()
    print_results(figures, is_json=options.json)
    return 1 if any(figures[name] for name in MUST_BE_ZERO) else 0


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--signups", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=200_000, help="of the campaign")
    parser.add_argument("--lead", type=float, default=15, help="seconds before the campaign")
    parser.add_argument("--visitors", type=int, default=16, help="connections at once")
    parser.add_argument("--rate", type=float, default=200, help="signups a second at last")
    parser.add_argument("--console-seconds", type=float, default=30)
    parser.add_argument("--processes", type=int, default=2, help="of the worker")
    parser.add_argument("--csv", type=Path, help="a file for the figures of each second")
    parser.add_argument("--pictures", type=Path, help="a folder for the pictures of the guide")
    parser.add_argument("--json", action="store_true", help="one line of JSON last")
    parser.set_defaults(database="postgresql", connections=None)
    return parser.parse_args()


@contextmanager
def _rehearsal(made: Product) -> Iterator["Rehearsal"]:
    installation = made.installation
    with (
        counting_sink(made.folder, made.port) as sink,
        served(installation) as web,
        installation.worker() as worker,
    ):
        processes = {
            "web": web.process,
            "worker": worker,
            "database": installation.database_process,
        }
        yield Rehearsal(Postage(Evening(installation, web), sink), processes)


class Rehearsal:
    """The evening, with its processes by name."""

    def __init__(self, postage: Postage, processes: dict[str, int | None]) -> None:
        self._postage, self._processes = postage, processes
        self._evening, self._installation = postage.evening, postage.evening.installation
        self._synthetic = count_missing(self._installation, 0)  # people of the campaign, from SQL
        self._emails_before = _count_sent(self._installation) - postage.sink.count()

    def run(self, options: argparse.Namespace, alone_rate: float) -> Iterator[tuple[str, Figure]]:
        """Yield the figures of signups beside a campaign."""
        campaign = self._installation.create_campaign(EVERYBODY, BODY)
        sampler = Sampler(self._installation, campaign, self._processes)
        with sampler.running(), ExitStack() as stack:
            load = PacedLoad(
                self._evening.port,
                self._evening.signup,
                options.signups,
                connections=options.visitors,
            )
            time.sleep(options.lead)
            launch = self._installation.started("campaigns", "launch", str(campaign))
            stack.enter_context(launch).wait(ENDS_WITHIN_SECONDS)
            self._wait("The campaign isn't sent", lambda: self._is_sent(campaign))
            self._wait("Signups are missing", load.is_over)
            self._postage.wait_until_nothing_waits()
            self._wait("The log isn't sealed", lambda: is_all_sealed(self._installation))
        course = Course(sampler.samples, load.wait())
        if options.csv:
            course.write(options.csv)
        if options.pictures:
            course.draw(options.pictures)
        yield from self._describe(course, campaign, alone_rate)

    def time_console(self, rate: float, seconds: float) -> Iterator[tuple[str, Figure]]:
        """Yield the times of the dashboard while signups come at a fixed rate."""
        with self._installation.app.app_context():
            make_account(OWNER, RoleName.OWNER)
        browser = Browser(self._evening.port, f"127.0.0.1:{self._evening.port}")
        browser.sign_in(OWNER)
        load = PacedLoad(
            self._evening.port, self._evening.signup, int(rate * seconds), rate=rate, connections=64
        )
        times = []
        while not load.is_over():
            due = time.monotonic() + 1
            page = browser.get(DASHBOARD)
            if page.status != OK:
                raise SystemExit(f"The dashboard answered {page.status}.")
            times.append(1000 * page.seconds)
            time.sleep(max(0.0, due - time.monotonic()))
        answers = load.wait()
        self._postage.wait_until_nothing_waits()
        yield "console_ms_50", round(percentile(times, 50), 1)
        yield "console_ms_max", round(max(times), 1)
        yield "console_post_rate", round(answers.rate, 1)
        yield "console_post_ms_99", round(answers.milliseconds(99), 1)

    def _describe(
        self, course: Course, campaign: int, alone_rate: float
    ) -> Iterator[tuple[str, Figure]]:
        answers = course.answers
        waits = list_waits(answers, self._postage.sent_at())
        progress = self._progress(campaign)
        beside = _find_rate([each.campaign_emails for each in course.samples])
        taken = len(answers.answers) - answers.wrong
        yield "signups", taken
        yield "signup_rate", round(answers.rate, 1)
        yield "refused_tries", answers.refusals
        yield "beside_rate", round(beside, 1)
        yield "slower", round(1 - beside / alone_rate, 3)
        yield "wait_s_99", round(percentile(waits, 99), 2)
        yield "wait_s_max", round(max(waits), 2)
        for name in self._processes:
            memory = [getattr(each, f"{name}_mb") for each in course.samples]
            yield f"{name}_mb_first", round(memory[min(FIRST_SAMPLES, len(memory) - 1)], 1)
            yield f"{name}_mb_last", round(memory[-1], 1)
        for name, count in count_missing(self._installation, taken).items():
            yield name, count - self._synthetic[name]
        yield "wrong", answers.wrong
        yield "campaign_uncertain", progress.uncertain
        expected = _count_sent(self._installation) - self._emails_before + progress.accepted
        yield "extra", self._postage.sink.count() - expected

    def _is_sent(self, campaign: int) -> bool:
        progress = self._progress(campaign)
        return bool(progress.audience) and progress.settled >= progress.audience

    def _progress(self, campaign: int) -> Progress:
        with self._installation.app.app_context():
            return get_progress(campaign)

    def _wait(self, otherwise: str, condition: object) -> None:
        assert callable(condition)
        if not wait_until(condition, seconds=ENDS_WITHIN_SECONDS, every=0.5):
            raise SystemExit(f"{otherwise} after {ENDS_WITHIN_SECONDS:.0f} s.")


def _find_rate(totals: list[int]) -> float:
    """Return the emails a second between the first and the last one, from a count each second."""
    first = next(number for number, total in enumerate(totals) if total)
    last = next(number for number, total in enumerate(totals) if total == totals[-1])
    return (totals[last] - totals[max(0, first - 1)]) / max(1, last - first + 1)


def _count_sent(installation: Installation) -> int:
    with installation.app.app_context():
        sent = select(func.count(OutboxEmail.id)).where(OutboxEmail.status == EmailStatus.SENT)
        return db.session.scalar(sent) or 0


if __name__ == "__main__":
    sys.exit(main())
