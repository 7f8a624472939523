"""Compares the cost of one email in campaigns to ten thousand and to a million people.

The small campaign ends in a second, so the result is the median of five. The cost is microseconds
of CPU time per email, user and system; memory is the peak of the largest worker process. Launch and
status are those of the large campaign: see send.py.

    PYTHONPATH=. .venv/bin/python benchmarks/growth.py --json
"""

import argparse
import statistics
import sys

from benchmarks.parts.printing import Figure, print_results
from benchmarks.parts.product import add_options, product_from_options
from benchmarks.parts.timing import Run

SMALL = 10_000
SMALL_CAMPAIGNS = 5


def main() -> int:
    """Run both sizes. Return 0 if each person got one email."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=1_000_000, help="of the large campaign")
    add_options(parser)
    options = parser.parse_args()
    small = _send(options, SMALL, SMALL_CAMPAIGNS)
    large = _send(options, options.people, 1)
    figures: dict[str, Figure] = {
        **_describe("small", small),
        **_describe("large", large),
        "cost_ratio": round(_cost(large) / _cost(small), 3),
        "rate_ratio": round(_rate(large) / _rate(small), 3),
        "launch_seconds": round(large[0].launched - large[0].began, 2),
        "first_mail_seconds": round(large[0].first - large[0].began, 2),
        "status_ms": round(large[0].status_milliseconds, 2),
    }
    print_results(figures, is_json=options.json)
    wrong = [run for run in (*small, *large) if run.received != run.progress.audience]
    return 1 if wrong else 0


def _send(options: argparse.Namespace, people: int, campaigns: int) -> list[Run]:
    with product_from_options(options) as made:
        made.fill(people)
        return [made.send() for _ in range(campaigns)]


def _describe(name: str, runs: list[Run]) -> dict[str, Figure]:
    return {
        f"{name}_messages": runs[0].received,
        f"{name}_rate": round(_rate(runs), 1),
        f"{name}_cpu_us_per_message": round(_cost(runs), 1),
        f"{name}_database_cpu_us_per_message": round(
            statistics.median(run.database_cpu_microseconds for run in runs), 1
        ),
        f"{name}_peak_rss_mb": round(max(run.peak_megabytes for run in runs), 1),
    }


def _cost(runs: list[Run]) -> float:
    return statistics.median(run.cpu_microseconds for run in runs)


def _rate(runs: list[Run]) -> float:
    return statistics.median(run.rate for run in runs)


if __name__ == "__main__":
    sys.exit(main())
