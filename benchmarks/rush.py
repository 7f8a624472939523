"""Signs up, confirms and leaves as an evening on television makes people do, over HTTP.

The whole product on this machine: gunicorn with two processes, `flask worker`, the database, and
smtp-sink; wrk asks from many networks as the proxy's header says. Each step is also timed alone.
The reference is a bare Flask page that inserts one row under the same gunicorn, timed before and
after each step: a ratio is to the mean of both, since a shared machine changes its speed within a
run; bare_rate is the median of all. With --rounds, all steps come again and each figure is the
median of its rounds: the ratio of one round scatters by a fifth and more. --steps chooses:

- form, confirmation, why: GET of the page; post: a signup without a worker; whole: with one
- confirm: POST of the confirmation; leave: POST of the mail program's one-click request
- statements: how many a request of each step sends to PostgreSQL; counted apart and not timed
- letters: emails a second of one worker, when all of them wait
- half: signups at half the rate of "whole", which runs before it: each at its planned moment, from
  which its times count; half_mail_s ends with the relay's answer to its email
- the rest of a row: ms at the 50th and 99th percentile, and ms of CPU time a request

If emails were sent, it fails if a request that was taken has no row, no email or no place in the
log.

    PYTHONPATH=. .venv/bin/python benchmarks/rush.py --seconds 6 --rounds 5 --json
    PYTHONPATH=. .venv/bin/python benchmarks/rush.py --seconds 5 --steps post statements
"""

import argparse
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import mean, median

from benchmarks.parts.evening.rush_counts import count_missing
from benchmarks.parts.evening.rush_mails import Postage
from benchmarks.parts.evening.rush_steps import Evening
from benchmarks.parts.installation import Plan, installed
from benchmarks.parts.load import Visit, ask
from benchmarks.parts.printing import Figure, print_results
from benchmarks.parts.served_pages import served
from benchmarks.parts.sink import counting_sink, reserved_port
from benchmarks.parts.statement_counts import count_statements

PAGES = ("form", "post", "confirmation", "confirm", "why", "leave")
MAILS = ("letters", "whole", "half")
STEPS = (*PAGES, "statements", *MAILS)


def main() -> int:
    """Run once. Return 0 if nothing that was taken is missing."""
    options = _read_options()
    missing: dict[str, int] = {}
    with _evening(options) as postage, _reference(postage, options.seconds) as bare:
        rounds = [dict(_measure(postage, options, bare)) for _ in range(options.rounds)]
        figures = {"bare_rate": round(median(bare.rates), 1), **dict(_medians(rounds))}
        evening = postage.evening
        if set(options.steps) & set(MAILS):
            postage.finish()
            missing = count_missing(evening.installation, evening.taken)
        figures |= {**missing, "database": evening.installation.describe_database()}
    print_results(figures, is_json=options.json)
    return 1 if any(missing.values()) else 0


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=20, help="of each step")
    parser.add_argument("--rounds", type=int, default=1, help="of all steps")
    parser.add_argument("--database", default="postgresql", choices=("postgresql", "sqlite"))
    parser.add_argument("--steps", nargs="+", default=STEPS, choices=STEPS, metavar="STEP")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


@contextmanager
def _evening(options: argparse.Namespace) -> Iterator[Postage]:
    with tempfile.TemporaryDirectory() as name, reserved_port() as mail_port:
        folder = Path(name)
        plan = Plan(database=options.database, mail_port=mail_port, processes=1, connections=None)
        with (
            installed(folder, plan) as installation,
            counting_sink(folder, mail_port) as sink,
            Evening.begun(installation) as evening,
        ):
            yield Postage(evening, sink)


class Reference:
    """The bare page, and its rates so far."""

    def __init__(self, port: int, seconds: float) -> None:
        self._port, self._seconds = port, seconds
        self.rates: list[float] = []
        self._time()

    def ratio_of(self, rate: float) -> float:
        """Return the ratio of the step that just ended to the page before and after it."""
        self._time()
        return round(rate / mean(self.rates[-2:]), 3)

    def _time(self) -> None:
        visit = Visit([("/", "email=rushNUMBER@example.org")], "POST")
        self.rates.append(ask(self._port, visit, self._seconds).rate)


@contextmanager
def _reference(postage: Postage, seconds: float) -> Iterator[Reference]:
    with served(postage.evening.installation, "benchmarks.parts.bare_page:app") as web:
        yield Reference(web.port, seconds / 2)


def _measure(
    postage: Postage, options: argparse.Namespace, bare: Reference
) -> Iterator[tuple[str, Figure]]:
    yield from _measure_pages(postage.evening, options, bare)
    yield from _measure_mails(postage, options, bare)


def _medians(rounds: Sequence[Mapping[str, Figure]]) -> Iterator[tuple[str, Figure]]:
    """Yield the median of each figure, the sum of what was wrong, and the range of the ratios."""
    for name in rounds[0]:
        values = [float(each[name]) for each in rounds]
        yield name, sum(values) if name.endswith("_wrong") else round(median(values), 3)
        if name.endswith("_ratio") and len(rounds) > 1:
            yield f"{name}_least", min(values)
            yield f"{name}_most", max(values)


def _measure_pages(
    evening: Evening, options: argparse.Namespace, bare: Reference
) -> Iterator[tuple[str, Figure]]:
    for name, step in evening.steps(options.steps, options.seconds):
        yield from ((f"{name}_{figure}", value) for figure, value in step.figures())
        yield f"{name}_ratio", bare.ratio_of(step.answers.rate)
    if "statements" in options.steps:
        yield from ((f"{name}_statements", count) for name, count in count_statements(evening))


def _measure_mails(
    postage: Postage, options: argparse.Namespace, bare: Reference
) -> Iterator[tuple[str, Figure]]:
    steps: Collection[str] = options.steps
    if "letters" in steps:
        yield from postage.time_letters()
    if "whole" in steps or "half" in steps:
        whole = dict(postage.time_whole(options.seconds))
        rate = float(whole["whole_sent_rate"])
        yield from whole.items()
        yield "whole_ratio", bare.ratio_of(rate)
        if "half" in steps:
            yield from postage.time_half(options.seconds, rate / 2)


if __name__ == "__main__":
    sys.exit(main())
