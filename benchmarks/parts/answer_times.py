"""The time and the form of the answer to each address that signs up."""

import re
import time
from dataclasses import dataclass, field

from benchmarks.parts.evening.signup_surfaces import FilledIn
from benchmarks.parts.records.address_kinds import NEW
from tests.faults.evening.evening_visitors import path_of
from tests.servers.reused_connection import Reply, ReusedConnection, write_request

WARM_UPS = 50
EVERY_PAGE = 20  # one page in so many is opened and compared, which costs time
ADDRESS = re.compile(rb"(?:person|before)\d{6}@example\.org")
TOKEN = re.compile(rb"[\w.-]{24,}")
DATE = re.compile(rb"(?<=\nDate: )[^\r]+")
LENGTH = re.compile(rb"(?<=\nContent-Length: )\d+")
SECONDS_TO_GO = re.compile(rb'(?<=data-seconds=")\d+')  # since this browser sent its form


@dataclass
class AnswerTimes:
    """Signs addresses up over one connection, and keeps the seconds and forms of the answers.

    `taken` is the status of an answer to a form that was taken.
    """

    port: int
    connection: ReusedConnection
    form: FilledIn
    taken: int
    seconds: dict[str, list[float]] = field(default_factory=lambda: {NEW: []})
    answers: set[bytes] = field(default_factory=set)
    pages: set[bytes] = field(default_factory=set)

    def warm_up(self) -> None:
        """Sign some up whose answers don't count."""
        for number in range(WARM_UPS):
            self.connection.ask(self.form.fill_in(f"before{number:06}@example.org"))

    def sign_up(self, address: str, kind: str) -> None:
        """Sign an address up. Raises SystemExit if that fails."""
        request = self.form.fill_in(address)
        started = time.perf_counter()
        reply = self.connection.ask(request)
        took = time.perf_counter() - started
        if reply.status != self.taken:
            raise SystemExit(f"The signup page answered {reply.status}.")
        times = self.seconds.setdefault(kind, [])
        times.append(took)
        self.answers.add(_without_tokens(reply))
        if reply.header("Location") and len(times) % EVERY_PAGE == 0:
            self._open_next_page(reply)

    def are_alike(self) -> bool:
        """Tell whether all answers were the same, and all pages behind them, if there are any."""
        return len(self.answers) == 1 and len(self.pages) <= 1

    def _open_next_page(self, reply: Reply) -> None:
        cookie = reply.header("Set-Cookie").partition(";")[0]
        path = path_of(reply.header("Location"))
        page = self.connection.ask(write_request(self.port, path, headers={"Cookie": cookie}))
        self.pages.add(_without_tokens(page))


def _without_tokens(reply: Reply) -> bytes:
    """Return an answer without its tokens, its address, its date, its length, and its countdown.

    A token compresses the cookie of a browser by some bytes more or less.
    """
    whole = LENGTH.sub(b"", DATE.sub(b"", reply.head)) + SECONDS_TO_GO.sub(b"", reply.body)
    return TOKEN.sub(b"TOKEN", ADDRESS.sub(b"ADDRESS", whole))
