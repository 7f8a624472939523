"""A wire between a worker and PostgreSQL that can be blocked or cut, while both go on."""

import select
import socket
from contextlib import suppress
from threading import Event, Thread
from typing import Self
from urllib.parse import parse_qs, urlsplit

PORT = 5432
LOOKS_EVERY_SECONDS = 0.1


class Wire:
    """A port of the loopback that leads to the socket of a PostgreSQL server."""

    def __init__(self, database_url: str) -> None:
        address = urlsplit(database_url)
        self._socket = f"{parse_qs(address.query)['host'][0]}/.s.PGSQL.{PORT}"
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        self.database_url = f"postgresql://postgres@127.0.0.1:{port}{address.path}"
        self._flows, self._ends = Event(), Event()
        self._flows.set()
        self._ways: list[tuple[socket.socket, socket.socket]] = []

    def __enter__(self) -> Self:
        self._thread = Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ends.set()
        self._flows.set()
        self.cut()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def freeze(self) -> None:
        """Block everything, without a sign of it."""
        self._flows.clear()

    def thaw(self) -> None:
        """Unblock it."""
        self._flows.set()

    def cut(self) -> None:
        """End every connection."""
        ways, self._ways = self._ways, []
        for ends in ways:
            for each in ends:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(self._socket)
                self._ways.append((near, far))
                Thread(target=self._carry, args=(near, far), daemon=True).start()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        other = {near: far, far: near}
        with near, far, suppress(OSError):
            while not self._ends.is_set():
                readable, _, _ = select.select([near, far], [], [], LOOKS_EVERY_SECONDS)
                for each in readable:
                    received = each.recv(65536)
                    self._flows.wait()
                    if not received:
                        return
                    other[each].sendall(received)
