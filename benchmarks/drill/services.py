"""The services of a machine, for `supporters-release`: a systemctl that asks the drill."""

import os
import socketserver
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.drill.machine import Machine
from tests.release.services import SETPRIV

ASK = """#!{python}
import socket, sys
with socket.socket(socket.AF_UNIX) as line:
    line.connect({address!r})
    line.sendall(" ".join(sys.argv[1:]).encode() + b"\\n")
    sys.exit(int(line.recv(1) or b"1"))
"""
NOT_ACTIVE = 3


@contextmanager
def services_of(machine: Machine) -> Iterator[dict[str, str]]:
    """Answer systemctl for this block; yield the variables of root's shell."""
    programs = machine.folder / "bin"
    programs.mkdir(exist_ok=True)
    address = str(machine.folder / "systemctl.socket")

    class Answer(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            word, *units = self.rfile.readline().decode().split()
            self.wfile.write(str(act(machine, word, units)).encode())

    for name, text in (
        ("systemctl", ASK.format(python=sys.executable, address=address)),
        ("setpriv", SETPRIV),
    ):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    with socketserver.UnixStreamServer(address, Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield {
                "PATH": f"{programs}{os.pathsep}{machine.path}",
                "SETTINGS": str(machine.folder),
            }
        finally:
            server.shutdown()
            thread.join()
            Path(address).unlink()


def act(machine: Machine, word: str, units: Sequence[str]) -> int:
    """Do to the services of a machine what systemctl was told; return its status."""
    services = {
        "web": (machine.has_pages, machine.stop_web, machine.start_web),
        "worker": (machine.has_worker, machine.stop_worker, machine.start_worker),
    }
    chosen = [each for name, each in services.items() if any(f"-{name}@" in u for u in units)]
    if word == "is-active":
        return 0 if all(is_running for is_running, _, _ in chosen) else NOT_ACTIVE
    for _, stop, start in chosen:
        if word != "start":
            stop()
        if word != "stop":
            start()
    return 0
