"""The SMTP server of a sample party. It stores each email as a file for /dev/inbox."""

import asyncio
import os
import signal
import socket
from collections import deque
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from supporters import clock
from supporters.development.inbox import NAME_LENGTH, SUFFIX
from supporters.ids import new_id

MOST_MAILS = 5_000
LARGEST_MAIL = 10 * 1024 * 1024


class MailboxHandler:
    """Accepts all emails and keeps the newest."""

    def __init__(self, folder: Path, *, most: int = MOST_MAILS) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._most = most
        self._mails = deque(sorted(path.name for path in folder.glob(f"[0-9]*{SUFFIX}")))
        self._last_id = int(self._mails[-1].removesuffix(SUFFIX)) if self._mails else 0

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Store one copy of a message per recipient."""
        for recipient in envelope.rcpt_tos:
            self.store(envelope.mail_from or "", recipient, envelope.original_content or b"")
        return "250 OK"

    def store(self, sender: str, recipient: str, raw: bytes) -> str:
        """Store a message and return its id.

        The file gets its final name after it is written, so that nobody reads an incomplete one.
        """
        self._last_id = max(self._last_id + 1, new_id(clock.now()))
        mail_id = f"{self._last_id:0{NAME_LENGTH}d}"
        unfinished = self._folder / f".{mail_id}"
        # The trace headers of a final delivery: RFC 5321 section 4.4; Delivered-To by custom.
        trace = f"Return-Path: <{sender}>\r\nDelivered-To: {recipient}\r\n"
        unfinished.write_bytes(trace.encode("utf-8", "replace") + raw)
        unfinished.rename(self._folder / f"{mail_id}{SUFFIX}")
        self._mails.append(f"{mail_id}{SUFFIX}")
        while len(self._mails) > self._most:
            (self._folder / self._mails.popleft()).unlink(missing_ok=True)
        return mail_id


async def serve(listener: socket.socket, folder: Path) -> None:
    """Accept emails until SIGTERM."""
    mailbox = MailboxHandler(folder)
    loop = asyncio.get_running_loop()

    def make_protocol() -> SMTP:
        return SMTP(
            mailbox, hostname="localhost", data_size_limit=LARGEST_MAIL, enable_SMTPUTF8=True
        )

    server = await loop.create_server(make_protocol, sock=listener)
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    await ended.wait()
    server.close()


def run_mailbox(listener: socket.socket, folder: Path) -> None:
    """Run the server in this process until it is asked to stop."""
    os.umask(0o077)
    asyncio.run(serve(listener, folder))
