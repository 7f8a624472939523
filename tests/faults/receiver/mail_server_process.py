"""A receiving mail server in its own process, with faults on command: the tests' reference.

It keeps a line for each message that it accepts, before it says so. Run as

    python -m tests.faults.receiver.mail_server_process PORT FILE

it reads its behaviour from its standard input, a line of JSON at a time, and answers each by "ok".
"""

import json
import os
import re
import socket
import ssl
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from threading import Lock, Thread

from tests.faults.receiver.misbehaviour import Fault, Manners, read_manners

CAMPAIGN = re.compile(rb"^Message-ID: *<c(\d+)\.", re.MULTILINE | re.IGNORECASE)
PATH = re.compile(rb"<([^>]*)>")
LINK = re.compile(r"https?://\S+/confirm/[^\s>]+")
HEADERS_WITHIN = 8000
USUAL = {
    "CONNECT": "220 receiver ready",
    "STARTTLS": "220 go ahead",
    "DATA": "354 go on",
    "NOBODY": "503 no recipient",
    "BODY": "250 taken",
    "QUIT": "221 bye",
}
FINE = "250 fine"


def find_confirmation_link(content: bytes) -> str:
    """Return the address that confirms a signup; empty if an email has none."""
    text = message_from_bytes(content, policy=default).get_body(("plain",))
    found = LINK.search(text.get_content()) if text is not None else None
    return found[0] if found else ""


class HungUp(Exception):
    """The connection is over, whichever side ended it."""


class Receiver:
    """The server: its behaviour, and the file of accepted messages."""

    def __init__(self, port: int, record: str) -> None:
        self._listener = socket.create_server(("127.0.0.1", port), backlog=128)
        self._record = os.open(record, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o644)
        self._lock = Lock()
        self.behave(Manners())

    def behave(self, manners: Manners) -> None:
        """Behave like this from now on, also on open connections."""
        tls = None
        if manners.certificate:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(manners.certificate)
        self.manners, self.tls = manners, tls
        self._counts: Counter[int] = Counter()

    def serve(self) -> None:
        """Serve each connection in a thread of its own, for ever."""
        while True:
            connection, _ = self._listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            Thread(target=Dialogue(self, connection).hold, daemon=True).start()

    def find_fault(self, step: str, recipient: str, taken: int) -> Fault | None:
        """Return the next fault, and count it; `taken`: messages on this connection so far."""
        manners = self.manners
        for place, fault in enumerate(manners.faults):
            if fault.at != step or taken < fault.after or not fault.concerns(recipient):
                continue
            with self._lock:
                self._counts[place] += 1
                number = self._counts[place]
            if number % fault.nth == 0 and number // fault.nth <= (fault.times or number):
                return fault
        return None

    def keep(self, recipient: str, content: bytes, begun: float) -> None:
        """Keep a line of an accepted message; it survives this process."""
        found = CAMPAIGN.search(content[:HEADERS_WITHIN])
        campaign = int(found[1]) if found else 0
        link = "" if found else find_confirmation_link(content)
        now = time.monotonic()
        self.note(at=now, begun=begun, recipient=recipient, campaign=campaign, link=link)

    def note(self, **values: object) -> None:
        """Add a line to the file."""
        os.write(self._record, json.dumps(values).encode() + b"\n")


