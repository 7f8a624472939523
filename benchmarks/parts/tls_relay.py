"""Puts TLS before the receiver, with stunnel: the emails arrive encrypted, as at a real relay."""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.parts.sink import find_program, wait_until_it_listens
from tests.faults.receiver.certificates import make_certificate
from tests.servers.ports import free_port


@contextmanager
def encrypted_relay(folder: Path, port: int) -> Iterator[Mapping[str, str]]:
    """Accept TLS and pass it on to a port; yield the variables with which the worker uses it."""
    ours, certificate = free_port(), make_certificate(folder / "relay.pem")
    configuration = folder / "stunnel.conf"
    configuration.write_text(
        f"foreground = yes\npid =\ncert = {certificate}\n"
        f"[mail]\naccept = 127.0.0.1:{ours}\nconnect = 127.0.0.1:{port}\n"
    )
    with (folder / "stunnel.log").open("wb") as log:
        process = subprocess.Popen(
            [find_program("stunnel", package="stunnel4"), configuration], stdout=log, stderr=log
        )
    try:
        wait_until_it_listens("stunnel", ours)
        yield {
            "SUPPORTERS_MAIL_PORT": str(ours),
            "SUPPORTERS_MAIL_TLS": "tls",
            "SSL_CERT_FILE": str(certificate),
        }
    finally:
        process.terminate()
        process.wait()
