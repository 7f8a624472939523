"""A stranger at the console over HTTP: a form that is sent from many networks, as a proxy says."""

import http.client
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

from tests.servers.ports import free_port
from tests.servers.processes import started_web, wait_until
from tests.web.public.pages import hidden_values

ADMITTED, WRONG, TOO_MANY, BUSY = 302, 200, 429, 503
SIGN_IN = "/console/sign-in"


class Stranger:
    """A browser that keeps one page of the console, and sends its form again and again."""

    def __init__(self, port: int, page: str, cookie: str = "") -> None:
        self._port = port
        self._page = page
        self.html = ""
        self.cookie = cookie

    def open_page(self) -> bool:
        """Open the page, and keep its form and cookie; tell whether the site answers."""
        try:
            answer, self.html = self._request("GET", headers={"Cookie": self.cookie})
        except OSError:
            return False
        self.cookie = str(answer.headers["Set-Cookie"] or self.cookie).partition(";")[0]
        return answer.status == HTTPStatus.OK

    def send(self, address: str, **typed: str) -> int:
        """Send the form from an IP address; return the status of the answer."""
        headers = {
            "Cookie": self.cookie,
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Forwarded-For": address,
        }
        answer, _ = self._request("POST", urlencode({**hidden_values(self.html), **typed}), headers)
        return answer.status

    def _request(
        self, method: str, body: str | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[http.client.HTTPResponse, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            connection.request(method, self._page, body, headers or {})
            answer = connection.getresponse()
            return answer, answer.read().decode()
        finally:
            connection.close()


@contextmanager
def pages_served(variables: Mapping[str, str], log: Path, *, processes: int) -> Iterator[int]:
    """Run the pages with this many processes behind a proxy; yield the port."""
    port = free_port()
    visitor = Stranger(port, SIGN_IN)
    others = {
        "SUPPORTERS_BASE_URL": f"http://127.0.0.1:{port}",
        "SUPPORTERS_PROXIES": "1",
    }
    with started_web({**variables, **others}, port, log=log, processes=processes):
        assert wait_until(visitor.open_page), log.read_text()
        yield port
