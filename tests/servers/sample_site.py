"""A running installation with the sample party, as `make run` starts it."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.machinery.prepared_states import make_once
from tests.servers.ports import free_port
from tests.servers.processes import PATIENCE_SECONDS, command, start_process


@dataclass(frozen=True)
class Site:
    """A running installation and the sign-in of its sample owner."""

    url: str
    email: str = "proprietaire@parti.example"
    password: str = "parti-de-l-exemple"


@pytest.fixture(scope="session")
def sample(shared_folder: Path) -> Path:
    """Return the instance folder that a first start with sample data left; made once of all."""

    def make(folder: Path) -> None:
        with start_site("127.0.0.1", folder):
            """It ends as soon as all is there."""

    return make_once(shared_folder / "sample", make)


@contextmanager
def start_site(host: str, folder: Path) -> Iterator[Site]:
    """Start everything on a name of this machine, and end it."""
    url = f"http://{host}:{free_port()}"
    variables = {
        "SUPPORTERS_ENV": "development",
        "SUPPORTERS_BASE_URL": url,
        "SUPPORTERS_MAIL_PORT": str(free_port()),
        "SUPPORTERS_GRACE_SECONDS": "0",
        "SUPPORTERS_INSTANCE_DIR": str(folder),
    }
    process = start_process(
        command("develop"), {**os.environ, **variables}, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if "Ctrl-C ends it" in line:
                break
        yield Site(url)
    finally:
        process.send_signal(signal.SIGINT)
        status = process.wait(PATIENCE_SECONDS)
        process.stdout.close()
    assert status == 0
