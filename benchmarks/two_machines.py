"""Signs up at one machine and at two, on one PostgreSQL: how much more two take, and the limit.

A machine is an instance folder of its own, gunicorn with two processes, and a worker with one. The
same visitors come to one machine, then half of them to each of two. All of it runs on this
computer, so two machines share its cores. With --pin each machine has one core, and the database
and the visitors run on any. The results, for one and for two:

- rate: signups a second; sent_rate: with all their emails taken
- cpu_*: cores that web, worker and database use; cpu_idle: cores that nobody uses
- waiting_locks: how many database sessions wait for a lock, in the mean of some looks

If cpu_idle is near 0, the cores of this computer are the limit, and two machines can't take more.

Most of a run is the start of a database, and of five processes for each machine: some minutes if
other programs use the cores. Each step is said on standard error.

    PYTHONPATH=. .venv/bin/python benchmarks/two_machines.py --seconds 20 --pin --json
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.parts.evening.rush_counts import count_missing
from benchmarks.parts.evening.rush_mails import Postage
from benchmarks.parts.evening.rush_steps import Evening
from benchmarks.parts.installation import Installation, Plan, installed
from benchmarks.parts.machines import Machine, Machines
from benchmarks.parts.printing import Figure, print_results, print_step
from benchmarks.parts.processes import pin_family
from benchmarks.parts.served_pages import served
from benchmarks.parts.sink import counting_sink, reserved_port

NAMES = ("one", "two")
WARM_UP_SECONDS = 3  # the processes load what they keep


def main() -> int:
    """Run once. Return 0 if nothing that was taken is missing."""
    options = _read_options()
    figures: dict[str, Figure] = {}
    for count, name in enumerate(NAMES, 1):
        print_step(f"{name}: starts")
        with _machines(count, is_pinned=options.pin) as machines:
            print_step(f"{name}: signs up")
            machines.time(WARM_UP_SECONDS)
            found = machines.time(options.seconds)
            figures |= {f"{name}_{figure}": value for figure, value in found.items()}
            print_step(f"{name}: waits for the last emails and entries of the log")
            machines.postage.wait_until_all_is_done()
            evening = machines.postage.evening
            missing = count_missing(evening.installation, evening.taken)
            figures[f"{name}_missing"] = sum(missing.values())
            figures["database"] = evening.installation.describe_database()
    rates = [float(figures[f"{name}_sent_rate"]) for name in NAMES]
    figures["two_to_one"] = round(rates[1] / rates[0], 2)
    print_results(figures, is_json=options.json)
    return 1 if any(figures[f"{name}_missing"] for name in NAMES) else 0


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--pin", action="store_true", help="one core for each machine")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


@contextmanager
def _machines(count: int, *, is_pinned: bool) -> Iterator[Machines]:
    """Start so many machines on a new database."""
    with tempfile.TemporaryDirectory() as name, reserved_port() as mail_port, ExitStack() as stack:
        folder = Path(name)
        plan = Plan(database="postgresql", mail_port=mail_port, processes=1, connections=None)
        installation = stack.enter_context(installed(folder, plan))
        sink = stack.enter_context(counting_sink(folder, mail_port))
        evening = stack.enter_context(Evening.begun(installation))
        started = [
            _start(stack, installation, folder / f"machine{number}") for number in range(1, count)
        ]
        first = Machine(evening.web, stack.enter_context(installation.worker()))
        machines = [first, *started]
        if is_pinned:
            for number, machine in enumerate(machines):
                core = sorted(os.sched_getaffinity(0))[number]
                pin_family(machine.web.process, core)
                pin_family(machine.worker, core)
        yield Machines(Postage(evening, sink), machines)


def _start(stack: ExitStack, installation: Installation, instance: Path) -> Machine:
    """Start another machine with its own instance folder."""
    instance.mkdir()
    web = stack.enter_context(served(installation, instance=instance))
    return Machine(web, stack.enter_context(installation.worker(instance=instance)))


if __name__ == "__main__":
    sys.exit(main())
