"""The drill: a year of bad days in the middle of one campaign, with real processes.

Run by `make drill`: PostgreSQL, nginx with the file of `contrib/nginx`, machines with a folder of
their own, and visitors who ask all the time. It writes the table of docs/operations-drill.md.
`--short` has fewer people, and waits less; its table is printed.
"""

import argparse
import sys
import time

from benchmarks.drill.house import House, running_house
from benchmarks.drill.page import Row, write_page
from benchmarks.drill.steps import STEPS, finish
from benchmarks.parts.printing import print_step

APART_SECONDS = 5  # at the rate of the campaign


def main() -> int:
    """Run the drill once. Return 0 if nobody was lost, got it twice, or got it after leaving."""
    options = _read_options()
    with running_house(is_patient=not options.short) as house:
        print_step(f"{options.people} people sign up, and a campaign begins")
        house.begin(options.people, options.rate)
        rows, faults = run_steps(house, options.steps, options.rate * APART_SECONDS)
    write_page(rows, is_kept=not (options.short or options.steps))
    for each in faults:
        print_step(f"FAULT: {each}")
    return 1 if faults else 0


def run_steps(house: House, chosen: list[str], apart: int) -> tuple[list[Row], list[str]]:
    """Run the steps in the middle of the campaign, so many emails apart; wait for its end."""
    rows: list[Row] = []
    with house.asked():
        for name, step in STEPS.items():
            if chosen and step.__name__ not in chosen:
                continue
            house.wait_for_more(apart)
            house.visitors.take()
            print_step(name)
            began = time.monotonic()
            step(house)
            seconds = time.monotonic() - began
            house.wait_for_more(apart)
            rows.append(Row(name, house.tally(), house.visitors.take(), seconds))
            print_step(" | ".join(rows[-1].cells()))
            for refused, count in rows[-1].asked.refused.items():
                print_step(f"  refused: {refused}: {count}")
        began = time.monotonic()
        print_step("The campaign ends")
        found, faults = finish(house)
        rows.append(Row("In the end", found, house.visitors.take(), time.monotonic() - began))
        print_step(" | ".join(rows[-1].cells()))
    return rows, faults


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="drill", description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int)
    parser.add_argument("--rate", type=int, help="emails a second, so that it lasts long enough")
    parser.add_argument("--short", action="store_true", help="some hundred people, shorter waits")
    parser.add_argument(
        "--steps", nargs="*", default=[], choices=[s.__name__ for s in STEPS.values()]
    )
    options = parser.parse_args()
    options.people = options.people or (600 if options.short else 50_000)
    options.rate = options.rate or (2 if options.short else 30)
    return options


if __name__ == "__main__":
    sys.exit(main())
