"""Visitors who ask pages through nginx all the time, and the count of what was refused."""

import http.client
import ssl
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from threading import Event, Lock, Thread
from urllib.parse import urlencode

from benchmarks.drill.proxy import HOST
from tests.web.public.pages import box_values, hidden_values

FORM = "application/x-www-form-urlencoded"
ONE_CLICK = urlencode({"List-Unsubscribe": "One-Click"})
SIGNUP = "/fr/join/national"
TAKEN = 303
WAITS_AT_MOST = 120.0  # longer than the proxy
FINE = frozenset({200, TAKEN})


@dataclass
class Asked:
    """The requests of a time, the refused ones, and the longest time without a good answer."""

    all: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    silence: float = 0.0

    @property
    def refusals(self) -> int:
        """How many requests were refused."""
        return self.refused.total()


@dataclass(frozen=True)
class Asking:
    """A request. With a body it is a form that is sent."""

    path: str
    body: str = ""
    cookie: str = ""


class Visitors:
    """Threads that ask, each one kind of page. `pause`: seconds between two requests of one."""

    def __init__(self, port: int, pause: float) -> None:
        self._port = port
        self._pause = pause
        self._tls = ssl.create_default_context()
        self._tls.check_hostname = False
        self._tls.verify_mode = ssl.CERT_NONE
        self._ends = Event()
        self._lock = Lock()
        self._asked = Asked()
        self._good_at: dict[str, float] = {}
        self._signups = 0

    def ask(self, asking: Asking) -> tuple[int, str, str]:
        """Ask on a connection of its own; return status, page and cookie. Raises OSError."""
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self._port, timeout=WAITS_AT_MOST, context=self._tls
        )
        headers = {"Host": HOST, **({"Cookie": asking.cookie} if asking.cookie else {})}
        if asking.body:
            headers |= {"Content-Type": FORM, "Origin": f"https://{HOST}"}
        try:
            method = "POST" if asking.body else "GET"
            connection.request(method, asking.path, asking.body or None, headers)
            answer = connection.getresponse()
            page = answer.read().decode(errors="replace")
            return answer.status, page, answer.headers.get("Set-Cookie", "").partition(";")[0]
        except http.client.HTTPException as error:
            raise OSError(str(error)) from error
        finally:
            connection.close()

    def leave(self, path: str) -> float:
        """Unsubscribe by one click, until it is taken; return when it was."""
        while True:
            try:
                if self.ask(Asking(path, ONE_CLICK))[0] == 200:
                    return time.monotonic()
            except OSError:
                pass
            time.sleep(self._pause)

    def sign_up(self, address: str = "") -> int:
        """Open the signup page, and send its form; return the status."""
        status, page, cookie = self.ask(Asking(SIGNUP))
        if status not in FINE:
            return status
        self._signups += 1
        address = address or f"visitor{self._signups}@visitors.example"
        first_box = dict([*box_values(page).items()][:1])
        fields = {**hidden_values(page), **first_box, "is_15": "y", "email": address}
        return self.ask(Asking(SIGNUP, urlencode(fields), cookie))[0]

    @contextmanager
    def asking(self, pages: Mapping[str, Asking]) -> Iterator[None]:
        """Ask each of these requests, and sign up, until the end of the block."""
        kinds: dict[str, Callable[[], int]] = {
            name: partial(self._ask_for_status, each) for name, each in pages.items()
        }
        kinds["signup"] = self.sign_up
        threads = [Thread(target=self._repeat, args=each) for each in kinds.items()]
        for each in threads:
            each.start()
        try:
            yield
        finally:
            self._ends.set()
            for each in threads:
                each.join()

    def take(self) -> Asked:
        """Return what was asked since the last call."""
        with self._lock:
            asked, self._asked = self._asked, Asked()
            return asked

    def _ask_for_status(self, asking: Asking) -> int:
        return self.ask(asking)[0]

    def _repeat(self, name: str, ask: Callable[[], int]) -> None:
        self._good_at[name] = time.monotonic()
        while not self._ends.wait(self._pause):
            try:
                status = str(ask())
            except OSError as error:
                status = type(error).__name__
            self._count(name, status, time.monotonic())

    def _count(self, name: str, status: str, now: float) -> None:
        with self._lock:
            self._asked.all += 1
            self._asked.silence = max(self._asked.silence, now - self._good_at[name])
            if status.isdigit() and int(status) in FINE:
                self._good_at[name] = now
            else:
                self._asked.refused[f"{name} {status}"] += 1
