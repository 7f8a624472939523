"""Signs of what became of a letter, for the case that the worker which has it in hand is killed.

A file for each letter in the folder of the workers, from before its body leaves until the outbox
has the outcome. It outlives the process, not the power: nothing is synced to the disk (ADR 001).
"""

from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

SUFFIX = ".letter"


class Fate(StrEnum):
    """What the sign of a letter tells; `NOT_BEGUN`: there is none, nothing of it has left.

    A sign that a kill left empty or torn is one of a letter that may have left.
    """

    NOT_BEGUN = "not begun"
    LEAVING = "leaving"
    TAKEN = "taken"


@dataclass(frozen=True)
class LetterJournal:
    """The signs of one worker process; its threads may share it."""

    folder: Path
    worker: str

    def note_leaving(self, letter_id: int) -> None:
        """Note that the body of a letter leaves next. Raises OSError: then it mustn't."""
        self._path(letter_id).write_text(Fate.LEAVING, encoding="ascii")

    def note_taken(self, letter_id: int) -> None:
        """Note that the relay has a letter; what it has can't be undone by a full disk."""
        with suppress(OSError):
            self._path(letter_id).write_text(Fate.TAKEN, encoding="ascii")

    def forget(self, letter_id: int) -> None:
        """Take the sign of a letter away: the outbox has the outcome."""
        with suppress(OSError):
            self._path(letter_id).unlink(missing_ok=True)

    def judge(self, letter_id: int) -> Fate:
        """Return what became of a letter. One whose sign can't be read may have left."""
        try:
            return Fate(self._path(letter_id).read_text(encoding="ascii"))
        except FileNotFoundError:
            return Fate.NOT_BEGUN
        except (OSError, ValueError):
            return Fate.LEAVING

    def forget_all(self) -> None:
        """Take every sign of this worker away."""
        for path in self.folder.glob(f"{self.worker}-*{SUFFIX}"):
            path.unlink(missing_ok=True)

    def _path(self, letter_id: int) -> Path:
        return self.folder / f"{self.worker}-{letter_id}{SUFFIX}"
