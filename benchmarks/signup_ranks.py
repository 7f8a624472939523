"""Asks over HTTP whether the time of a signup's answer tells what is known of its address (REQ-55).

Addresses of seven kinds, of the same length: new; waiting for their confirmation; confirmed; of
people who have left; who said "it wasn't me"; who objected to all email; who were erased. They sign
up once each, one after the other in random order, as gunicorn serves the form: on the page, in a
frame of another site, or for a program that sends JSON. For each known kind, compared with the new
ones:

- auc: the share of pairs in which the known address took longer; 0.5 is alike
- p: how probable a distance like that is by chance (Mann and Whitney)

It fails if a share is further than 0.03 from 0.5 with p under 0.001, or if two answers, or the
pages behind them, differ by more than their tokens.

    PYTHONPATH=. .venv/bin/python benchmarks/signup_ranks.py --addresses 10000 --surface frame
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from benchmarks.parts.answer_times import AnswerTimes
from benchmarks.parts.evening.rush_steps import FASTEST_HUMAN
from benchmarks.parts.evening.signup_surfaces import SURFACES
from benchmarks.parts.installation import Installation, Plan, installed
from benchmarks.parts.printing import Figure, print_results
from benchmarks.parts.ranks import RankTest, compare_ranks
from benchmarks.parts.records.address_kinds import KNOWN, NEW, make_known_people, mix_kinds
from benchmarks.parts.served_pages import served
from tests.servers.reused_connection import ReusedConnection

MOST_APART, LEAST_PROBABLE = 0.03, 0.001
SEED = 2005
NO_PORT = 9


def main() -> int:
    """Run once. Return 0 if neither times nor answers tell the kinds apart."""
    options = _read_options()
    surface = SURFACES[options.surface]
    chance = random.Random(SEED)  # noqa: S311 - an order that comes again, and nobody has to guess
    with _installation(options.database) as installation:
        kinds = mix_kinds(options.addresses, chance)
        make_known_people(installation, kinds)
        with served(installation) as web, closing(ReusedConnection(web.port)) as connection:
            form = surface.open(web.port, surface.path)
            if form is None:
                raise SystemExit(f"{surface.path} doesn't open.")
            time.sleep(FASTEST_HUMAN)
            times = AnswerTimes(web.port, connection, form, surface.taken)
            times.warm_up()
            for address, kind in kinds.items():
                times.sign_up(address, kind)
        database = installation.describe_database()
    tests = {kind: compare_ranks(times.seconds[kind], times.seconds[NEW]) for kind in KNOWN}
    figures = {**_figures(times, tests), "surface": options.surface, "database": database}
    print_results(figures, is_json=options.json)
    return 1 if any(map(_tells, tests.values())) or not times.are_alike() else 0


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--addresses", type=int, default=10_000, help="of all kinds together")
    parser.add_argument("--surface", default="form", choices=SURFACES)
    parser.add_argument("--database", default="postgresql", choices=("postgresql", "sqlite"))
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


@contextmanager
def _installation(database: str) -> Iterator[Installation]:
    plan = Plan(database=database, mail_port=NO_PORT, processes=1, connections=None)
    with tempfile.TemporaryDirectory() as folder, installed(Path(folder), plan) as installation:
        yield installation


def _tells(test: RankTest) -> bool:
    return abs(test.area - 0.5) > MOST_APART and test.probability < LEAST_PROBABLE


def _figures(times: AnswerTimes, tests: dict[str, RankTest]) -> dict[str, Figure]:
    figures: dict[str, Figure] = {
        f"ms_{kind}": round(1000 * statistics.median(seconds), 2)
        for kind, seconds in times.seconds.items()
    }
    for kind, test in tests.items():
        figures[f"auc_{kind}"] = round(test.area, 4)
        figures[f"p_{kind}"] = round(test.probability, 4)
    return {**figures, "forms_of_answers": len(times.answers), "forms_of_pages": len(times.pages)}


if __name__ == "__main__":
    sys.exit(main())
