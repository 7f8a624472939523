"""Sends to a relay that answers 20 ms late: plain, pipelined, pipelined on more connections.

The whole product runs. A proxy between `flask worker` and smtp-sink delays each answer by 20 ms
without a limit on the rate. The reference is the plain dialogue on one connection, with a receiver
that doesn't offer PIPELINING (RFC 2920). Rates are emails per second.

    PYTHONPATH=. .venv/bin/python benchmarks/slow_relay.py --json
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.parts.installation import Plan
from benchmarks.parts.printing import Figure, print_results
from benchmarks.parts.product import Product, product
from benchmarks.parts.sink import reserved_port
from benchmarks.parts.slow_proxy import slow_proxy

DELAY_SECONDS = 0.02
NO_PIPELINING = "-p"


@dataclass(frozen=True, kw_only=True)
class Case:
    """A configuration of the relay, and the number of people for its run."""

    people: int
    processes: int
    connections: int
    sink_options: tuple[str, ...] = ()


CASES = {
    "plain": Case(people=100, processes=1, connections=1, sink_options=(NO_PIPELINING,)),
    "pipelined": Case(people=500, processes=1, connections=1),
    "many": Case(people=6000, processes=2, connections=6),
}


def main() -> int:
    """Run the three cases. Return 0 if every person got one email."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--database", default="postgresql", help="sqlite or postgresql")
    parser.add_argument("--json", action="store_true", help="one line of JSON last")
    options = parser.parse_args()
    rates, wrong = {}, 0
    for name, case in CASES.items():
        with _far_product(options.database, case) as made:
            made.fill(case.people)
            run = made.send(*case.sink_options)
        rates[name] = run.rate
        wrong += abs(run.received - case.people)
    figures: dict[str, Figure] = {
        **{f"{name}_rate": round(rate, 1) for name, rate in rates.items()},
        **{
            f"{name}_connections": case.processes * case.connections for name, case in CASES.items()
        },
        "pipelined_to_plain": round(rates["pipelined"] / rates["plain"], 2),
        "many_to_plain": round(rates["many"] / rates["plain"], 2),
        "delay_ms": round(1000 * DELAY_SECONDS),
        "duplicates_or_lost": wrong,
    }
    print_results(figures, is_json=options.json)
    return 1 if wrong else 0


@contextmanager
def _far_product(database: str, case: Case) -> Iterator[Product]:
    with reserved_port() as sink_port, slow_proxy(sink_port, DELAY_SECONDS) as proxy_port:
        plan = Plan(
            database=database,
            mail_port=proxy_port,
            processes=case.processes,
            connections=case.connections,
        )
        with product(plan, sink_port) as made:
            yield made


if __name__ == "__main__":
    sys.exit(main())
