"""A mail server that follows a script: it answers each command from it, or hangs up."""

import datetime as dt
import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HANG_UP = ""
FINE = "250 fine"
POLITE = {
    "CONNECT": "220 ready",
    "DATA": "354 go on",
    "BODY": "250 taken",
    "QUIT": "221 bye",
    "STARTTLS": "220 go ahead",
}


@dataclass(frozen=True)
class Odd:
    """A reply in an unusual form."""

    text: str
    end: str = "\r\n"
    seconds_before: float = 0
    seconds_between_bytes: float = 0
    is_last: bool = False


def half(text: str) -> Odd:
    """Return the beginning of a reply, after which the server hangs up."""
    return Odd(text, end="", is_last=True)


def last(text: str) -> Odd:
    """Return a reply after which the server hangs up."""
    return Odd(text, is_last=True)


Said = str | Odd
Script = Mapping[str, Said | Sequence[Said]]


@dataclass(frozen=True)
class Tls:
    """How the server does TLS; `at` is CONNECT or STARTTLS."""

    certificate: Path
    at: str = "STARTTLS"

    def wrap(self, connection: socket.socket) -> ssl.SSLSocket:
        """Return the connection over TLS."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        return context.wrap_socket(connection, server_side=True)


def make_certificate(folder: Path, *names: str) -> Path:
    """Make a self-signed certificate for 127.0.0.1 and these host names; return its file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    here = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    hosts = x509.SubjectAlternativeName([here, *map(x509.DNSName, names)])
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=36500))
        .add_extension(hosts, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "relay.pem"
    file.write_bytes(private + certificate.public_bytes(pem))
    return file


class RudeServer:
    """The server. `script` maps a command to its reply; CONNECT is the greeting, BODY the end.

    A list of replies is used up one by one; after it the reply is the polite one. A reply of
    several lines is joined by line ends. After a reply to `then_leave` it hangs up.
    """

    def __init__(
        self,
        script: Script,
        *,
        then_leave: str = "",
        can: Sequence[str] = (),
        tls: Tls | None = None,
    ) -> None:
        self._script = {
            verb: list(said) if isinstance(said, list | tuple) else said
            for verb, said in {**POLITE, **script}.items()
        }
        self._then_leave = then_leave
        self._can = list(can)
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._talk: _Talk | None = None
        self.commands: list[str] = []
        self.lines: list[str] = []
        self.bodies: list[bytes] = []
        self.accepted: list[tuple[str, bytes]] = []
        self.reads: list[bytes] = []
        self.connections = 0
        self.came_before_354: list[bytes] = []

    def __enter__(self) -> Self:
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Take no more connections, and cut the open one; it may be called twice."""
        if self._listener.fileno() == -1:
            return
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        talk = self._talk
        if talk is not None:
            talk.cut()
        self._thread.join(timeout=5)

    def reply_to(self, verb: str) -> Odd:
        """Return the script's reply to a command."""
        said = self._script.get(verb, FINE)
        if isinstance(said, list):
            said = said.pop(0) if said else POLITE.get(verb, FINE)
        if verb == "EHLO" and said == FINE:
            said = "\r\n".join([*(f"250-{line}" for line in ["hello", *self._can]), "250 HELP"])
        reply = said if isinstance(said, Odd) else Odd(said)
        if reply.text == HANG_UP:
            return Odd(HANG_UP, end="", is_last=True)
        return replace(reply, is_last=True) if verb in {self._then_leave, "QUIT"} else reply

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                self._talk = talk = _Talk(self, connection)
                with suppress(OSError, _Ends):
                    talk.hold(self._tls)
                talk.hang_up()


class _Ends(Exception):
    """The server has sent its last reply, or the client has gone."""


class _Talk:
    """One connection. Replies are sent once all commands that have come are answered."""

    def __init__(self, server: RudeServer, connection: socket.socket) -> None:
        self._server = server
        self._connection = connection
        self._came = b""
        self._to_say = b""
        self._recipient = ""

    def hold(self, tls: Tls | None) -> None:
        """Answer until the end. Raises _Ends."""
        if tls is not None and tls.at == "CONNECT":
            self._connection = tls.wrap(self._connection)
        self._answer("CONNECT")
        while True:
            line = self._take_until(b"\r\n")
            verb = line.decode().split()[0].upper()
            self._server.commands.append(verb)
            self._server.lines.append(line.decode().rstrip())
            text = self._answer(verb)
            if verb == "STARTTLS" and tls is not None:
                self._speak()
                self._connection, self._came = tls.wrap(self._connection), b""
            self._go_along(verb, line, text)

    def _go_along(self, verb: str, line: bytes, text: str) -> None:
        if verb in {"MAIL", "RSET"}:
            self._recipient = ""
        elif verb == "RCPT" and text.startswith("2"):
            self._recipient = line.decode().partition("<")[2].rpartition(">")[0]
        elif verb == "DATA" and text.startswith("354"):
            self._take_body()

    def _take_body(self) -> None:
        self._speak()
        content = b""
        while not content.endswith(b"\r\n.\r\n") and content != b".\r\n":
            content += self._take_until(b"\r\n")
        self._server.bodies.append(content.removesuffix(b".\r\n"))
        reply = self._server.reply_to("BODY")
        is_whole = "\r\n" in reply.text + reply.end
        if reply.text.startswith("2") and is_whole and self._recipient:
            self._server.accepted.append((self._recipient, content.removesuffix(b".\r\n")))
        self._say(reply)

    def _answer(self, verb: str) -> str:
        reply = self._server.reply_to(verb)
        if verb == "DATA" and reply.text.startswith("354"):
            self._note_what_came(reply.seconds_before)
        self._say(reply)
        return reply.text

    def _note_what_came(self, seconds: float) -> None:
        """Record the bytes that came after DATA while its answer was held back."""
        self._speak()
        with suppress(TimeoutError):
            if seconds:
                self._connection.settimeout(seconds)
                self._receive()
        self._connection.settimeout(None)
        self._server.came_before_354.append(self._came)

    def _say(self, reply: Odd) -> None:
        said = (reply.text + reply.end).encode()
        time.sleep(reply.seconds_before)
        if reply.seconds_between_bytes:
            self._speak()
            for byte in said:
                self._connection.sendall(bytes([byte]))
                time.sleep(reply.seconds_between_bytes)
            said = b""
        self._to_say += said
        if reply.is_last:
            self._speak()
            raise _Ends

    def _speak(self) -> None:
        said, self._to_say = self._to_say, b""
        self._connection.sendall(said)

    def _take_until(self, end: bytes) -> bytes:
        while end not in self._came:
            self._speak()
            self._receive()
        taken, _, self._came = self._came.partition(end)
        return taken + end

    def _receive(self) -> None:
        came = self._connection.recv(65536)
        if not came:
            raise _Ends
        self._server.reads.append(came)
        self._came += came

    def hang_up(self) -> None:
        """Close after the client has read everything."""
        with self._connection, suppress(OSError):
            self._connection.shutdown(socket.SHUT_WR)
            self._connection.settimeout(1)
            while self._connection.recv(65536):
                pass

    def cut(self) -> None:
        """Cut the connection."""
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
