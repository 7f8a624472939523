"""The wire to the relay: the server's capabilities, what we write, and its replies, one by one.

smtplib opens the session; from then on we use its socket, because smtplib has neither
pipelining nor a time-out for each phase.
"""

import smtplib
import ssl
import time
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from supporters import clock
from supporters.bounce_classes.classes import BounceClass
from supporters.bounce_classes.classifier import classify
from supporters.smtp import CLOSING, SmtpSession, Timeouts
from supporters.smtp_relay.outcomes import AttemptOutcome, RelayReply, ReplyKind, Stage
from supporters.smtp_replies import ENHANCED_CODE, write_reply

DATA = b"DATA\r\n"
UNREADABLE = -1  # the code of a reply that isn't valid
LONGEST_LINE = 8192  # as smtplib; RFC 5321 section 4.5.3.1.5 has 512
MOST_LINES = 100
ONE_READ = 4096
GOODBYE_SECONDS = 2.0  # a reply to QUIT changes nothing, and a forgotten connection has none
BLOCK = 65536  # the time-out of a body is for one block
OF_A_MESSAGE = {Stage.RCPT, Stage.DATA, Stage.BODY}
LAST_LINES = {b"%03d " % code: code for code in range(1000)}
SEPARATORS = (b" ", b"-", b"\r", b"\n")


class ConnectionUnusable(Exception):
    """The connection can't be used any more; `problem` says why, unless we ended it ourselves."""

    def __init__(self, problem: RelayReply | None) -> None:
        super().__init__(str(problem or ""))
        self.problem = problem


class ConnectionClosed(ConnectionUnusable):
    """The server closed the connection, is about to, or is out of reach."""


class Envelope(NamedTuple):
    """The commands that name the sender and the recipient."""

    mail: bytes
    rcpt: bytes

    @property
    def whole(self) -> bytes:
        """All commands before the body, in one piece."""
        return self.mail + self.rcpt + DATA


class Capabilities:
    """The capabilities that the server announced."""

    def __init__(self, features: dict[str, str]) -> None:
        self.pipelining = "pipelining" in features
        self._has_size = "size" in features
        self._has_8bit = "8bitmime" in features
        self._has_utf8 = "smtputf8" in features

    def address(self, sender: str, recipient: str, *, content: bytes) -> Envelope | str:
        """Return the envelope of a message, or the reply by which this server would reject it.

        The server announces its size limit (RFC 1870): it is the same for all recipients.
        """
        mail = f"MAIL FROM:<{sender}>"
        if self._has_size:
            mail += f" SIZE={len(content)}"
        if not content.isascii():
            if not self._has_8bit:
                return "554 5.6.3"
            mail += " BODY=8BITMIME"
        if not recipient.isascii() or not sender.isascii():
            if not self._has_utf8:
                return "553 5.6.7"
            mail += " SMTPUTF8"
        if not recipient.isprintable() or not sender.isprintable():
            return "553 5.1.3"  # a line end in an address would be a command of its own
        return Envelope(f"{mail}\r\n".encode(), f"RCPT TO:<{recipient}>\r\n".encode())


