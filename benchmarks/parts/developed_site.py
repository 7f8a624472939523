"""Runs any version of the program as `make run` does, with its sample party and its mailbox."""

import email.policy
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from tests.servers.ports import free_port
from tests.servers.processes import wait_until

READY = "Ctrl-C"
LINK = re.compile(r"https?://\S+/confirm/\S+")
CODE = re.compile(r"\b\d{3}[ \u00a0\u202f]?\d{3}\b")
COMES_WITHIN_SECONDS = 60
SAID_LINES = 20


@dataclass(frozen=True)
class Letter:
    """The confirmation email as its reader gets it."""

    subject: str
    text: str

    @property
    def link(self) -> str:
        """The address behind its button."""
        link: str = LINK.findall(self.text)[0]
        return link

    @property
    def code(self) -> str:
        """The code to type instead."""
        return re.sub(r"\D", "", CODE.findall(f"{self.subject}\n{self.text}")[0])


@dataclass(frozen=True)
class DevelopedSite:
    """The address of a running site, and the folder of its files."""

    url: str
    instance: Path

    def wait_for_email(self, address: str) -> Letter:
        """Return the email to an address. Raises SystemExit if none comes."""
        found: list[Letter] = []

        def has_come() -> bool:
            found.extend(map(_read, self._list_emails_to(address)))
            return bool(found)

        if not wait_until(has_come, seconds=COMES_WITHIN_SECONDS, every=0.2):
            raise SystemExit(f"No email came to {address}.")
        return found[0]

    def _list_emails_to(self, address: str) -> list[EmailMessage]:
        files = (self.instance / "inbox").glob("*.eml")
        parsed = [
            email.message_from_bytes(each.read_bytes(), policy=email.policy.default)
            for each in files
        ]
        return [each for each in parsed if address in f"{each['Delivered-To']} {each['To']}"]


@contextmanager
def developed(checkout: Path, instance: Path) -> Iterator[DevelopedSite]:
    """Run `flask develop` of a checkout, with its own packages, until the end of the block."""
    url = f"http://127.0.0.1:{free_port()}"
    variables = {
        **os.environ,
        "SUPPORTERS_ENV": "development",
        "SUPPORTERS_BASE_URL": url,
        "SUPPORTERS_MAIL_PORT": str(free_port()),
        "SUPPORTERS_GRACE_SECONDS": "0",
        "SUPPORTERS_INSTANCE_DIR": str(instance),
        "PYTHONPATH": "",
    }
    command = [str(checkout / ".venv/bin/python"), "-m", "flask", "--app", "app.py", "develop"]
    with subprocess.Popen(
        command,
        cwd=checkout,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        _wait_until_ready(process)
        try:
            yield DevelopedSite(url, instance)
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=COMES_WITHIN_SECONDS)


def _wait_until_ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if READY in line:
            return
    raise SystemExit("flask develop ended:\n" + "".join(said[-SAID_LINES:]))


def _read(message: EmailMessage) -> Letter:
    text = message.get_body(("plain",))
    assert isinstance(text, EmailMessage)
    return Letter(str(message["Subject"]), text.get_content())