@dataclass
class Dialogue:
    """One connection."""

    server: Receiver
    wire: socket.socket
    recipient: str = ""
    begun: float = 0.0
    taken: int = 0
    _unread: bytearray = field(default_factory=bytearray)
    _unsent: bytearray = field(default_factory=bytearray)

    def hold(self) -> None:
        """Answer until either side ends."""
        with suppress(OSError, HungUp):
            self.server.note(connected=time.monotonic())
            self._answer("CONNECT")
            while True:
                line = self._read_through(b"\r\n")
                self._obey(line)
        with suppress(OSError):
            self.wire.close()

    def _obey(self, line: bytes) -> None:
        verb = line[:4].upper().strip().decode("ascii", "replace")
        match verb:
            case "EHLO":
                self._answer("EHLO", self._offers())
            case "STAR" if self.server.tls is not None:
                self._answer("STARTTLS")
                self._flush()
                self.wire = self.server.tls.wrap_socket(self.wire, server_side=True)
            case "RCPT":
                path = PATH.search(line)
                address = path[1].decode("ascii", "replace") if path else ""
                code = self._answer("RCPT", recipient=address)
                self.recipient = address if code.startswith("2") else ""
            case "DATA":
                self._take_data()
            case "QUIT":
                self._answer("QUIT")
                self._flush()
                raise HungUp
            case "MAIL" | "RSET" | "NOOP" | "HELO":
                self.recipient, self.begun = "", time.monotonic()
                self._answer(verb)
            case _:
                self._say("500 what?")

    def _offers(self) -> str:
        offers = ["receiver", "8BITMIME", "SMTPUTF8", "SIZE 35882577"]
        if self.server.manners.pipelining:
            offers.append("PIPELINING")
        if self.server.tls is not None and not isinstance(self.wire, ssl.SSLSocket):
            offers.append("STARTTLS")
        return "\r\n".join([*(f"250-{each}" for each in offers[:-1]), f"250 {offers[-1]}"])

    def _take_data(self) -> None:
        if self._unread:
            self.server.note(rude="something was sent behind DATA")
        step = "DATA" if self.recipient else "NOBODY"
        if not self._answer(step, recipient=self.recipient).startswith("354"):
            return
        content = self._read_body()
        if not self.recipient:
            if content:
                self.server.note(rude="a body was sent to nobody")
            self._say("554 no valid recipient")
            return
        self._end_message(content)

    def _end_message(self, content: bytes) -> None:
        fault = self.server.find_fault("BODY", self.recipient, self.taken)
        reply = USUAL["BODY"] if fault is None or fault.reply is None else fault.reply
        is_taken = reply.startswith("2")
        if fault is not None and fault.takes is not None:
            is_taken = fault.takes
        recipient, self.recipient = self.recipient, ""
        if is_taken:
            self.taken += 1
            self.server.keep(recipient, content, self.begun)
        if fault is not None and fault.seconds:
            self._flush()
            time.sleep(fault.seconds)
        self._reply(reply, fault)

    def _answer(self, step: str, usual: str = "", *, recipient: str = "") -> str:
        """Answer a command in the usual way, unless a fault is due; return the reply."""
        fault = self.server.find_fault(step, recipient, self.taken)
        reply = usual or USUAL.get(step, FINE)
        if fault is not None and fault.reply is not None:
            reply = fault.reply
        if fault is not None and fault.seconds:
            self._flush()
            time.sleep(fault.seconds)
        self._reply(reply, fault)
        return reply

    def _reply(self, reply: str, fault: Fault | None) -> None:
        if not self.server.manners.pipelining and self._unread:
            self.server.note(rude="something was sent before the reply")
        if fault is not None and reply.startswith("5") and fault.at in {"RCPT", "BODY"}:
            self.server.note(refused=reply[:3])
        if reply:
            self._say(reply, end="" if fault and fault.is_raw else "\r\n")
        if fault is not None and fault.drip:
            self._drip(fault.drip)
        if fault is not None and fault.hangs_up:
            self._flush()
            self.wire.shutdown(socket.SHUT_RDWR)
            raise HungUp

    def _say(self, reply: str, end: str = "\r\n") -> None:
        self._unsent += f"{reply}{end}".encode()

    def _drip(self, pause: float) -> None:
        slow, self._unsent = bytes(self._unsent), bytearray()
        for each in slow:
            self.wire.sendall(bytes([each]))
            time.sleep(pause)

    def _flush(self) -> None:
        if self._unsent:
            ready, self._unsent = bytes(self._unsent), bytearray()
            self.wire.sendall(ready)

    def _read_through(self, end: bytes) -> bytes:
        """Return the received bytes up to and with an end; replies are sent before we wait."""
        searched = 0
        while (found := self._unread.find(end, searched)) < 0:
            searched = max(0, len(self._unread) - len(end))
            self._flush()
            received = self.wire.recv(65536)
            if not received:
                raise HungUp
            self._unread += received
        taken = bytes(self._unread[: found + len(end)])
        del self._unread[: found + len(end)]
        return taken

    def _read_body(self) -> bytes:
        first = self._read_through(b"\r\n")
        if first == b".\r\n":
            return b""
        self._unread[:0] = b"\r\n"  # the end of the first line may begin the end of the body
        return first[:-2] + self._read_through(b"\r\n.\r\n")


def main() -> None:
    """Serve, and behave as each line of standard input says, until it ends."""
    server = Receiver(int(sys.argv[1]), sys.argv[2])
    Thread(target=server.serve, daemon=True).start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        server.behave(read_manners(line))
        sys.stdout.write("ok\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
