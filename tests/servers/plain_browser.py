"""A browser without JavaScript that visits a running site over HTTP, and keeps its cookies."""

import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from typing import NamedTuple
from urllib.parse import urlencode

from tests.web.public.pages import hidden_values


class Answer(NamedTuple):
    """The answer of a page, with redirects followed."""

    status: int
    html: str


class Browser:
    """One visitor."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self._opener = urllib.request.build_opener(cookies)

    def get(self, page: str) -> Answer:
        """Open a page. Raises OSError if no server answers."""
        return self._open(page, None)

    def press(self, page: str, **fields: str) -> Answer:
        """Open a page, fill in its form and send it."""
        values = {**hidden_values(self.get(page).html), **fields}
        return self._open(page, urlencode(values).encode())

    def _open(self, page: str, body: bytes | None) -> Answer:
        try:
            with self._opener.open(f"{self._base_url}{page}", body, timeout=30) as response:
                return Answer(response.status, response.read().decode())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.read().decode())
