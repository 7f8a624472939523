"""A firewall before a mail server: it forgets connections without telling either side."""

import socket
from contextlib import suppress
from threading import Thread
from typing import Self


class ForgetfulFirewall:
    """Passes bytes on. Bytes on a forgotten connection are lost; nobody closes it."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._generation = 0
        self._open: list[socket.socket] = []
        self.connections = 0
        self.lost = b""
        self.passed = b""

    def forget(self) -> None:
        """Forget the connections of now; new ones work."""
        self._generation += 1

    def __enter__(self) -> Self:
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        for each in [self._listener, *self._open]:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.connections += 1
                server = socket.create_connection(("127.0.0.1", self._target))
                self._open += [client, server]
                for source, sink in ((client, server), (server, client)):
                    arguments = (source, sink, self._generation, source is client)
                    Thread(target=self._pass_on, args=arguments, daemon=True).start()

    def _pass_on(
        self, source: socket.socket, sink: socket.socket, generation: int, is_ours: bool
    ) -> None:
        with suppress(OSError):
            while came := source.recv(65536):
                if generation != self._generation:
                    self.lost += came if is_ours else b""
                    continue
                self.passed += came if is_ours else b""
                sink.sendall(came)
            if generation == self._generation:
                sink.shutdown(socket.SHUT_WR)
