"""The journal of a lane: what it is about to send, and what became of it, before the ledger knows.

A file that is only appended to while a batch is in hand, and emptied once the ledger has it all.
Its lines outlive the process, not the power: nothing is synced to the disk (ADR 001).

    journal 1 BOOT                     the machine's boot, for after a power failure nothing is sure
    batch CAMPAIGN NUMBER ID,ID,...    a claim, with its people in the order of sending
    send ID                            the body of this mail leaves next
    got ID OUTCOME CODE                how that ended
"""

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from supporters.delivery.relay.transport import Reply

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
SUFFIX = ".journal"
MODE = os.O_CREAT | os.O_RDWR | os.O_APPEND | os.O_CLOEXEC


class JournalFull(Exception):
    """A line couldn't be written: nothing may be sent that the journal doesn't know of."""


@cache
def this_boot() -> str:
    """Return what names the present boot of this machine."""
    return BOOT_ID.read_text().strip() if BOOT_ID.exists() else "unknown"


class Journal:
    """The journal of one lane; its file is made for the first batch."""

    def __init__(self, folder: Path, lane: str) -> None:
        self._path = folder / f"{lane}{SUFFIX}"
        self._file: int | None = None
        self._head = f"journal 1 {this_boot()}\n".encode()
        self._waiting: list[bytes] = []
        self._is_fresh = False

    def prepare(self) -> None:
        """Make sure that a batch can be begun. Raises JournalFull."""
        if not self._is_fresh:
            self.clear()

    def begin(self, campaign_id: int, batch: int, subscriber_ids: Sequence[int]) -> None:
        """Note a claim. Raises JournalFull."""
        self._is_fresh = False
        ids = ",".join(map(str, subscriber_ids))
        self._append(f"batch {campaign_id} {batch} {ids}\n".encode())

    def intend(self, subscriber_id: int) -> None:
        """Note that this mail leaves next, with all that was learnt before. Raises JournalFull."""
        self._waiting.append(b"send %d\n" % subscriber_id)
        self.flush()

    def learn(self, subscriber_id: int, reply: Reply) -> None:
        """Note how an attempt ended; written with the next intent, or by `flush`."""
        line = f"got {subscriber_id} {reply.outcome.name} {reply.code}\n"
        self._waiting.append(line.encode())

    def flush(self) -> None:
        """Write what waits. Raises JournalFull."""
        lines, self._waiting = self._waiting, []
        if lines:
            self._append(b"".join(lines))

    def clear(self) -> None:
        """Forget a batch that the ledger has. Raises JournalFull."""
        self._waiting = []
        self._is_fresh = False
        try:
            if self._file is None:
                self._file = os.open(self._path, MODE, 0o600)
            os.ftruncate(self._file, 0)
        except OSError as error:
            raise JournalFull(error.strerror) from error
        self._append(self._head)
        self._is_fresh = True

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def remove(self) -> None:
        """Delete the file: the ledger has everything."""
        self._path.unlink(missing_ok=True)
        self.close()

    def _append(self, lines: bytes) -> None:
        if self._file is None:
            raise JournalFull("not open")
        try:
            written = os.write(self._file, lines)
        except OSError as error:
            raise JournalFull(error.strerror) from error
        if written < len(lines):
            raise JournalFull("no space left")
