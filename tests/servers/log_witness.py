"""A witness of transparency logs on loopback, written from C2SP tlog-witness alone.

It shares only the clock with the program: it reads signed notes and checks consistency (RFC 9162
section 2.1.4.2) by itself.
"""

import hashlib
import re
import ssl
from base64 import b64decode, b64encode
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import NamedTuple, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from supporters import clock

REQUEST = re.compile(
    r"old (0|[1-9][0-9]*)\n((?:[A-Za-z0-9+/]{43}=\n){0,63})\n"
    r"((\S+)\n(0|[1-9][0-9]*)\n([A-Za-z0-9+/]{43}=)\n(?:.+\n)*)\n((?:— \S+ \S+\n)+)"
)


class Reply(NamedTuple):
    """The status, the body, and a header or two of an answer."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


class Tree(NamedTuple):
    """The tree that the witness signed last of a log."""

    size: int = 0
    root: bytes = b""


class LogWitness:
    """The witness. `odd`, if set, answers instead of it; it may sleep, or send nothing."""

    def __init__(
        self, name: str = "witness.example/w1", *, certificate: Path | None = None
    ) -> None:
        self.name, self.key = name, Ed25519PrivateKey.generate()
        self.logs: dict[str, Ed25519PublicKey] = {}
        self.trees: dict[str, Tree] = {}
        self.asked: list[str] = []
        self.clock: Callable[[], datetime] = clock.now
        self.odd: Callable[[Self, str], Reply | None] | None = None
        self._lock = Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._make_handler())
        self._server.daemon_threads = True
        self._scheme = "http" if certificate is None else "https"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """The submission prefix."""
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}/witness"

    @property
    def vkey(self) -> str:
        """The key as policies name it."""
        raw = b"\4" + self.key.public_key().public_bytes_raw()
        return f"{self.name}+{self._key_id().hex()}+{b64encode(raw).decode()}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def trust(self, vkey: str) -> None:
        """Know a log by its key."""
        origin, _, key = vkey.split("+", 2)
        self.logs[origin] = Ed25519PublicKey.from_public_bytes(b64decode(key)[1:])

    def answer(self, text: str) -> Reply:
        """Answer a request as the specification says."""
        match = REQUEST.fullmatch(text)
        if match is None:
            return Reply(400, b"no request\n")
        old, proof, body, origin, size, root, signatures = match.groups()
        if origin not in self.logs:
            return Reply(404, b"unknown log\n")
        if not _is_signed(self.logs[origin], origin, body, signatures):
            return Reply(403, b"no signature by this log\n")
        told = Tree(int(size), b64decode(root))
        with self._lock:
            last = self.trees.get(origin, Tree())
            refusal = _refuse(last, int(old), told, [*map(b64decode, proof.split())])
            if refusal is None:
                self.trees[origin] = told
        return refusal or Reply(200, self.sign(body).encode())

    def sign(self, body: str) -> str:
        """Return the line of a cosignature of a checkpoint's three lines."""
        now = int(self.clock().timestamp())
        signed = self.key.sign(f"cosignature/v1\ntime {now}\n{body}".encode())
        raw = self._key_id() + now.to_bytes(8, "big") + signed
        return f"— {self.name} {b64encode(raw).decode()}\n"

    def _key_id(self) -> bytes:
        raw = b"\4" + self.key.public_key().public_bytes_raw()
        return hashlib.sha256(f"{self.name}\n".encode() + raw).digest()[:4]

    def _make_handler(self) -> type[BaseHTTPRequestHandler]:
        witness = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                text = self.rfile.read(int(self.headers["Content-Length"])).decode()
                witness.asked.append(text)
                is_here = self.path == "/witness/add-checkpoint"
                odd = witness.odd(witness, text) if witness.odd else None
                reply = odd or (witness.answer(text) if is_here else Reply(410))
                with suppress(OSError):  # the client may be gone
                    self._send(reply)

            def _send(self, reply: Reply) -> None:
                self.send_response(reply.status)
                for name, value in (("Content-Length", str(len(reply.body))), *reply.headers):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.body)

            def log_request(self, *_what: object) -> None:
                """Print nothing."""

        return Handler


def _is_signed(key: Ed25519PublicKey, origin: str, body: str, signatures: str) -> bool:
    raw_key = b"\1" + key.public_bytes_raw()
    key_id = hashlib.sha256(f"{origin}\n".encode() + raw_key).digest()[:4]
    for line in signatures.splitlines():
        _, name, encoded = line.split(" ")
        raw = b64decode(encoded)
        if name == origin and raw[:4] == key_id:
            try:
                key.verify(raw[4:], body.encode())
            except InvalidSignature:
                return False
            return True
    return False


def _refuse(last: Tree, old: int, told: Tree, proof: list[bytes]) -> Reply | None:
    if old > told.size:
        return Reply(400, b"the old size is larger\n")
    conflict = Reply(409, f"{last.size}\n".encode(), (("Content-Type", "text/x.tlog.size"),))
    if old != last.size:
        return conflict
    if old == told.size and old:
        return None if told.root == last.root and not proof else conflict
    if not _is_consistent(old, told.size, last.root, told.root, proof):
        return Reply(422, b"inconsistent\n")
    return None


def _is_consistent(first: int, second: int, old: bytes, new: bytes, path: list[bytes]) -> bool:
    """Verify a proof (RFC 9162 section 2.1.4.2)."""
    if first == 0:
        return not path
    if first & (first - 1) == 0:
        path = [old, *path]
    if not path:
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for step in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = _hash(step, fr), _hash(step, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = _hash(sr, step)
        fn, sn = fn >> 1, sn >> 1
    return fr == old and sr == new and sn == 0


def _hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()
