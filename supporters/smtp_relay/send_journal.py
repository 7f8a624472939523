"""The journal of a sender: intents and results that the database doesn't have yet.

It records the intent before a body is sent, and the result with the next intent. It survives the
process, not a power failure: its first line, synced to the disk, names the boot (ADR 001).
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from supporters import clock
from supporters.smtp_relay.outcomes import AttemptOutcome, RelayReply

OF_CAMPAIGNS, OF_EMAILS = ".journal", ".outbox"  # suffixes
MODE = os.O_CREAT | os.O_RDWR | os.O_APPEND | os.O_CLOEXEC
NOT_TRIED = RelayReply(AttemptOutcome.NOT_TRIED, "")
CUT_OFF = RelayReply(AttemptOutcome.UNCERTAIN, "worker ended")
WEIGHT = {AttemptOutcome.ACCEPTED: 2, AttemptOutcome.UNCERTAIN: 1}  # the others have none


class JournalFull(Exception):
    """A line couldn't be written: nothing may be sent that isn't in the journal."""


class SendJournal:
    """The journal of one sender; its file is made before its first claim, whole with its head."""

    def __init__(self, folder: Path, sender: str, suffix: str = OF_CAMPAIGNS) -> None:
        self._path = folder / f"{sender}{suffix}"
        self._file: int | None = None
        self._head = _head().encode()
        self._waiting: list[bytes] = []

    def prepare(self) -> None:
        """Make sure that a batch can be begun. Raises JournalFull."""
        if self._file is not None:
            return
        unnamed = self._path.with_name(f"{self._path.name}.new")
        try:
            self._file = os.open(unnamed, MODE | os.O_TRUNC, 0o600)
            self._append(self._head)
            os.fsync(self._file)
            unnamed.rename(self._path)
        except OSError as error:
            self._give_up(unnamed)
            raise JournalFull(error.strerror) from error
        except JournalFull:
            self._give_up(unnamed)
            raise

    def begin(self, campaign_id: int, batch: int, subscriber_ids: Sequence[int]) -> None:
        """Record the claim of a batch. Raises JournalFull."""
        ids = ",".join(map(str, subscriber_ids))
        self._append(f"batch {campaign_id} {batch} {ids}\n".encode())

    def record_intent(self, message_id: int) -> None:
        """Record that this email is sent next, with all results so far. Raises JournalFull."""
        self._waiting.append(b"send %d\n" % message_id)
        self._write_waiting()

    def record_reply(self, message_id: int, reply: RelayReply) -> None:
        """Record the result of an attempt; it is written with the next intent, or by `flush`."""
        self._waiting.append(f"got {message_id} {reply.outcome.name} {reply.code}\n".encode())

    def flush(self) -> None:
        """Write the results that wait. Raises JournalFull."""
        if self._waiting:
            self._write_waiting()

    def clear(self) -> None:
        """Remove what the database has. Raises JournalFull."""
        self._waiting = []
        if self._file is not None:
            try:
                os.ftruncate(self._file, len(self._head))
            except OSError as error:
                raise JournalFull(error.strerror) from error

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def remove(self) -> None:
        """Delete the file: the database has everything."""
        self._path.unlink(missing_ok=True)
        self.close()

    def _write_waiting(self) -> None:
        lines, self._waiting = self._waiting, []
        self._append(b"".join(lines))

    def _append(self, lines: bytes) -> None:
        if self._file is None:
            raise JournalFull("not open")
        try:
            written = os.write(self._file, lines)
        except OSError as error:
            raise JournalFull(error.strerror) from error
        if written < len(lines):
            raise JournalFull("no space left")

    def _give_up(self, unnamed: Path) -> None:
        self.close()
        with suppress(OSError):
            unnamed.unlink()


@dataclass(kw_only=True)
class JournalledAttempts:
    """The content of a journal; that of a campaign's sender names the batch and its people.

    `is_sound`: every line can be trusted. `is_torn`: it ends in the middle of a line.
    """

    campaign_id: int | None = None
    batch: int | None = None
    subscriber_ids: Sequence[int] = ()
    replies: dict[int, RelayReply] = field(default_factory=dict)
    leaving: set[int] = field(default_factory=set)
    is_sound: bool = True
    is_torn: bool = False

    def find(self, message_id: int) -> RelayReply | None:
        """Return the result of an email that a line is about; without an answer it is uncertain."""
        return CUT_OFF if message_id in self.leaving else self.replies.get(message_id)

    def judge(self) -> dict[int, RelayReply]:
        """Return the reply to each email of the batch; one perhaps sent is uncertain.

        That is the one that was being sent. In a torn journal without such a line it is the next
        in turn; in one with bad lines, or from before a power failure, all without an answer.
        """
        judged = judge_emails([self], self.subscriber_ids)
        if self.is_torn and not self.leaving:
            unanswered = (each for each in judged if each not in self.replies)
            judged.update((each, CUT_OFF) for each in [*unanswered][:1])
        return judged


def judge_emails(
    journals: Sequence[JournalledAttempts], message_ids: Sequence[int]
) -> dict[int, RelayReply]:
    """Return the result of each email from the journals that may name it.

    A journal may have lines that the database has already: another one says what came later.
    """
    rest = NOT_TRIED if all(each.is_sound for each in journals) else CUT_OFF
    judged = {}
    for each in message_ids:
        said = (reply for journal in journals if (reply := journal.find(each)))
        judged[each] = max(said, key=lambda reply: WEIGHT.get(reply.outcome, 0), default=rest)
    return judged


def read_journal(path: Path) -> JournalledAttempts:
    """Return the content of a sender's journal; one that is missing or invalid has no sound line.

    After a power failure, lines written before it may be missing.
    """
    try:
        head, *lines = path.read_text(encoding="ascii").splitlines(keepends=True) or [""]
    except (OSError, UnicodeDecodeError):
        head, lines = "", []
    found = JournalledAttempts(is_sound=head == _head())
    if not (head.startswith("journal 1 ") and head.endswith("\n")):
        return found
    for line in lines:
        try:
            _read_line(line, found)
        except (ValueError, KeyError):
            found.is_torn = not line.endswith("\n") and line.isprintable()
            found.is_sound &= found.is_torn
            break
    return found


def _head() -> str:
    """Return the first line of each journal of this boot."""
    return f"journal 1 {clock.this_boot()}\n"


def _read_line(line: str, found: JournalledAttempts) -> None:
    """Parse one line. Raises ValueError or KeyError if it isn't complete."""
    match line.split() if line.endswith("\n") else []:
        case ["batch", campaign_id, number, ids] if found.batch is None:
            found.subscriber_ids = [int(each) for each in ids.split(",")]
            found.campaign_id, found.batch = int(campaign_id), int(number)
        case ["send", message_id]:
            found.leaving.add(int(message_id))
            found.replies.pop(int(message_id), None)
        case ["got", message_id, outcome, *code]:
            reply = RelayReply(AttemptOutcome[outcome], " ".join(code))
            found.replies[int(message_id)] = reply
            found.leaving.discard(int(message_id))
        case _:
            raise ValueError(line)
