"""The journals of the outbox: they have the state of emails if a worker is killed.

Each sender has one. It records the intent before a body is sent, and the result with the next
intent, until the outbox has the result. It survives the process, not a power failure: only its
first line is synced to the disk, which names the boot of the machine (ADR 001).
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from supporters import clock
from supporters.mail.models import LOST
from supporters.smtp_relay.outcomes import AttemptOutcome, RelayReply

SUFFIX = ".outbox"
BOOT = "boot"
MODE = os.O_CREAT | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC
MAY_HAVE_LEFT = RelayReply(AttemptOutcome.UNCERTAIN, LOST)
TAKEN = RelayReply(AttemptOutcome.ACCEPTED, "250")


class OutboxJournalFull(Exception):
    """A line couldn't be written: nothing may be sent that isn't in the journal."""


class OutboxJournal:
    """The journal of one sender; its file is made before the first claim."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._path = folder / f"{sender}{SUFFIX}"
        self._file: int | None = None
        self._head = f"{BOOT} {clock.this_boot()}\n".encode()
        self._waiting: list[bytes] = []

    def prepare(self) -> None:
        """Make sure that a batch can be begun. Raises OutboxJournalFull."""
        if self._file is not None:
            return
        try:
            self._file = os.open(self._path, MODE | os.O_TRUNC, 0o600)
            self._append(self._head)
            os.fsync(self._file)
        except OSError as error:
            raise OutboxJournalFull(error.strerror) from error
        except OutboxJournalFull:
            self.remove()
            raise

    def record_intent(self, email_id: int) -> None:
        """Record that this email's body is sent next. Raises OutboxJournalFull."""
        self._waiting.append(b"send %d\n" % email_id)
        lines, self._waiting = self._waiting, []
        self._append(b"".join(lines))

    def record_reply(self, email_id: int, reply: RelayReply) -> None:
        """Record the result of an attempt; it is written with the next intent, or by `flush`."""
        self._waiting.append(f"got {email_id} {reply.outcome.name} {reply.code}\n".encode())

    def flush(self) -> None:
        """Write the results that wait; a full disk undoes none of them."""
        lines, self._waiting = self._waiting, []
        if lines:
            with suppress(OutboxJournalFull):
                self._append(b"".join(lines))

    def clear(self) -> None:
        """Remove everything: the outbox has it."""
        self._waiting = []
        if self._file is not None:
            with suppress(OSError):
                kept = min(len(self._head), os.fstat(self._file).st_size)
                os.ftruncate(self._file, kept)

    def remove(self) -> None:
        """Delete the file: the outbox has everything."""
        self._path.unlink(missing_ok=True)
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _append(self, lines: bytes) -> None:
        self.prepare()
        if self._file is None:
            raise OutboxJournalFull("not open")
        try:
            written = os.write(self._file, lines)
        except OSError as error:
            raise OutboxJournalFull(error.strerror) from error
        if written < len(lines):
            with suppress(OSError):
                os.write(self._file, b"\n")  # so that the next line begins a line
            raise OutboxJournalFull("no space left")


class JournalledEmails:
    """The results of emails in the journals of a dead worker.

    A line that can't be read means that any email of the worker without a result may have been
    sent, unless it is the last one: a kill tore it, and its email was not begun. The same holds for
    a journal of an earlier boot: a power failure may have taken its last lines.
    """

    def __init__(self, folder: Path, worker: str) -> None:
        self._replies: dict[int, RelayReply] = {}
        self._paths = sorted(folder.glob(f"{worker}-*{SUFFIX}"))
        self._rest: RelayReply | None = None
        for path in self._paths:
            try:
                is_of_this_boot, replies = _read(path)
            except FileNotFoundError:
                continue
            except (OSError, ValueError):
                self._rest = MAY_HAVE_LEFT
            else:
                self._replies.update(replies)
                if not is_of_this_boot:
                    self._rest = MAY_HAVE_LEFT

    def find(self, email_id: int) -> RelayReply | None:
        """Return the result of an email; None if its body was not sent."""
        return self._replies.get(email_id, self._rest)

    def delete(self) -> None:
        """Delete the journals that were read: the outbox has everything."""
        for path in self._paths:
            path.unlink(missing_ok=True)


def _read(path: Path) -> tuple[bool, dict[int, RelayReply]]:
    """Return whether a journal is of this boot, and its results. Raises OSError or ValueError."""
    text = path.read_bytes().decode("ascii")
    head, _, lines = text.partition("\n")
    match head.split():
        case [word, boot] if word == BOOT and text != head:
            return boot == clock.this_boot(), dict(_read_lines(lines))
    return True, dict(_read_lines(text))


def _read_lines(text: str) -> Iterator[tuple[int, RelayReply]]:
    *lines, torn = text.split("\n")
    if not torn.isprintable():
        raise ValueError(torn)
    for line in lines:
        match line.split():
            case ["send", email_id]:
                yield int(email_id), MAY_HAVE_LEFT
            case ["got", email_id, outcome, *code]:
                yield int(email_id), _read_reply(outcome, code)
            case []:
                continue
            case _:
                raise ValueError(line)


def _read_reply(outcome: str, code: list[str]) -> RelayReply:
    try:
        return RelayReply(AttemptOutcome[outcome], " ".join(code))
    except KeyError as error:
        raise ValueError from error
