"""A Postfix of our own on loopback: it relays all mail to one server, and can do less at will."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

MAIN = """compatibility_level = 3.6
mail_owner = postfix
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = relay.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
relayhost = [127.0.0.1]:{receiver}
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_sender_restrictions =
smtp_tls_security_level = none
smtputf8_enable = yes
"""
SERVICE = "127.0.0.1:{port} inet n - n - - smtpd -o smtpd_discard_ehlo_keywords={lacks}\n"
SERVICES = """pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@contextmanager
def postfix_relay(services: Mapping[int, Sequence[str]], *, receiver: int) -> Iterator[Path]:
    """Run Postfix on some ports, each without some extensions; yield the file of its log.

    Skips the test where Postfix isn't installed, or may not be started.
    """
    if shutil.which("postfix") is None or os.geteuid() != 0:
        pytest.skip("Postfix is not installed, or this user may not start it")
    with tempfile.TemporaryDirectory(prefix="postfix-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # its processes run as another user
        for each in ("queue", "data", "etc"):
            (folder / each).mkdir()
        shutil.chown(folder / "data", "postfix")
        (folder / "etc/main.cf").write_text(MAIN.format(folder=folder, receiver=receiver))
        listening = "".join(
            SERVICE.format(port=port, lacks=",".join(lacks)) for port, lacks in services.items()
        )
        (folder / "etc/master.cf").write_text(listening + SERVICES)
        _postfix(folder, "start")
        try:
            yield folder / "log"
        finally:
            _postfix(folder, "stop")


def _postfix(folder: Path, act: str) -> None:
    ran = subprocess.run(
        ["postfix", "-c", str(folder / "etc"), act], capture_output=True, check=False, text=True
    )
    assert ran.returncode == 0, ran.stderr
