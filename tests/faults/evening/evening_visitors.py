"""People of an evening: many sign up at once, some of them confirm, and some of those leave.

Each answer is kept by name, so that a test can ask afterwards for all that was promised.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count
from threading import Event, Lock, Thread
from urllib.parse import urlencode

from flask import Flask

from supporters.crypto.tokens import TokenPurpose
from supporters.extensions import current_tokens
from tests.faults.receiver.mail_server import Receiving
from tests.servers.reused_connection import Reply, ReusedConnection, write_request
from tests.web.public.pages import box_values, hidden_values, ticked_values

TAKEN, ASKED_TO_WAIT = HTTPStatus.SEE_OTHER, HTTPStatus.SERVICE_UNAVAILABLE
NO_ANSWER = 0  # the process was killed meanwhile
SIGN_UP_AT_ONCE = 6
CONFIRMS_EACH, LEAVES_EACH = 4, 2  # one in so many of those with a link; of those on the list
PAUSE_AFTER_A_FAILURE = 0.1
LOOK_EVERY_SECONDS = 0.2
MANAGE_PATH = "/subscriptions/"
ONE_CLICK = urlencode({"List-Unsubscribe": "One-Click"})


@dataclass(frozen=True)
class SignupForm:
    """The form of the page, with its boxes ticked, and the cookie of the browser that opened it."""

    port: int
    page: str
    fields: dict[str, str]
    cookie: str

    def fill_in(self, address: str) -> bytes:
        """Return the request that signs an address up."""
        body = urlencode({**self.fields, "is_15": "y", "email": address})
        return write_request(self.port, self.page, body, {"Cookie": self.cookie})


def open_form(port: int, page: str) -> SignupForm | None:
    """Open the signup page; return None if it isn't there."""
    with closing(ReusedConnection(port)) as connection:
        reply = ask_once(connection, write_request(port, page))
    if reply is None or reply.status != HTTPStatus.OK:
        return None
    html = reply.body.decode()
    cookie = reply.header("Set-Cookie").partition(";")[0]
    return SignupForm(port, page, {**hidden_values(html), **box_values(html)}, cookie)


@dataclass
class EveningVisitors:
    """The people, and all that they were told. `mails`: a reader of its own of the messages.

    They sign up until so many `people` were taken, and confirm until the end. `at_once`: how many
    sign up at the same time.
    """

    people: int
    port: int
    form: SignupForm
    mails: Receiving
    app: Flask
    list_id: int
    at_once: int = SIGN_UP_AT_ONCE
    answers: dict[str, int] = field(default_factory=dict)
    pressed: set[str] = field(default_factory=set)
    confirmed: set[str] = field(default_factory=set)
    clicked: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    _numbers: Iterator[int] = field(default_factory=count)
    _count: int = 0
    _lock: Lock = field(default_factory=Lock)
    _ends: Event = field(default_factory=Event)

    @property
    def taken(self) -> set[str]:
        """The addresses whose signup was taken."""
        return {address for address, status in self.answers.copy().items() if status == TAKEN}

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Let them sign up, confirm and leave until the end of the block."""
        acts: list[Callable[[], None]] = [self._sign_up] * self.at_once
        threads = [Thread(target=act) for act in [*acts, self._confirm]]
        for each in threads:
            each.start()
        try:
            yield
        finally:
            self._ends.set()
            for each in threads:
                each.join()

    def _sign_up(self) -> None:
        with closing(ReusedConnection(self.port)) as connection:
            while not self._ends.is_set() and self._count < self.people:
                with self._lock:
                    address = f"evening{next(self._numbers)}@example.org"
                reply = ask_once(connection, self.form.fill_in(address))
                self.answers[address] = reply.status if reply else NO_ANSWER
                if reply is None or reply.status != TAKEN:
                    time.sleep(PAUSE_AFTER_A_FAILURE)
                else:
                    with self._lock:
                        self._count += 1

    def _confirm(self) -> None:
        """Press the button of some emails, and leave again by some of those presses."""
        seen = 0
        with closing(ReusedConnection(self.port)) as connection:
            while not self._ends.wait(LOOK_EVERY_SECONDS):
                arrivals = [each for each in self.mails.arrivals() if each.link]
                for place in range(seen, len(arrivals)):
                    if place % CONFIRMS_EACH == 0 and not self._ends.is_set():
                        arrival = arrivals[place]
                        self._press(connection, arrival.recipient, path_of(arrival.link))
                seen = len(arrivals)

    def _press(self, connection: ReusedConnection, address: str, path: str) -> None:
        page = ask_once(connection, write_request(self.port, path))
        if page is None or page.status != HTTPStatus.OK:
            return
        html = page.body.decode()
        fields = urlencode({**hidden_values(html), **ticked_values(html)})
        self.pressed.add(address)
        reply = ask_once(connection, write_request(self.port, path, fields))
        if reply is not None and reply.status == TAKEN:
            reply = ask_once(
                connection, write_request(self.port, path_of(reply.header("Location")))
            )
        token = _find_manage_token(reply)
        if token:
            self.confirmed.add(address)
            if len(self.confirmed) % LEAVES_EACH == 0:
                self._leave(connection, address, token)

    def _leave(self, connection: ReusedConnection, address: str, manage_token: str) -> None:
        with self.app.app_context():
            person = current_tokens().read(TokenPurpose.MANAGE, manage_token)
            token = current_tokens().sign(TokenPurpose.UNSUBSCRIBE, [person, self.list_id, 1])
        self.clicked.add(address)
        reply = ask_once(connection, write_request(self.port, f"/leave/{token}", ONE_CLICK))
        if reply is not None and reply.status == HTTPStatus.OK:
            self.left.add(address)


def path_of(url: str) -> str:
    """Return an address without its host."""
    return "/" + url.partition("://")[2].partition("/")[2] if "://" in url else url


def _find_manage_token(reply: Reply | None) -> str:
    """Return the token of the link to the subscriptions, which only a confirmed person gets."""
    if reply is None or reply.status != HTTPStatus.OK:
        return ""
    after = reply.body.decode().partition(MANAGE_PATH)[2]
    return after.partition('"')[0]


def ask_once(connection: ReusedConnection, request: bytes) -> Reply | None:
    """Return the answer; None if the site is away."""
    try:
        return connection.ask(request)
    except OSError:
        return None
