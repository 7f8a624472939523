"""The size of a visit of the sign-up page in transferred bytes: first visit and next visit."""

import gzip
import posixpath
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import brotli
import pytest
from flask import Flask

from supporters.config import Settings
from supporters.web.static_copies import make_copies
from tests.factories.lists import make_list
from tests.markup import Markup
from tests.web.test_served import HOST, Served, serve

PAGE = "/fr/join/national"
FIRST_VISIT = 30_000
NEXT_VISIT = 8_000
DECODERS = {b"br": brotli.decompress, b"gzip": gzip.decompress}
LOADED_BY_STYLE = re.compile(r'url\("([^":]+)"\)')


class Browser:
    """Loads pages with their files, caches them as allowed, and counts the received bytes."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._kept: set[str] = set()
        self._cookie = ""

    def visit(self, page: str) -> dict[str, int]:
        """Return the bytes of the answers, headers included, by their addresses."""
        received: dict[str, int] = {}
        waiting = [page]
        while waiting:
            address = waiting.pop().partition("#")[0]
            if address in received or address in self._kept:
                continue
            answer = self._ask(address)
            received[address] = len(answer)
            waiting += [urljoin(address, each) for each in _list_loaded(address, _read(answer))]
        return received

    def _ask(self, address: str) -> bytes:
        """Return an answer as it is transferred."""
        lines = (
            f"GET {address} HTTP/1.1",
            f"Host: {HOST}",
            "Accept-Encoding: gzip, deflate, br, zstd",
            "Accept-Language: fr-FR,fr;q=0.9",
            f"Cookie: {self._cookie}",
            "Connection: close",
        )
        with socket.create_connection(("127.0.0.1", self._port), timeout=30) as connection:
            connection.sendall("\r\n".join((*lines, "", "")).encode())
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        head = answer.partition(b"\r\n\r\n")[0]
        assert head.startswith(b"HTTP/1.1 200"), head
        if b"immutable" in head:
            self._kept.add(address)
        if cookie := re.search(rb"\nSet-Cookie: ([^;]+)", head):
            self._cookie = cookie[1].decode()
        return answer


def _read(answer: bytes) -> str:
    """Return the text of an answer, decompressed."""
    head, _, body = answer.partition(b"\r\n\r\n")
    encoding = re.search(rb"\nContent-Encoding: (\w+)", head)
    return (DECODERS[encoding[1]](body) if encoding else body).decode(errors="replace")


def _list_loaded(address: str, text: str) -> list[str]:
    """Return all files that a browser may load for a page or a style sheet."""
    if posixpath.splitext(address)[1] == ".css":
        return LOADED_BY_STYLE.findall(text)
    if not text.startswith("<!DOCTYPE html>"):
        return []
    links = re.findall(r'<(?:link|use)\s[^>]*?href="([^"]+)"', text)
    return [*links, *Markup(text).sources]


@pytest.fixture
def served(app: Flask, settings: Settings, tmp_path: Path) -> Iterator[Served]:
    """Run the site with the copies that `make` makes."""
    make_copies()
    make_list()
    yield from serve(settings, tmp_path, "app", f"https://{HOST}")


def test_the_signup_page_is_light_at_first_and_lighter_the_next_time(served: Served) -> None:
    browser = Browser(served.port)
    first, following = browser.visit(PAGE), browser.visit(PAGE)
    assert {path.rpartition(".")[2] for path in first} >= {"css", "svg"}
    assert sum(first.values()) <= FIRST_VISIT, first
    assert list(following) == [PAGE]
    assert sum(following.values()) <= NEXT_VISIT, following
