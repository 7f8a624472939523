"""Fixtures: a Maildir, Dovecot on it, and a place for LMTP."""

import pwd
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from supporters.settings.feedback_settings import FeedbackSettings
from tests.faults.receiver.certificates import make_certificate
from tests.servers.dovecot import PASSWORD, running_dovecot
from tests.servers.ports import free_port


@pytest.fixture
def owner() -> tuple[int, int]:
    """Return a user and a group that own mailboxes."""
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


@pytest.fixture
def folder(owner: tuple[int, int]) -> Iterator[Path]:
    """Return a folder that every user may enter, with a Maildir."""
    with tempfile.TemporaryDirectory(prefix="mail-") as name:
        made = Path(name)
        made.chmod(0o755)
        for part in ("", "new", "cur", "tmp"):
            (made / "box" / part).mkdir()
            shutil.chown(made / "box" / part, *owner)
        yield made


@pytest.fixture
def maildir(folder: Path) -> FeedbackSettings:
    """Return the place of the Maildir."""
    return FeedbackSettings(scheme="maildir", path=str(folder / "box"))


@pytest.fixture
def lmtp() -> FeedbackSettings:
    """Return the place of our LMTP server."""
    return FeedbackSettings(scheme="lmtp", host="127.0.0.1", port=free_port())


@pytest.fixture
def imap(
    folder: Path, owner: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> Iterator[FeedbackSettings]:
    """Run Dovecot on the Maildir; return the place of its mailbox."""
    certificate = make_certificate(folder / "cert.pem")
    shutil.copy(certificate, folder / "key.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with running_dovecot(folder, folder / "box", owner) as port:
        yield FeedbackSettings(
            scheme="imaps",
            host="127.0.0.1",
            port=port,
            user="bounces",
            path="INBOX",
            password=PASSWORD,
        )
