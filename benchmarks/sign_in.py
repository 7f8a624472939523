"""Tells whether the time of an answer shows which addresses have an account of the console.

It asks real web processes over HTTP: for sign-ins with a wrong password, and for new passwords by
email while a worker answers them. Kinds of address take turns in random order, each request from a
network of its own. A rank test (Mann-Whitney) compares each kind with the unknown addresses.

    PYTHONPATH=. .venv/bin/python benchmarks/sign_in.py --rounds 400 --database postgresql
"""

import argparse
import json
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from secrets import SystemRandom

from benchmarks.parts.installation import Installation, Plan, installed
from benchmarks.parts.ranks import RankTest, compare_ranks
from supporters.accounts.models import RoleName
from supporters.team.accounts import disable_organiser
from supporters.team.team_invitations import invite_organiser
from tests.factories.accounts import make_organiser, make_owner
from tests.faults.evening.guessers import SIGN_IN, WRONG, Stranger, pages_served
from tests.faults.receiver.mail_server import Receiving

FORGOTTEN, TAKEN = "/console/reset", 303
UNKNOWN = "unknown"
KINDS = (UNKNOWN, "known", "disabled", "invited", "other unknown")
ADDRESSES = 140  # of each kind: an account gets three links a day
EVIDENT = 0.001  # a smaller probability of such ranks by chance means that the times differ
Times = dict[str, list[float]]


@dataclass(frozen=True)
class Door:
    """A page with a form, and the status of its answers."""

    path: str
    status: int
    typed: dict[str, str]


DOORS = {
    "sign-in": Door(SIGN_IN, WRONG, {"password": "a wrong password"}),
    "new password": Door(FORGOTTEN, TAKEN, {}),
}
TIMED = ("sign-in", "new password", "the next new password")


def main() -> None:
    """Print a table; with --json one line of JSON last. Exit with 1 if a kind can be told."""
    options = _read_options()
    with tempfile.TemporaryDirectory() as folder:
        times = _time_at(Path(folder), options.database, options.rounds)
    results = {
        (name, kind): compare_ranks(of_kinds[kind], of_kinds[UNKNOWN])
        for name, of_kinds in times.items()
        for kind in KINDS[1:]
    }
    _print(times, results)
    if options.json:
        print(json.dumps({f"{name}, {kind}": vars(test) for (name, kind), test in results.items()}))
    if any(test.probability < EVIDENT for test in results.values()):
        raise SystemExit("The times of the answers differ.")


def _time_at(folder: Path, database: str, rounds: int) -> dict[str, Times]:
    """Return the seconds of each answer of a new installation."""
    with Receiving(folder) as receiving:
        plan = Plan(database=database, mail_port=receiving.port, processes=1, connections=None)
        with installed(folder, plan) as installation:
            _make_accounts(installation)
            return _time_doors(installation, rounds)


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=400)
    parser.add_argument("--database", default="sqlite")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _addresses(kind: str) -> list[str]:
    return [f"{kind.replace(' ', '.')}{number:02}@parti.example" for number in range(ADDRESSES)]


def _make_accounts(installation: Installation) -> None:
    with installation.app.app_context():
        make_owner()
        for email in _addresses("known"):
            make_organiser(email)
        for email in _addresses("disabled"):
            disable_organiser(make_organiser(email).id)
        for email in _addresses("invited"):
            invite_organiser(email, RoleName.ORGANISER, "fr", inviter="")


def _time_doors(installation: Installation, rounds: int) -> dict[str, Times]:
    """Return the seconds of each answer, by door and kind.

    A worker answers a request for a new password while the next one is made: so the answer to the
    next one is timed too.
    """
    log, variables = installation.folder / "web.log", installation.variables
    times: dict[str, Times] = {}
    with pages_served(variables, log, processes=2) as port, installation.worker():
        sign_in, forgotten = _Visitor(port, DOORS["sign-in"]), _Visitor(port, DOORS["new password"])
        first, second, third = (times.setdefault(name, defaultdict(list)) for name in TIMED)
        for number in range(rounds):
            for kind in SystemRandom().sample(KINDS, len(KINDS)):
                email = _addresses(kind)[number % ADDRESSES]
                first[kind].append(sign_in.time(email))
                second[kind].append(forgotten.time(email))
                third[kind].append(forgotten.time(f"next{number}.{email}"))
    return times


class _Visitor:
    """A stranger who times the answers of a door, each time from another network."""

    def __init__(self, port: int, door: Door) -> None:
        self._stranger = Stranger(port, door.path)
        self._stranger.open_page()
        self._door = door
        self._numbers = count()

    def time(self, email: str) -> float:
        """Return the seconds that an answer takes."""
        number = next(self._numbers)
        address = f"{11 + (number >> 16)}.{number >> 8 & 255}.{number & 255}.1"
        started = time.perf_counter()
        status = self._stranger.send(address, email=email, **self._door.typed)
        seconds = time.perf_counter() - started
        if status != self._door.status:
            raise SystemExit(f"{self._door.path} answered {status}.")
        return seconds


def _print(times: dict[str, Times], results: dict[tuple[str, str], RankTest]) -> None:
    for name, of_kinds in times.items():
        print(f"{name}: {UNKNOWN} {_milliseconds(of_kinds[UNKNOWN])}")
        for kind in KINDS[1:]:
            test = results[name, kind]
            print(
                f"{kind:>16} {_milliseconds(of_kinds[kind])}"
                f"  AUC {test.area:.3f}  p {test.probability:.3f}"
            )


def _milliseconds(seconds: Sequence[float]) -> str:
    return f"{1000 * statistics.median(seconds):7.1f} ms"


if __name__ == "__main__":
    main()
