"""Signs up, confirms and leaves as an evening on television makes people do, over HTTP.

The whole product on this machine: gunicorn with two processes, `flask worker`, the database, and
smtp-sink; wrk asks from many networks as the proxy's header says. In the same run, a bare Flask
page that inserts one row under the same gunicorn. Each step is also timed alone:

- form, confirmation, why: GET of the page; post: a signup without a worker; whole: with one
- confirm: POST of the confirmation; leave: POST of the mail program's one-click request
- letters: emails a second of one worker, when all of them wait
- mail_s: seconds from the stored request to the relay's answer, at the highest rate
- the rest of a row: ms at the 50th and 99th percentile, and ms of CPU time a request

It fails if a request that was taken has no row, no email or no place in the log.

    PYTHONPATH=. .venv/bin/python benchmarks/rush.py --seconds 20 --database postgresql --json
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.parts.installation import Plan, installed
from benchmarks.parts.printing import Figure, print_results
from benchmarks.parts.rush_steps import Evening
from benchmarks.parts.sink import counting_sink, reserved_port


def main() -> int:
    """Run once. Return 0 if nothing that was taken is missing."""
    options = _read_options()
    with _evening(options) as evening:
        figures = dict(_measure(evening, options.seconds))
        missing = evening.count_missing()
        figures |= missing
        figures["database"] = evening.installation.describe_database()
    print_results(figures, is_json=options.json)
    return 1 if any(missing.values()) else 0


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=20, help="of each step")
    parser.add_argument("--database", default="postgresql", choices=("postgresql", "sqlite"))
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


@contextmanager
def _evening(options: argparse.Namespace) -> Iterator[Evening]:
    with tempfile.TemporaryDirectory() as name, reserved_port() as mail_port:
        folder = Path(name)
        plan = Plan(database=options.database, mail_port=mail_port, processes=1, connections=None)
        with (
            installed(folder, plan) as installation,
            counting_sink(folder, mail_port) as sink,
            Evening.begun(installation, sink) as evening,
        ):
            yield evening


def _measure(evening: Evening, seconds: float) -> Iterator[tuple[str, Figure]]:
    bare = evening.time_bare_page(seconds)
    yield "bare_rate", round(bare.rate, 1)
    for name, step in evening.steps(seconds):
        for figure, value in step.figures():
            yield f"{name}_{figure}", value
        yield f"{name}_ratio", round(step.answers.rate / bare.rate, 3)
    yield from evening.time_letters()
    yield from evening.time_whole(seconds, bare.rate)


if __name__ == "__main__":
    sys.exit(main())
