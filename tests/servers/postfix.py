"""A Postfix of the test's own on loopback: it relays, and writes the notices of what it can't."""

import shutil
import smtplib
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.machinery.databases import free_port
from tests.servers.processes import wait_until

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.example
mydestination =
alias_maps =
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
transport_maps = texthash:{folder}/transport
virtual_mailbox_domains = {mailbox_domain}
virtual_mailbox_maps = static:box/
virtual_mailbox_base = {folder}
virtual_uid_maps = static:{user}
virtual_gid_maps = static:{group}
maximal_queue_lifetime = 0
smtp_dns_support_level = disabled
smtp_host_lookup = native
lmtp_host_lookup = native
"""
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - y - - smtp
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""
NO_DNS = (
    "hosts: files\n"  # for the SMTP client, which runs in its queue's folder: all else is unknown
)


@dataclass(frozen=True)
class Postfix:
    """A running Postfix."""

    port: int
    folder: Path

    @property
    def maildir(self) -> Path:
        """The Maildir of all addresses at its own domain."""
        return self.folder / "box"

    def send(self, sender: str, recipient: str) -> None:
        """Hand a message over."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=60) as client:
            body = f"From: lettre@parti.example\r\nTo: {recipient}\r\nSubject: x\r\n\r\nHello\r\n"
            client.sendmail(sender, [recipient], body)


@contextmanager
def running_postfix(
    folder: Path, transports: Mapping[str, str], *, mailbox_domain: str, owner: tuple[int, int]
) -> Iterator[Postfix]:
    """Run Postfix in a folder that every user may enter; skip the test without the program."""
    program = shutil.which("postfix", path="/usr/sbin:/usr/bin:/bin")
    if program is None:
        pytest.skip("postfix is not installed")
    port, settings = free_port(), folder / "etc"
    for each in ("etc", "queue", "data"):
        (folder / each).mkdir()
    shutil.chown(folder / "data", "postfix")
    values = {"folder": folder, "port": port, "mailbox_domain": mailbox_domain}
    values |= {"user": owner[0], "group": owner[1]}
    (settings / "main.cf").write_text(MAIN.format(**values))
    (settings / "master.cf").write_text(MASTER.format(**values))
    lines = (f"{domain} {transport}\n" for domain, transport in transports.items())
    (folder / "transport").write_text("".join(lines))
    with (folder / "said").open("w") as said:
        process = subprocess.Popen(
            [program, "-c", str(settings), "start-fg"], stdout=said, stderr=said
        )
    try:
        assert wait_until(lambda: _answers(port) or process.poll() is not None, seconds=60)
        assert process.poll() is None, (folder / "said").read_text()
        (folder / "queue" / "etc" / "nsswitch.conf").write_text(NO_DNS)
        yield Postfix(port, folder)
    finally:
        process.terminate()
        process.wait(60)


def _answers(port: int) -> bool:
    try:
        smtplib.SMTP("127.0.0.1", port, timeout=5).close()
    except OSError:
        return False
    return True
