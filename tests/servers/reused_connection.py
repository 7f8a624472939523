"""A connection to a site that stays open: requests as bytes, answers with their status.

It needs a tenth of the CPU time of `http.client`, so that visitors on the same machine take little
from what they visit.
"""

import select
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass

IDLE_AT_MOST = 1.0  # seconds: gunicorn closes an idle connection after two
HEAD_END = b"\r\n\r\n"
PIECE_BYTES = 65_536
FORM = "application/x-www-form-urlencoded"


class ConnectionCut(OSError):
    """The site closed the connection before the end of its answer."""


@dataclass(frozen=True)
class Reply:
    """An answer: its status, its head and its body."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        """Return a header; empty if it is missing."""
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.strip().lower() == name.lower().encode():
                return value.strip().decode("latin-1")
        return ""


def write_request(
    port: int, path: str, body: str | None = None, headers: Mapping[str, str] | None = None
) -> bytes:
    """Return the bytes of a GET to a port of the loopback, or of a POST if there is a body."""
    method, lines = (
        "GET" if body is None else "POST",
        {"Host": f"127.0.0.1:{port}", **(headers or {})},
    )
    if body is not None:
        lines = {"Content-Type": FORM, "Content-Length": str(len(body.encode())), **lines}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n{body or ''}".encode()


class ReusedConnection:
    """One connection to a port of the loopback. It never sends a request a second time."""

    def __init__(self, port: int, timeout: float = 60) -> None:
        self._port = port
        self._timeout = timeout
        self._wire: socket.socket | None = None
        self._used_at = 0.0

    def ask(self, request: bytes) -> Reply:
        """Send a request and return the answer. Raises OSError if there is none."""
        wire = self._open()
        try:
            wire.sendall(request)
            reply = _read_reply(wire)
        except OSError:
            self.close()
            raise
        self._used_at = time.monotonic()
        if reply.header("Connection").lower() == "close":
            self.close()
        return reply

    def close(self) -> None:
        """Close it; the next request opens it again."""
        if self._wire is not None:
            self._wire.close()
            self._wire = None

    def is_closed_there(self) -> bool:
        """Tell whether the site closed it, as far as is known here."""
        return self._wire is not None and bool(select.select([self._wire], [], [], 0)[0])

    def _open(self) -> socket.socket:
        """Return the open connection; a new one if the site may have closed it meanwhile."""
        is_idle = time.monotonic() - self._used_at > IDLE_AT_MOST
        if self._wire is not None and (is_idle or self.is_closed_there()):
            self.close()
        if self._wire is None:
            self._wire = socket.create_connection(("127.0.0.1", self._port), self._timeout)
            self._wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._wire


def _read_reply(wire: socket.socket) -> Reply:
    read = _read_more(wire, b"")
    while HEAD_END not in read:
        read = _read_more(wire, read)
    head, _, body = read.partition(HEAD_END)
    reply = Reply(int(head.split(b" ", 2)[1]), head, b"")
    if reply.header("Transfer-Encoding").lower() == "chunked":
        while not body.endswith(b"0\r\n\r\n"):
            body = _read_more(wire, body)
        return Reply(reply.status, head, _join_chunks(body))
    size = int(reply.header("Content-Length") or 0)
    while len(body) < size:
        body = _read_more(wire, body)
    return Reply(reply.status, head, body)


def _read_more(wire: socket.socket, read: bytes) -> bytes:
    piece = wire.recv(PIECE_BYTES)
    if not piece:
        raise ConnectionCut("The connection was cut.")
    return read + piece


def _join_chunks(body: bytes) -> bytes:
    joined = b""
    while body:
        line, _, body = body.partition(b"\r\n")
        size = int(line, 16)
        joined, body = joined + body[:size], body[size + 2 :]
        if not size:
            break
    return joined
