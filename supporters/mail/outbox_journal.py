"""A journal of the outbox: it has the state of an email if the worker that claimed it is killed.

There is a file for each email in the folder of the workers, from before its body is sent until the
outbox has the result. It survives the process, not a power failure: nothing is synced to the disk
(ADR 001).
"""

from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

SUFFIX = ".letter"


class OutboxJournalState(StrEnum):
    """The state of an email in the journal; `NOT_BEGUN`: there is no file, nothing was sent.

    A file that a kill left empty or torn means that the email may have been sent.
    """

    NOT_BEGUN = "not begun"
    LEAVING = "leaving"
    TAKEN = "taken"


@dataclass(frozen=True)
class OutboxJournal:
    """The journal of one worker process; its threads may share it."""

    folder: Path
    worker: str

    def note_leaving(self, email_id: int) -> None:
        """Record that an email's body is sent next. Raises OSError: then it must not be sent."""
        self._path(email_id).write_text(OutboxJournalState.LEAVING, encoding="ascii")

    def note_taken(self, email_id: int) -> None:
        """Record that the relay has an email; a full disk can't undo that."""
        with suppress(OSError):
            self._path(email_id).write_text(OutboxJournalState.TAKEN, encoding="ascii")

    def forget(self, email_id: int) -> None:
        """Delete the file of an email: the outbox has the result."""
        with suppress(OSError):
            self._path(email_id).unlink(missing_ok=True)

    def judge(self, email_id: int) -> OutboxJournalState:
        """Return the state of an email. If its file can't be read, it may have been sent."""
        try:
            return OutboxJournalState(self._path(email_id).read_text(encoding="ascii"))
        except FileNotFoundError:
            return OutboxJournalState.NOT_BEGUN
        except (OSError, ValueError):
            return OutboxJournalState.LEAVING

    def forget_all(self) -> None:
        """Delete every file of this worker."""
        for path in self.folder.glob(f"{self.worker}-*{SUFFIX}"):
            path.unlink(missing_ok=True)

    def _path(self, email_id: int) -> Path:
        return self.folder / f"{self.worker}-{email_id}{SUFFIX}"
