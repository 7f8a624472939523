"""An authority of RFC 3161 timestamps on loopback: its answers are those of `openssl ts`."""

import subprocess
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Self

CONFIGURATION = """
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[signer]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = one
[one]
dir = {folder}
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/signer.pem
signer_key = {folder}/signer.key
default_policy = 1.2.3.4.1
digests = {digests}
signer_digest = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


def run_openssl(*arguments: str) -> str:
    """Run openssl; return what it prints."""
    done = subprocess.run(["openssl", *arguments], check=True, capture_output=True, text=True)
    return done.stdout


class TimestampServer:
    """The authority. `odd`, if set, makes the answer to a request instead of it."""

    def __init__(self, folder: Path, *, digests: str = "sha256") -> None:
        self.folder, self.asked = folder, 0
        self.odd: Callable[[bytes], tuple[int, bytes]] | None = None
        folder.mkdir(parents=True)
        self._file("ts.cnf").write_text(CONFIGURATION.format(folder=folder, digests=digests))
        self._file("serial").write_text("01\n")
        self._make_certificates()

    @property
    def url(self) -> str:
        """The address that it answers at."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/tsr"

    @property
    def certificates(self) -> Path:
        """The file with the certificate of its root."""
        return self._file("root.pem")

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._make_handler())
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, query: bytes) -> bytes:
        """Return the answer to a request."""
        self._file("query").write_bytes(query)
        names = ("-queryfile", str(self._file("query")), "-out", str(self._file("reply")))
        run_openssl("ts", "-reply", "-config", str(self._file("ts.cnf")), *names)
        return self._file("reply").read_bytes()

    def _make_certificates(self) -> None:
        self._make_certificate("root")
        issuer = ("-CA", str(self._file("root.pem")), "-CAkey", str(self._file("root.key")))
        self._make_certificate("signer", *issuer)

    def _make_certificate(self, name: str, *issuer: str) -> None:
        key, certificate = self._file(f"{name}.key"), self._file(f"{name}.pem")
        run_openssl(
            *("req", "-x509", "-config", str(self._file("ts.cnf")), "-extensions", name, *issuer),
            *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650"),
            *("-subj", f"/CN=Test {name}", "-keyout", str(key), "-out", str(certificate)),
        )

    def _file(self, name: str) -> Path:
        return self.folder / name

    def _make_handler(self) -> type[BaseHTTPRequestHandler]:
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = self.rfile.read(int(self.headers["Content-Length"]))
                authority.asked += 1
                is_query = self.headers["Content-Type"] == "application/timestamp-query"
                make = authority.odd or (lambda query: (200, authority.answer(query)))
                status, body = make(query) if is_query else (415, b"")
                with suppress(OSError):  # the client may be gone
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def log_request(self, *_what: object) -> None:
                """Print nothing."""

        return Handler
