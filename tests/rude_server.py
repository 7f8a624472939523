"""A mail server that follows a script: it answers each command as told, or hangs up."""

import socket
from contextlib import suppress
from threading import Thread
from types import TracebackType
from typing import Self

HANG_UP = ""
POLITE = {
    "CONNECT": "220 ready",
    "DATA": "354 go on",
    "BODY": "250 taken",
    "QUIT": "221 bye",
}


class RudeServer:
    """The server. `script` maps a command to its reply; CONNECT is the greeting, BODY the end.

    A reply of several lines is joined by line ends. After a reply to `then_leave` it hangs up.
    """

    def __init__(self, script: dict[str, str], *, then_leave: str = "") -> None:
        self._script = {**POLITE, **script}
        self._then_leave = then_leave
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.commands: list[str] = []
        self.bodies: list[bytes] = []

    def __enter__(self) -> Self:
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(timeout=5)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                with connection, suppress(OSError):
                    self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        lines = connection.makefile("rb")
        with lines:
            goes_on = self._reply(connection, "CONNECT")
            while goes_on and (line := lines.readline()):
                verb = line.decode("ascii").split()[0].upper()
                self.commands.append(verb)
                goes_on = self._reply(connection, verb)
                if goes_on and verb == "DATA" and self._script["DATA"].startswith("354"):
                    self.bodies.append(b"".join(iter(lines.readline, b".\r\n")))
                    goes_on = self._reply(connection, "BODY")

    def _reply(self, connection: socket.socket, verb: str) -> bool:
        """Answer a command; tell whether the connection goes on."""
        reply = self._script.get(verb, "250 fine")
        if reply != HANG_UP:
            connection.sendall(reply.encode() + b"\r\n")
        return reply != HANG_UP and verb not in {self._then_leave, "QUIT"}
