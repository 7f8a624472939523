"""A Dovecot of the test's own on loopback: a Maildir by IMAP over TLS."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers.ports import free_port
from tests.servers.processes import wait_until

PASSWORD = "a-password-of-tests"  # Dovecot before 2.4 can have none with spaces
COMMON = """
base_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
mailbox_idle_check_interval = 1s  # the default of 30 s where the kernel can't tell of changes
ssl = required
first_valid_uid = 1
imap_max_line_length = 4k
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
"""
SINCE_2_4 = """
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
state_dir = {folder}/state
ssl_server_cert_file = {folder}/cert.pem
ssl_server_key_file = {folder}/key.pem
mail_driver = maildir
mail_path = {maildir}
passdb static {{
  password = {password}
}}
userdb static {{
  fields {{
    uid = {user}
    gid = {group}
    home = {folder}
  }}
}}
"""
BEFORE_2_4 = """
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:{maildir}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}
}}
"""


@contextmanager
def running_dovecot(folder: Path, maildir: Path, owner: tuple[int, int]) -> Iterator[int]:
    """Run Dovecot in a folder that every user may enter; yield its port.

    Skip the test without the program.
    """
    program = shutil.which("dovecot", path="/usr/sbin:/usr/bin")
    if program is None:
        pytest.skip("dovecot-imapd is not installed")
    port, settings = free_port(), folder / "dovecot.conf"
    shown = subprocess.run([program, "--version"], capture_output=True, check=True, text=True)
    is_new = tuple(map(int, shown.stdout.split()[0].split(".")[:2])) >= (2, 4)
    written = f"{SINCE_2_4}{COMMON}" if is_new else f"{BEFORE_2_4}{COMMON}"
    values = {"folder": folder, "maildir": maildir, "port": port, "password": PASSWORD}
    values |= {"user": owner[0], "group": owner[1]}
    settings.write_text(written.format(**values))
    with (folder / "said").open("w") as said:
        process = subprocess.Popen([program, "-F", "-c", str(settings)], stdout=said, stderr=said)
    try:
        assert wait_until(lambda: _answers(port) or process.poll() is not None, seconds=60)
        assert process.poll() is None, (folder / "said").read_text()
        yield port
    finally:
        process.terminate()
        process.wait(60)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True
