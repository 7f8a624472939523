"""Asks a site as fast as it answers, with wrk: many visitors, each from a network of its own."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

SCRIPT = Path(__file__).with_name("visitors.lua")
THREADS, CONNECTIONS = 2, 16
MARK = "RESULT "
MOST_OF_A_PATH = 20
APART = 1_000_000_000  # numbers between two runs, so that no address comes twice
_runs = count(1)


@dataclass(frozen=True, kw_only=True)
class Answers:
    """The counts of wrk: answers, seconds, refused or failed ones, and percentiles in ms."""

    requests: int
    seconds: float
    wrong: int
    ms_50: float
    ms_99: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.requests / self.seconds


@dataclass(frozen=True)
class Visit:
    """A request that all visitors make: its paths, each with a body, and a cookie.

    `is_once`: each line is taken at most once, and the visitors stop when too few are left.
    """

    lines: Sequence[tuple[str, str]]
    method: str = "GET"
    cookie: str = ""
    is_once: bool = False


def next_numbers() -> int:
    """Return the first number of a run: no run before it used numbers from there."""
    return next(_runs) * APART


def ask(port: int, visit: Visit, seconds: float, *, connections: int = CONNECTIONS) -> Answers:
    """Ask for so many seconds. Raises SystemExit if wrk is missing, or an answer was wrong."""
    program = shutil.which("wrk")
    if program is None:
        raise SystemExit("wrk is missing. It is a package of Debian.")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.writelines(f"{path} {body}\n" for path, body in visit.lines)
        file.flush()
        given = (visit.method, file.name, visit.cookie, str(next_numbers()))
        once = ("once",) if visit.is_once else ()
        load = ("-t", str(THREADS), "-c", str(connections), "-d", f"{max(1, seconds):.0f}s")
        command = [program, *load, "--timeout", "20s", "-s", str(SCRIPT)]
        url = f"http://127.0.0.1:{port}"
        done = subprocess.run(
            [*command, url, "--", *given, *once], capture_output=True, text=True, check=True
        )
    lines = [line for line in done.stdout.splitlines() if line.startswith(MARK)]
    if not lines:
        raise SystemExit(f"wrk said: {done.stdout}")
    answers = Answers(**json.loads(lines[0].removeprefix(MARK)))
    if answers.wrong:
        where = visit.lines[0][0][:MOST_OF_A_PATH]
        raise SystemExit(f"{where}: {answers.wrong} of {answers.requests} answers were wrong.")
    return answers
