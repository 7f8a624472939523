"""Asks the place where emails come back whether it answers, and what waits there."""

import socket
from dataclasses import dataclass
from datetime import UTC, datetime

from supporters.feedback.readers.imap_mailbox import IMAP_FAULTS, MailboxReadOnly, opened_mailbox
from supporters.feedback.readers.maildir import Maildir, MaildirUnusable
from supporters.settings.feedback_settings import FeedbackSettings

TIMEOUT_SECONDS = 10
GREETING = b"220 "


class IntakeUnreachable(Exception):
    """The place doesn't answer; the text says why."""


@dataclass(frozen=True)
class Backlog:
    """How many emails wait, and since when the oldest one does."""

    waiting: int = 0
    oldest: datetime | None = None


def probe_intake(place: FeedbackSettings) -> Backlog:
    """Return what waits. Raises IntakeUnreachable."""
    try:
        match place.scheme:
            case "lmtp":
                _greet(place)
                return Backlog()
            case "maildir":
                maildir = Maildir(place.path)
                waiting, oldest = len(maildir.list_new()), maildir.find_oldest()
                return Backlog(
                    waiting, None if oldest is None else datetime.fromtimestamp(oldest, UTC)
                )
            case _:
                with opened_mailbox(place) as mailbox:
                    return Backlog(*mailbox.find_backlog())
    except MaildirUnusable as error:
        how = f"{error} isn't a folder of a Maildir that this user may change"
        raise IntakeUnreachable(how) from error
    except MailboxReadOnly as error:
        raise IntakeUnreachable("the mailbox may be read, but not changed") from error
    except IMAP_FAULTS as error:
        raise IntakeUnreachable(f"{type(error).__name__}: {error}") from error


def _greet(place: FeedbackSettings) -> None:
    """Wait for the greeting of our LMTP server. Raises OSError."""
    is_socket = not place.host
    family = (
        socket.AF_UNIX if is_socket else socket.AF_INET6 if ":" in place.host else socket.AF_INET
    )
    with socket.socket(family) as connection:
        connection.settimeout(TIMEOUT_SECONDS)
        connection.connect(place.path if is_socket else (place.host, place.port))
        if not connection.recv(512).startswith(GREETING):
            raise ConnectionError("it greets in no LMTP")
        connection.sendall(b"QUIT\r\n")
