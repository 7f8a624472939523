"""Times what lies between a launch and the first email: the ledger, and the check of all consents.

Both run in this process, several times in a row, each with a new campaign: in turn one to a list
with everybody, and one in four languages to three lists that have everybody together, one person
in five on two of them. The CPU time is that of this process and of the whole PostgreSQL server,
with the processes that help it in one statement. Three numbers of each: the least, the median, the
largest. `launch_ratio` and `check_ratio`: the medians of CPU, three lists divided by one.

    PYTHONPATH=. .venv/bin/python benchmarks/campaign_start.py --people 1000000
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import update

from benchmarks.parts.installation import Installation
from benchmarks.parts.printing import Figure, print_results
from benchmarks.parts.processes import cpu_seconds, own_peak_megabytes, reset_own_peak
from benchmarks.parts.product import BODY, EVERYBODY, Product, add_options, product_from_options
from benchmarks.parts.records.consents import add_missing_entries
from benchmarks.parts.records.month import give_languages, write_to_several
from benchmarks.parts.records.people import Crowd, add_people, person, place_on, run_maintenance
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.consent.log_sealing import seal
from supporters.database import db, transaction
from supporters.delivery.audience_verification import verify_before_first_claim
from supporters.delivery.launch import launch_campaign
from supporters.lists.models import MailingList
from supporters.lists.queries import find_list_by_slug
from tests.factories.approvals import make_ready

PARTS = {"north": range(5), "south": range(4, 8), "west": range(7, 10)}  # by the last digit
AGAIN_AFTER_SECONDS = 0.5  # so that the server has counted the processes that ended


def main() -> int:
    """Run once. Return 0 if every launch reached everybody and every audience was in order."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--launches", type=int, default=3, help="of each kind")
    add_options(parser)
    options = parser.parse_args()
    one, three = _Times(), _Times()
    with product_from_options(options) as made:
        _fill(made, options.people)
        for _ in range(options.launches):
            one.take(made.installation, made.installation.create_campaign(EVERYBODY, BODY))
            with made.installation.app.app_context():
                campaign = write_to_several(_get_lists(), "Des nouvelles").id
                make_ready(campaign)
            three.take(made.installation, campaign)
        database = made.installation.describe_database()
    figures: dict[str, Figure] = {
        "people": options.people,
        **_describe("launch", one.launches),
        **_describe("check", one.checks),
        **_describe("launch_three", three.launches),
        **_describe("check_three", three.checks),
        "launch_ratio": _divide(three.launches, one.launches),
        "check_ratio": _divide(three.checks, one.checks),
        "check_peak_rss_mb": round(max(one.peak_megabytes, three.peak_megabytes), 1),
        "database": database,
    }
    print_results(figures, is_json=options.json)
    return 0 if {*one.reached, *three.reached} == {options.people} else 1


@dataclass
class _Times:
    """CPU seconds and seconds of launches and of checks, and how many people each reached."""

    launches: list[tuple[float, float]] = field(default_factory=list)
    checks: list[tuple[float, float]] = field(default_factory=list)
    reached: list[int] = field(default_factory=list)
    peak_megabytes: float = 0

    def take(self, installation: Installation, campaign: int) -> None:
        """Launch a campaign and check its audience; nobody is reached if it isn't in order."""
        server = installation.database_process
        with installation.app.app_context():
            seconds, launched = _time(lambda: launch_campaign(campaign), server)
            self.launches.append(seconds)
            reset_own_peak()
            seconds, is_in_order = _time(lambda: verify_before_first_claim(campaign), server)
            self.checks.append(seconds)
            audience = launched.audience if isinstance(launched, Campaign) else None
            self.reached.append(audience if audience and is_in_order else 0)
            _end(campaign)
        self.peak_megabytes = max(self.peak_megabytes, own_peak_megabytes())


def _fill(made: Product, people: int) -> None:
    """Put everybody on one list, and on one or two of three others."""
    crowd = Crowd(people=people, suppressed=max(10, people // 100), short=0)
    for slug in (EVERYBODY, *PARTS):
        made.installation.flask("lists", "create", slug, "--name", f"La Lettre {slug}")
    digit = person.c.number % 10
    with made.installation.app.app_context():
        parts = [place_on(slug, digit.in_(digits)) for slug, digits in PARTS.items()]
        add_people(crowd, [place_on(EVERYBODY), *parts])
        give_languages()
        add_missing_entries()
        seal()  # as the worker does: an entry that waits for minutes is a fault
        run_maintenance()


def _get_lists() -> list[MailingList]:
    found = [find_list_by_slug(slug) for slug in PARTS]
    return [each for each in found if each is not None]


def _divide(one: list[tuple[float, float]], other: list[tuple[float, float]]) -> float:
    cpu, reference = (statistics.median(each[0] for each in times) for times in (one, other))
    return round(cpu / reference, 2)


def _time(run: Callable[[], object], server: int | None) -> tuple[tuple[float, float], object]:
    """Return the CPU seconds and the seconds of a call, and its result."""
    used, began = cpu_seconds(server) + cpu_seconds(os.getpid()), time.monotonic()
    result = run()
    whole = time.monotonic() - began
    time.sleep(AGAIN_AFTER_SECONDS)
    return (cpu_seconds(server) + cpu_seconds(os.getpid()) - used, whole), result


def _end(campaign: int) -> None:
    with transaction():
        ended = {"status": CampaignStatus.CANCELLED}
        db.session.execute(update(Campaign).where(Campaign.id == campaign).values(ended))


def _describe(name: str, times: list[tuple[float, float]]) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    for what, values in zip(("cpu_seconds", "seconds"), zip(*times, strict=True), strict=True):
        three = (min(values), statistics.median(values), max(values))
        figures[f"{name}_{what}"] = " ".join(f"{each:.2f}" for each in three)
    return figures


if __name__ == "__main__":
    sys.exit(main())
