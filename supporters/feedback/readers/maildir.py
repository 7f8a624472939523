"""Reads a Maildir: takes what is new, deletes what is settled, and leaves the rest to people."""

import os
import stat
from pathlib import Path
from threading import Event

from supporters.feedback.readers.bounded_parser import READ_OCTETS
from supporters.feedback.readers.returned_emails import (
    MOST_EMAILS,
    MOST_OCTETS,
    EmailIntake,
    Outcome,
    ReturnedEmail,
)

UNREAD, TO_LOOK_AT = ":2,", ":2,F"


class MaildirUnusable(Exception):
    """The folder is no Maildir, or another user's."""


class Maildir:
    """A Maildir whose new emails only this program takes."""

    def __init__(self, path: str) -> None:
        self._new, self._current = Path(path, "new"), Path(path, "cur")
        self._failed: set[str] = set()

    def list_new(self) -> list[str]:
        """Return the names of what waits, oldest first. Raises MaildirUnusable."""
        for folder in (self._new, self._current):
            if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
                raise MaildirUnusable(str(folder))
        return sorted(each.name for each in os.scandir(self._new))

    def find_oldest(self) -> float | None:
        """Return when the oldest that waits came, in seconds since 1970."""
        times = [each.stat(follow_symlinks=False).st_mtime for each in os.scandir(self._new)]
        return min(times, default=None)

    def take_all(self, intake: EmailIntake, ending: Event) -> None:
        """Take what waits, batch by batch. Raises as `EmailIntake.take`, and MaildirUnusable."""
        names = [each for each in self.list_new() if each not in self._failed]
        while names and not ending.is_set():
            batch: dict[str, bytes] = {}
            while names and len(batch) < MOST_EMAILS:
                if sum(map(len, batch.values())) > MOST_OCTETS:
                    break
                name = names.pop(0)
                raw = self._read(name)
                if raw is not None:
                    batch[name] = raw
            outcomes = intake.take([*map(ReturnedEmail, batch.values())]) if batch else []
            for name, outcome in zip(batch, outcomes, strict=True):
                self._put_away(name, outcome)

    def _read(self, name: str) -> bytes | None:
        """Return the beginning of an email; None if another program has just taken it."""
        try:
            file = os.open(self._new / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return None
        with os.fdopen(file, "rb") as opened:
            is_file = stat.S_ISREG(os.fstat(file).st_mode)
            return opened.read(READ_OCTETS) if is_file else None

    def _put_away(self, name: str, outcome: Outcome) -> None:
        """Delete an email whose effect is committed, or move it to where people read."""
        if outcome.effect is None:
            self._failed.add(name)  # until the next start, perhaps of a mended program
        elif outcome.is_settled:
            (self._new / name).unlink(missing_ok=True)
        else:
            flags = TO_LOOK_AT if outcome.is_unreadable else UNREAD
            (self._new / name).replace(self._current / f"{name}{flags}")
