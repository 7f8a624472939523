"""A site on this machine that speaks TLS and answers by path; it records what it was asked."""

import ssl
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from tests.servers.rude_server import make_certificate

HOST = "pages.example"
BAD_HEAD = "/no-head"


@dataclass
class PageServer:
    """The port, a context that trusts the site, and the requests: method, path, headers."""

    port: int
    context: ssl.SSLContext
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)


@contextmanager
def page_server(host: str = HOST, pages: Mapping[str, bytes] | None = None) -> Iterator[PageServer]:
    """Run the site. A path such as /404 has that status, and /303 leads to this machine.

    `pages` have a body.
    """
    bodies = pages or {}

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            served.asked.append((self.command, self.path, dict(self.headers)))
            digits = self.path.strip("/").partition("?")[0]
            status = int(digits) if digits.isdecimal() else 200
            if self.path == BAD_HEAD:
                status = 405 if self.command == "HEAD" else 200
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", "https://127.0.0.1/secret")
            self.send_header("Set-Cookie", "id=1")
            body = bodies.get(self.path, b"")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_HEAD = do_GET = answer  # noqa: N815 - the names that http.server calls

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
            """Write nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with tempfile.TemporaryDirectory() as folder:
        certificate = make_certificate(Path(folder), host)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        trusting = ssl.create_default_context(cafile=str(certificate))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    served = PageServer(server.server_port, trusting)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield served
    server.shutdown()
    server.server_close()
    thread.join()
