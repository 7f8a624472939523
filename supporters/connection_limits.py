"""Ends connections that last too long: a server may send one byte every few seconds."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Timer


@contextmanager
def at_most(seconds: float, connected: socket.socket) -> Iterator[None]:
    """Break a connection after a time."""

    def end() -> None:
        with suppress(OSError):
            connected.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
