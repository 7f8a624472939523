"""Computes and simulates what more people and more machines do, from the measured costs.

First it simulates the two cores on which rush.py and send.py measured. It must find their signups
and emails a second within a fifth; else it refuses to say anything about more. Then it prints:

- for 1, 10 and 100 million people and 1, 10 and 100 campaigns a day to all of them: emails a second
  if a day has 12 hours of sending; cores of workers and database; hours of one core for launches
  and checks, which run one after the other; the disk with a year of the ledger; the line out; and
  what of it ends first on one machine of two cores, 1 TB and 1 Gbit
- from SimPy: an evening with a campaign and half the signups that the web takes, at each layout,
  alone and with each fault: emails a second, signups refused, and seconds to their emails

    PYTHONPATH=. .venv/bin/python benchmarks/capacity.py
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.parts.printing import Figure, print_results
from benchmarks.parts.simulated.costs import FILE, Costs, read_costs
from benchmarks.parts.simulated.installation import Installation, Layout, Outcome

WITHIN = 0.2
VISITORS = 16  # of the load program
CHECKED_SECONDS, CHECKED_MAILS = 10.0, 50_000
PEOPLE, CAMPAIGNS = (1_000_000, 10_000_000, 100_000_000), (1, 10, 100)
SECONDS_OF_SENDING = 12 * 3600
LEDGER_DAYS = 365  # the shortest time for which deliveries are kept
ONE_MACHINE = {"sending_cores": 2.0, "launch_hours": 24.0, "disk_gb": 1000.0, "line_mbit": 1000.0}
EVENING_SECONDS, EVENING_MAILS = 40.0, 40_000  # signups, and emails of the campaign a worker
FAULT_AT, FAULT_SECONDS = 10.0, 10.0
LAYOUTS = {
    "one": Layout(shared=True),
    "two_workers": Layout(workers=2),
    "eight_workers": Layout(web=2, workers=8, relays=4, database_cores=8),
}
RELAY_RATE = 2_500.0  # emails a second: Postfix at its best


def main() -> int:
    """Check the simulation, then print what it says. Return 0 unless it was refused."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--costs", type=Path, default=FILE, help="file that costs.py wrote")
    parser.add_argument("--json", action="store_true", help="one line of JSON last")
    options = parser.parse_args()
    costs = read_costs(options.costs)
    figures = dict(check(costs))
    if doubts := find_doubts(figures):
        print(f"The simulation is not to be believed: {', '.join(doubts)}", file=sys.stderr)
        return 1
    figures |= dict(list_needs(costs))
    figures |= dict(list_evenings(costs))
    print_results(figures, is_json=options.json)
    return 0


def check(costs: Costs) -> Iterator[tuple[str, Figure]]:
    """Yield the simulated rates of the machine that was measured, and their ratios to it."""
    signups = Installation(costs, Layout(shared=True))
    signups.sign_up_closed(VISITORS, CHECKED_SECONDS)
    signups.env.run()
    rate = len(signups.outcome.waits) / signups.outcome.letters_ended_at
    yield "signups_a_second", round(rate, 1)
    yield "signups_to_measured", round(rate / costs.signups_a_second, 3)
    mails = Installation(costs, Layout(shared=True))
    mails.launch(CHECKED_MAILS)
    mails.env.run()
    rate = mails.outcome.mails / mails.outcome.mails_ended_at
    yield "mails_a_second", round(rate, 1)
    yield "mails_to_measured", round(rate / costs.mails_a_second, 3)


def find_doubts(figures: dict[str, Figure]) -> list[str]:
    """Return the ratios to what was measured that are more than a fifth away from it."""
    return [
        f"{name} {value}"
        for name, value in figures.items()
        if name.endswith("_to_measured") and abs(float(value) - 1) > WITHIN
    ]


def list_needs(costs: Costs) -> Iterator[tuple[str, Figure]]:
    """Yield what each number of people and of campaigns needs, and what of it ends first."""
    for people in PEOPLE:
        for campaigns in CAMPAIGNS:
            needs = find_needs(costs, people, campaigns)
            name = f"{people // 1_000_000}m_{campaigns}"
            yield f"{name}_mails_a_second", round(people * campaigns / SECONDS_OF_SENDING, 1)
            for need, amount in needs.items():
                yield f"{name}_{need}", round(amount, 2)
            ends, share = find_first_end(needs)
            yield f"{name}_ends_first", f"{ends} ({share:.2f} of one)"


def find_needs(costs: Costs, people: int, campaigns: int) -> dict[str, float]:
    """Return how much of each resource so many campaigns a day to so many people need."""
    mails = people * campaigns
    rate = mails / SECONDS_OF_SENDING
    return {
        "sending_cores": rate * costs.mail / 1000,
        "launch_hours": mails * (costs.launch + costs.check) / 3_600_000,
        "disk_gb": (people * costs.person_bytes + mails * LEDGER_DAYS * costs.row_bytes) / 1e9,
        "line_mbit": rate * costs.email_bytes * 8 / 1e6,
    }


def find_first_end(needs: dict[str, float]) -> tuple[str, float]:
    """Return the resource that one machine has the least of, and the share that is needed."""
    shares = {name: amount / ONE_MACHINE[name] for name, amount in needs.items()}
    ends = max(shares, key=lambda name: shares[name])
    return ends, shares[ends]


def list_evenings(costs: Costs) -> Iterator[tuple[str, Figure]]:
    """Yield what an evening is like at each layout: a campaign beside signups, and each fault."""
    for name, layout in LAYOUTS.items():
        rate = 500 * layout.web * layout.cores / (costs.signup + costs.signup_others)
        for fault in ("none", "worker_dies", "relay_slows", "database_restarts"):
            outcome = spend_evening(costs, layout, rate, fault=fault)
            yield from _describe(f"{name}_{fault}", outcome)


def spend_evening(costs: Costs, layout: Layout, rate: float, *, fault: str) -> Outcome:
    """Simulate an evening with a fault, or `none`."""
    evening = Installation(costs, replace(layout, relay_rate=RELAY_RATE))
    evening.sign_up(rate, EVENING_SECONDS)
    evening.launch(EVENING_MAILS * layout.workers)
    if fault == "worker_dies":
        evening.lose_worker(FAULT_AT)
    elif fault == "relay_slows":
        evening.slow_relay(FAULT_AT, FAULT_SECONDS, to=0.1)
    elif fault == "database_restarts":
        evening.restart_database(FAULT_AT, FAULT_SECONDS)
    evening.env.run()
    return evening.outcome


def _describe(name: str, outcome: Outcome) -> Iterator[tuple[str, Figure]]:
    yield f"{name}_mails_a_second", round(outcome.mails / outcome.mails_ended_at, 1)
    yield f"{name}_signups_refused", outcome.refused
    yield f"{name}_wait_s_50", round(outcome.percentile(0.5), 2)
    yield f"{name}_wait_s_99", round(outcome.percentile(0.99), 2)


if __name__ == "__main__":
    sys.exit(main())