class Wire:
    """The socket of an open session. Reads and writes raise ConnectionClosed if it is lost.

    Bytes that smtplib has read after its last reply are dropped. `stage` is that of the dialogue.
    """

    def __init__(self, session: SmtpSession, timeouts: Timeouts) -> None:
        if session.sock is None:
            raise smtplib.SMTPServerDisconnected("closed during set-up")
        self.capabilities = Capabilities(session.esmtp_features)
        self.timeouts = _for_groups(timeouts) if self.capabilities.pipelining else timeouts
        self.stage = Stage.SESSION
        self._used_at = clock.uptime()
        self._session = session
        self._socket = session.sock
        self._unread = b""
        self._earlier_lines = b""  # of the last reply
        self._line_start = 0
        self._position = 0

    def describe_reply(self, code: int) -> str:
        """Return the last reply in the form that is stored; `code` is its code."""
        return write_reply(code, self._last_line().decode("ascii", "replace"))

    def classify_reply(self, code: int) -> BounceClass | None:
        """Return the class of the last reply if it may be about the recipient; by all its words."""
        if self.stage not in OF_A_MESSAGE:
            return None
        said = (self._earlier_lines + self._last_line()).decode("utf-8", "replace")
        enhanced = ENHANCED_CODE.match(said)
        return classify(code, enhanced[0] if enhanced else None, said)

    def _last_line(self) -> bytes:
        return self._unread[self._line_start : self._position][4:]

    @property
    def has_unread(self) -> bool:
        """Whether we have read bytes that no command asked for."""
        return self._position < len(self._unread)

    def was_idle_for(self, seconds: float) -> bool:
        """Tell whether nothing was read or written for this long."""
        return clock.uptime() - self._used_at >= seconds

    def is_quiet(self) -> bool:
        """Tell whether an idle connection is open, and the server has sent nothing meanwhile."""
        try:
            self._socket.settimeout(0)
            self._socket.recv(ONE_READ)
        except (BlockingIOError, ssl.SSLWantReadError):
            return not self.has_unread
        except OSError:
            return False
        return False

    def write(self, content: bytes) -> None:
        """Write everything, in one go unless it is very large."""
        self._used_at = clock.uptime()
        try:
            self._socket.settimeout(self.timeouts.block)
            for start in range(0, len(content), BLOCK):
                self._socket.sendall(content[start : start + BLOCK])
        except OSError as error:
            raise ConnectionClosed(failure_of(error, self.stage)) from error

    def read(self, seconds: float) -> int:
        """Return the code of the next reply, which must be complete within this many seconds."""
        position = self._position
        end = self._unread.find(b"\n", position) + 1
        code = LAST_LINES.get(self._unread[position : position + 4]) if end else None
        if code is None:
            return self._read_patiently(time.monotonic() + seconds)
        self._line_start, self._position, self._earlier_lines = position, end, b""
        return code

    def _read_patiently(self, deadline: float) -> int:
        """Read a reply that hasn't come yet, or isn't a single line."""
        expected = self._earlier_lines = b""
        for _ in range(MOST_LINES):
            line = self._read_line(deadline)
            code, separator = line[:3], line[3:4]
            is_valid = code.isdigit() and separator in SEPARATORS and expected in {b"", code}
            if not is_valid:
                return UNREADABLE
            if separator != b"-":
                return int(code)
            expected = code
            self._earlier_lines += line[4:]
        return UNREADABLE

    def _read_line(self, deadline: float) -> bytes:
        """Return a line with its end; one that is too long comes without."""
        while True:
            end = self._unread.find(b"\n", self._position) + 1
            line = self._unread[self._position : end or None]
            if len(line) > LONGEST_LINE:
                return b""
            if end:
                self._line_start, self._position = self._position, end
                return line
            self._unread, self._position = line + self._receive(deadline), 0

    def _receive(self, deadline: float) -> bytes:
        try:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._socket.settimeout(left)
            received = self._socket.recv(ONE_READ)
        except OSError as error:
            raise ConnectionClosed(failure_of(error, self.stage)) from error
        if not received:
            raise ConnectionClosed(failure_of(smtplib.SMTPServerDisconnected(), self.stage))
        self._used_at = clock.uptime()
        return received

    def problem_of(self, code: int) -> RelayReply:
        """Return the problem that the last reply is; `code` is its code."""
        kind = ReplyKind.CLOSING if code == CLOSING else ReplyKind.ANSWER
        said, meant = self.describe_reply(code), self.classify_reply(code)
        return RelayReply(AttemptOutcome.NOT_TRIED, said, self.stage, kind, bounce_class=meant)

    def no_answer(self, words: str) -> RelayReply:
        """Return the problem of a reply that can't be the answer to our command."""
        return RelayReply(AttemptOutcome.NOT_TRIED, words, self.stage, ReplyKind.FAILED)

    def close(self) -> None:
        """Close the connection."""
        with suppress(OSError):
            self._session.close()

    def say_goodbye(self) -> None:
        """Send QUIT and close the connection: only between two messages."""
        with suppress(ConnectionUnusable):
            self.write(b"QUIT\r\n")
            self.read(GOODBYE_SECONDS)
        self.close()


def _for_groups(timeouts: Timeouts) -> Timeouts:
    """Return the time-outs for commands that go together.

    A server may hold a reply back until it has processed all commands that came together.
    """
    rcpt = timeouts.rcpt + timeouts.data
    mail = timeouts.mail + rcpt
    return replace(timeouts, rcpt=rcpt, mail=mail, dot=timeouts.dot + mail)


def failure_of(error: Exception, stage: Stage = Stage.SESSION) -> RelayReply:
    """Return a failure as a problem: with the server's code if it gave one, or a name."""
    code = getattr(error, "smtp_code", None)
    if code is not None:
        kind = ReplyKind.CLOSING if code == CLOSING else ReplyKind.ANSWER
        words = write_reply(int(code), _words_of(error))
        return RelayReply(AttemptOutcome.NOT_TRIED, words, stage, kind)
    is_hang_up = isinstance(error, ConnectionError | smtplib.SMTPServerDisconnected)
    if is_hang_up and not isinstance(error, ConnectionRefusedError):
        name = smtplib.SMTPServerDisconnected.__name__
        return RelayReply(AttemptOutcome.NOT_TRIED, name, stage, ReplyKind.HUNG_UP)
    name = type(error).__name__[:40]
    return RelayReply(AttemptOutcome.NOT_TRIED, name, stage, ReplyKind.FAILED)


def _words_of(error: Exception) -> str:
    said: bytes | str = getattr(error, "smtp_error", b"")
    return said.decode("ascii", "replace") if isinstance(said, bytes) else said
