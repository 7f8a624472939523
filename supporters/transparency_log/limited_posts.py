"""Posts something to another site: no redirect is followed, and the exchange takes seconds."""

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from urllib.parse import urlsplit

from supporters.connection_limits import at_most

STEP_SECONDS, LONGEST_SECONDS = 5.0, 10.0
MOST_BYTES = 64 * 1024
PORTS = {"https": 443, "http": 80}


def post(url: str, body: bytes, content_type: str) -> tuple[int, bytes]:
    """Return the status and the body of an answer, of which one octet too many is read at most.

    Raises OSError, HTTPException and ValueError.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    connection = HTTPConnection(host, port)
    connection.auto_open = 0  # it never connects by itself
    headers = {"Content-Type": content_type, "Connection": "close"}
    with _connected(host, port, is_secure=parts.scheme == "https") as connection.sock:
        connection.request("POST", parts.path or "/", body, headers)
        with connection.getresponse() as answer:
            return answer.status, answer.read(MOST_BYTES + 1)


@contextmanager
def _connected(host: str, port: int, *, is_secure: bool) -> Iterator[socket.socket]:
    """Connect to a host for some seconds; with TLS, check its name. Raises OSError."""
    ends_at = time.monotonic() + LONGEST_SECONDS
    raw = socket.create_connection((host, port), timeout=STEP_SECONDS)
    if is_secure:
        context = ssl.create_default_context()
        raw = context.wrap_socket(raw, server_hostname=host, do_handshake_on_connect=False)
    with closing(raw), at_most(max(0.0, ends_at - time.monotonic()), raw):
        if isinstance(raw, ssl.SSLSocket):
            raw.do_handshake()
        yield raw
