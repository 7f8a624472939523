"""The journal of a sender: intents and results that the ledger doesn't have yet."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from supporters import clock
from supporters.smtp_relay.outcomes import AttemptOutcome, RelayReply

SUFFIX = ".journal"
MODE = os.O_CREAT | os.O_RDWR | os.O_APPEND | os.O_CLOEXEC
NOT_TRIED = RelayReply(AttemptOutcome.NOT_TRIED, "")
CUT_OFF = RelayReply(AttemptOutcome.UNCERTAIN, "worker ended")


class JournalFull(Exception):
    """A line couldn't be written: nothing may be sent that isn't in the journal."""


class SendJournal:
    """The journal of one sender; its file is made for the first batch."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._path = folder / f"{sender}{SUFFIX}"
        self._file: int | None = None
        self._head = f"journal 1 {clock.this_boot()}\n".encode()
        self._waiting: list[bytes] = []
        self._is_fresh = False

    def prepare(self) -> None:
        """Make sure that a batch can be begun. Raises JournalFull."""
        if not self._is_fresh:
            self.clear()

    def begin(self, campaign_id: int, batch: int, subscriber_ids: Sequence[int]) -> None:
        """Record a claim. Raises JournalFull."""
        self._is_fresh = False
        ids = ",".join(map(str, subscriber_ids))
        self._append(f"batch {campaign_id} {batch} {ids}\n".encode())

    def record_intent(self, subscriber_id: int) -> None:
        """Record that this email is sent next, with all results so far. Raises JournalFull."""
        self._waiting.append(b"send %d\n" % subscriber_id)
        self.flush()

    def record_reply(self, subscriber_id: int, reply: RelayReply) -> None:
        """Record the result of an attempt; it is written with the next intent, or by `flush`."""
        line = f"got {subscriber_id} {reply.outcome.name} {reply.code}\n"
        self._waiting.append(line.encode())

    def flush(self) -> None:
        """Write the lines that wait. Raises JournalFull."""
        lines, self._waiting = self._waiting, []
        if lines:
            self._append(b"".join(lines))

    def clear(self) -> None:
        """Remove a batch that the ledger has. Raises JournalFull."""
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
        """Close the file."""
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


@dataclass(kw_only=True)
class JournalledBatch:
    """The content of a journal about the current batch.

    `is_sound`: every line can be trusted. `is_torn`: it ends in the middle of a line.
    """

    campaign_id: int
    batch: int
    subscriber_ids: Sequence[int]
    replies: dict[int, RelayReply] = field(default_factory=dict)
    leaving: int | None = None
    is_sound: bool = True
    is_torn: bool = False

    def judge(self) -> Mapping[int, RelayReply]:
        """Return the reply to each email; one perhaps sent, without an answer, is uncertain.

        That is the one email whose body was being sent. In a torn journal without such a line it is
        the next in turn, and in one from before a power failure all that have no answer.
        """
        unanswered = [each for each in self.subscriber_ids if each not in self.replies]
        doubtful = {self.leaving} if self.leaving is not None else set()
        if not self.is_sound:
            doubtful = {*unanswered}
        elif self.is_torn and not doubtful:
            doubtful = {*unanswered[:1]}
        rest = {each: CUT_OFF if each in doubtful else NOT_TRIED for each in unanswered}
        return {**self.replies, **rest}


class JournalUnreadable(Exception):
    """The sender has no journal, or an invalid one: nobody can tell what was sent."""


def read_journal(folder: Path, sender: str) -> JournalledBatch | None:
    """Return the batch in a sender's journal; None if the sender had none.

    Raises JournalUnreadable.
    """
    try:
        text = (folder / f"{sender}{SUFFIX}").read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise JournalUnreadable from error
    head, *lines = text.splitlines(keepends=True) or [""]
    words = head.split()
    if not head.endswith("\n") or words[:2] != ["journal", "1"]:
        raise JournalUnreadable
    batch = _read_lines(lines)
    if words[2:] == [clock.this_boot()]:
        return batch
    if batch is None:
        raise JournalUnreadable  # lines written before the power failed may be missing
    batch.is_sound = False
    return batch


def _read_lines(lines: Sequence[str]) -> JournalledBatch | None:
    batch: JournalledBatch | None = None
    for number, line in enumerate(lines, start=1):
        try:
            batch = _read_line(line, batch)
        except (ValueError, KeyError):
            if batch is not None:
                batch.is_torn = batch.is_sound = number == len(lines)
            break
    return batch


def _read_line(line: str, batch: JournalledBatch | None) -> JournalledBatch:
    """Parse one line. Raises ValueError or KeyError if it isn't complete."""
    match line.split() if line.endswith("\n") else []:
        case ["batch", campaign_id, number, ids] if batch is None:
            subscriber_ids = [int(each) for each in ids.split(",")]
            return JournalledBatch(
                campaign_id=int(campaign_id), batch=int(number), subscriber_ids=subscriber_ids
            )
        case ["send", subscriber_id] if batch is not None:
            batch.leaving = int(subscriber_id)
            return batch
        case ["got", subscriber_id, outcome, *code] if batch is not None:
            batch.replies[int(subscriber_id)] = RelayReply(AttemptOutcome[outcome], " ".join(code))
            batch.leaving = None
            return batch
    raise ValueError
