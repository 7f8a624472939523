"""Times what lies between a launch and the first email: the ledger, and the check of all consents.

Both run in this process, several times in a row, each with a new campaign. The CPU time is that of
this process and of the whole PostgreSQL server, with the processes that help it in one statement.
Three numbers of each: the least, the median, the largest.

    PYTHONPATH=. .venv/bin/python benchmarks/campaign_start.py --people 1000000
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable

from sqlalchemy import update

from benchmarks.parts.printing import Figure, print_results
from benchmarks.parts.processes import cpu_seconds, own_peak_megabytes, reset_own_peak
from benchmarks.parts.product import BODY, EVERYBODY, add_options, product_from_options
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.consent.log_sealing import seal
from supporters.database import db, transaction
from supporters.delivery.audience_verification import verify_before_first_claim
from supporters.delivery.launch import launch_campaign

AGAIN_AFTER_SECONDS = 0.5  # so that the server has counted the processes that ended


def main() -> int:
    """Run once. Return 0 if every launch reached everybody and every audience was in order."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--launches", type=int, default=3)
    add_options(parser)
    options = parser.parse_args()
    figures: dict[str, Figure] = {"people": options.people}
    launches, checks, is_right = [], [], True
    with product_from_options(options) as made:
        made.fill(options.people)
        with made.installation.app.app_context():
            seal()  # as the worker does: an entry that waits for minutes is a fault
        server = made.installation.database_process
        for _ in range(options.launches):
            campaign = made.installation.create_campaign(EVERYBODY, BODY)
            with made.installation.app.app_context():
                seconds, launched = _time(lambda: launch_campaign(campaign), server)  # noqa: B023
                launches.append(seconds)
                reset_own_peak()
                seconds, is_in_order = _time(
                    lambda: verify_before_first_claim(campaign),  # noqa: B023
                    server,
                )
                checks.append(seconds)
                reached = launched.audience if isinstance(launched, Campaign) else 0
                is_right = is_right and bool(is_in_order) and reached == options.people
                _end(campaign)
        figures |= {**_describe("launch", launches), **_describe("check", checks)}
        figures["check_peak_rss_mb"] = round(own_peak_megabytes(), 1)
        figures["database"] = made.installation.describe_database()
    print_results(figures, is_json=options.json)
    return 0 if is_right else 1


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
