"""Addresses of four kinds, and the time and the form of the answer to each of them."""

import random
import re
import time
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select, update

from benchmarks.parts.installation import Installation
from supporters import clock
from supporters.consent.models import Method
from supporters.database import db
from supporters.lists.subscriptions import object_to_everything
from supporters.mail.models import OutboxEmail
from supporters.signup.models import SignupRequest
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber, request_to_join
from tests.faults.evening_visitors import SignupForm, path_of
from tests.kept_connection import KeptConnection, Reply, write_request

NEW = "new"
KNOWN = ("waiting", "confirmed", "suppressed")
TAKEN = 303
WARM_UPS = 50
EVERY_PAGE = 20  # one page in so many is opened and compared, which costs time
ADDRESS = re.compile(rb"person\d{6}@example\.org")
DAYS_AGO = timedelta(days=2)
TOKEN = re.compile(rb"[\w.-]{24,}")
DATE = re.compile(rb"(?<=\nDate: )[^\r]+")
LENGTH = re.compile(rb"(?<=\nContent-Length: )\d+")


def mix_kinds(addresses: int, chance: random.Random) -> dict[str, str]:
    """Return addresses in random order with their kinds, as many of each."""
    kinds = [(NEW, *KNOWN)[number % (1 + len(KNOWN))] for number in range(addresses)]
    chance.shuffle(kinds)
    return {f"person{number:06}@example.org": kind for number, kind in enumerate(kinds)}


def make_known_people(installation: Installation, kinds: dict[str, str]) -> None:
    """Let the known ones sign up, confirm, and object."""
    with installation.app.app_context():
        national = make_list()
        for address, kind in kinds.items():
            if kind == "waiting":
                request_to_join(address, national)
            elif kind != NEW:
                person = make_subscriber(address, national)
                if kind == "suppressed":
                    object_to_everything(person.id, Method.PAGE)
            db.session.rollback()
        _move_emails_back()


def _move_emails_back() -> None:
    """Let people who confirmed have done so days ago: they get today's first email."""
    confirmed = select(SignupRequest.letter_id).where(SignupRequest.confirmed_at.is_not(None))
    change = update(OutboxEmail).where(OutboxEmail.id.in_(confirmed))
    db.session.execute(change.values(created_at=clock.now() - DAYS_AGO))
    db.session.commit()
    db.session.remove()


@dataclass
class AnswerTimes:
    """Signs addresses up over one connection, and keeps the seconds and forms of the answers."""

    port: int
    connection: KeptConnection
    form: SignupForm
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
        if reply.status != TAKEN:
            raise SystemExit(f"The signup page answered {reply.status}.")
        times = self.seconds.setdefault(kind, [])
        times.append(took)
        self.answers.add(_without_tokens(reply))
        if len(times) % EVERY_PAGE == 0:
            self._open_next_page(reply)

    def are_alike(self) -> bool:
        """Tell whether all answers were the same, and all pages."""
        return len(self.answers) == 1 and len(self.pages) == 1

    def _open_next_page(self, reply: Reply) -> None:
        cookie = reply.header("Set-Cookie").partition(";")[0]
        path = path_of(reply.header("Location"))
        page = self.connection.ask(write_request(self.port, path, headers={"Cookie": cookie}))
        self.pages.add(_without_tokens(page))


def _without_tokens(reply: Reply) -> bytes:
    """Return an answer without its tokens, its address, its date and its length.

    A token compresses the cookie of a browser by some bytes more or less.
    """
    whole = LENGTH.sub(b"", DATE.sub(b"", reply.head)) + reply.body
    return TOKEN.sub(b"TOKEN", ADDRESS.sub(b"ADDRESS", whole))
