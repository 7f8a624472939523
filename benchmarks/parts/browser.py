"""A browser of the benchmark: real requests over one connection, with the cookies of an account."""

import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from tests.factories.accounts import PASSWORD
from tests.web.public.pages import hidden_values

SIGN_IN = "/console/sign-in"
SEE_OTHER, FOUND = 303, 302


@dataclass(frozen=True)
class Answer:
    """The answer to a request, and its time from the first byte sent to the last one read."""

    status: int
    location: str
    text: str
    seconds: float


class Browser:
    """A browser that asks gunicorn on a port, by the host name of the base URL."""

    def __init__(self, port: int, host: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port)
        self._headers = {"Host": host, "Accept-Encoding": "identity", "Sec-Fetch-Dest": "document"}
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        """Get a page."""
        return self._ask("GET", path)

    def press(self, path: str, **fields: str) -> Answer:
        """Send the form of a page, with its hidden inputs."""
        page = self.get(path)
        body = urlencode({**hidden_values(page.text), **fields})
        return self._ask("POST", path, body)

    def sign_in(self, email: str) -> None:
        """Sign in with the password. Raises SystemExit if that fails."""
        answer = self.press(SIGN_IN, email=email, password=PASSWORD)
        if answer.status not in {FOUND, SEE_OTHER} or SIGN_IN in answer.location:
            raise SystemExit(f"{email} can't sign in: {answer.status}")

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        headers = {**self._headers, "Cookie": "; ".join(map("=".join, self._cookies.items()))}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        started = time.perf_counter()
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        text = response.read().decode(errors="replace")
        seconds = time.perf_counter() - started
        self._keep_cookies(response)
        location = urlsplit(response.headers.get("Location", ""))
        target = f"{location.path}?{location.query}" if location.query else location.path
        return Answer(response.status, target, text, seconds)

    def _keep_cookies(self, response: HTTPResponse) -> None:
        for line in response.headers.get_all("Set-Cookie") or ():
            for name, each in SimpleCookie(line).items():
                self._cookies[name] = each.value
