"""The public site as a process of its own, and visitors who sign up there during faults."""

import http.client
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from urllib.parse import urlencode

from tests.faults.installation import Installation
from tests.servers.ports import free_port
from tests.servers.processes import start_process, wait_until, web_command
from tests.web.public.pages import box_values, hidden_values

PAGE = "/fr/join/signup"
TAKEN = 303


class Visitors:
    """Visitors sign up one after the other; each answer is kept."""

    def __init__(self, port: int, pause: float) -> None:
        self._port = port
        self._pause = pause
        self._ends = Event()
        self.answers: dict[str, int] = {}

    def open_page(self) -> bool:
        """Open the signup page, and keep its form; tell whether it was there."""
        try:
            status, html, cookie = self._request("GET")
        except OSError:
            return False
        self._cookie = cookie.partition(";")[0]
        self._fields = {**hidden_values(html), **box_values(html), "is_15": "y"}
        return status == 200

    def sign_up(self) -> None:
        """Sign up, one after the other, until the end."""
        while not self._ends.wait(self._pause):
            address = f"visitor{len(self.answers)}@example.org"
            try:
                self.answers[address], _, _ = self._request("POST", email=address)
            except OSError:
                self.answers[address] = 0

    def end(self) -> None:
        """Stop the visitors."""
        self._ends.set()

    def _request(self, method: str, **more: str) -> tuple[int, str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            headers, body = {}, None
            if method == "POST":
                body = urlencode({**self._fields, **more})
                headers = {
                    "Cookie": self._cookie,
                    "Content-Type": "application/x-www-form-urlencoded",
                }
            connection.request(method, PAGE, body, headers)
            response = connection.getresponse()
            return (
                response.status,
                response.read().decode(),
                response.headers.get("Set-Cookie", ""),
            )
        finally:
            connection.close()

    @property
    def taken(self) -> set[str]:
        """The addresses whose signup was taken."""
        return {address for address, status in self.answers.items() if status == TAKEN}


@contextmanager
def visitors_at(site: Installation, *, pause: float) -> Iterator[Visitors]:
    """Run the public site, with visitors who sign up until the end of the block."""
    port = free_port()
    site.make_list(0, "signup")
    variables = {**site.variables, "SUPPORTERS_BASE_URL": f"http://127.0.0.1:{port}"}
    log = site.folder / "web.log"
    with log.open("w") as output:
        process = start_process(web_command(port), variables, stdout=output, stderr=output)
    visitors = Visitors(port, pause)
    thread = Thread(target=visitors.sign_up)
    try:
        assert wait_until(visitors.open_page), log.read_text()
        thread.start()
        yield visitors
        time.sleep(pause)
    finally:
        visitors.end()
        if thread.ident:
            thread.join()
        process.terminate()
        process.wait(30)
