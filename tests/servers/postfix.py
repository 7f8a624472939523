"""A Postfix of the test's own on loopback: it relays, and writes the notices of what it can't."""

import os
import shutil
import signal
import smtplib
import subprocess
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.servers.dns_server import DnsServer
from tests.servers.processes import is_alive, wait_until

SETTINGS = {
    "compatibility_level": "3.6",
    "queue_directory": "{folder}/queue",
    "data_directory": "{folder}/data",
    "maillog_file": "{folder}/log",
    "maillog_file_prefixes": "{folder}",
    "inet_interfaces": "127.0.0.1",
    "inet_protocols": "ipv4",
    "myhostname": "relay.example",
    "mydestination": "",
    "alias_maps": "",
    "mynetworks": "127.0.0.0/8",
    "smtpd_relay_restrictions": "permit_mynetworks, reject",
    "transport_maps": "texthash:{folder}/transport",
    "smtp_dns_support_level": "disabled",
    "smtp_host_lookup": "native",
    "lmtp_host_lookup": "native",
}
MAILBOXES = {
    "virtual_mailbox_maps": "static:box/",
    "virtual_uid_maps": "static:{user}",
    "virtual_gid_maps": "static:{group}",
}
LISTENING = "127.0.0.1:{port} inet n - n - - smtpd -o smtpd_discard_ehlo_keywords={lacks}\n"
SERVICES = """
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
DNS_PORT = 53  # the C library asks no other


@dataclass(frozen=True)
class Postfix:
    """A running Postfix."""

    port: int
    folder: Path

    @property
    def log(self) -> str:
        """The lines that it wrote so far."""
        return (self.folder / "log").read_text()

    def send(self, sender: str, recipient: str) -> None:
        """Hand a message over."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=60) as client:
            body = f"From: lettre@parti.example\r\nTo: {recipient}\r\nSubject: x\r\n\r\nHello\r\n"
            client.sendmail(sender, [recipient], body)


@contextmanager
def running_postfix(
    ports: Mapping[int, Collection[str]],
    transports: Mapping[str, str] | None = None,
    *,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Postfix]:
    """Run Postfix on some ports, each without some extensions; route domains by `transports`.

    Skip the test where Postfix isn't installed, or may not be started.
    """
    program = shutil.which("postfix", path="/usr/sbin:/usr/bin:/bin")
    if program is None or os.geteuid() != 0:
        pytest.skip("postfix is not installed, or this user may not start it")
    with tempfile.TemporaryDirectory(prefix="postfix-") as name:
        folder = Path(name)
        _write_settings(folder, ports, transports or {}, {**SETTINGS, **(settings or {})})
        port = next(iter(ports))
        with (folder / "said").open("w") as said:
            process = subprocess.Popen(
                [program, "-c", str(folder / "etc"), "start-fg"], stdout=said, stderr=said
            )
        try:
            assert wait_until(lambda: _answers(port) or process.poll() is not None, seconds=60)
            assert process.poll() is None, (folder / "said").read_text()
            with _knowing_no_host(folder / "queue" / "etc", port):
                yield Postfix(port, folder)
        finally:
            _end(process, folder)


def _end(process: subprocess.Popen[bytes], folder: Path) -> None:
    """End what was started, and its master, which runs in a session of its own."""
    held = folder / "queue" / "pid" / "master.pid"
    master = int(held.read_text()) if held.exists() else None
    process.terminate()
    process.wait(60)
    if master is not None:
        with suppress(ProcessLookupError):
            os.kill(master, signal.SIGTERM)
        assert wait_until(lambda: not is_alive(master), seconds=60)


@contextmanager
def _knowing_no_host(folder: Path, port: int) -> Iterator[None]:
    """Give the SMTP client, which has the queue's folder as its root, a DNS of its own: empty."""
    address = f"127.53.{port >> 8}.{port & 255}"
    folder.mkdir(exist_ok=True)
    (folder / "resolv.conf").write_text(f"nameserver {address}\n")
    with DnsServer(address, DNS_PORT):
        yield


def mailboxes_at(domain: str, base: Path, owner: tuple[int, int]) -> dict[str, str]:
    """Return the settings that put mail to a domain into the Maildir `box` of a folder."""
    values = {"user": owner[0], "group": owner[1]}
    found = {name: value.format(**values) for name, value in MAILBOXES.items()}
    return {**found, "virtual_mailbox_domains": domain, "virtual_mailbox_base": str(base)}


def _write_settings(
    folder: Path,
    ports: Mapping[int, Collection[str]],
    transports: Mapping[str, str],
    settings: Mapping[str, str],
) -> None:
    folder.chmod(0o755)  # its processes run as another user
    for each in ("etc", "queue", "data"):
        (folder / each).mkdir()
    shutil.chown(folder / "data", "postfix")
    main = (f"{name} = {value.format(folder=folder)}\n" for name, value in settings.items())
    (folder / "etc" / "main.cf").write_text("".join(main))
    listening = (
        LISTENING.format(port=port, lacks=",".join(lacks)) for port, lacks in ports.items()
    )
    (folder / "etc" / "master.cf").write_text("".join(listening) + SERVICES)
    lines = (f"{domain} {transport}\n" for domain, transport in transports.items())
    (folder / "transport").write_text("".join(lines))


def _answers(port: int) -> bool:
    try:
        smtplib.SMTP("127.0.0.1", port, timeout=5).close()
    except OSError:
        return False
    return True
