"""Speaks LMTP with the mail server of this machine: says 250 only once an effect is committed."""

import asyncio
from collections.abc import Callable
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session

from supporters.feedback.readers.bounded_parser import READ_OCTETS, ParserGone
from supporters.feedback.readers.returned_emails import (
    MOST_EMAILS,
    EmailIntake,
    NotStored,
    ReturnedEmail,
)
from supporters.logs import log_failure
from supporters.settings.feedback_settings import FeedbackSettings

END = b"\r\n.\r\n"
MOST_OCTETS = 64 * 1024 * 1024  # announced; only the beginning is left
MOST_EMPTY_LINES = 1_000  # before the first header: an email has none
FOR_EVERYBODY = 0o666  # the folder of the socket says which user may come in
LOOK_EVERY_SECONDS = 0.2
TAKEN, LATER = "250 2.0.0 Taken", "451 4.3.0 Not stored, try again later"
FAULT = "451 4.3.0 A fault of this program, try again later"

Waiting = asyncio.Queue[tuple[ReturnedEmail, "asyncio.Future[str]"]]


class _FeedbackLmtp(LMTP):
    """LMTP that keeps the beginning of an email only, however long it and its lines are."""

    line_length_limit = 16 * 1024

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - the name that aiosmtpd calls
        """Take an email, and answer once for each recipient (RFC 2033 section 4.2)."""
        envelope = self.envelope
        if envelope is None or not envelope.rcpt_tos or arg:
            await self.push("503 5.5.1 MAIL and RCPT first, and DATA alone")
            return
        await self.push("354 End with a dot on a line of its own")
        envelope.content = await _read_beginning(self._reader)
        answer = await self._call_handler_hook("DATA")
        count = len(envelope.rcpt_tos)
        self._set_post_data_state()  # type: ignore[no-untyped-call]
        await self.push("\r\n".join([answer] * count))


async def _read_beginning(reader: asyncio.StreamReader) -> bytes:
    """Read an email to its end; return its first octets."""
    left = bytearray()
    for _ in range(MOST_EMPTY_LINES):
        first = await reader.readexactly(1)
        if first == b"." and (first := await reader.readexactly(1)) == b"\r":
            await reader.readexactly(1)
            return bytes(left)
        left += first
        if first != b"\r":
            break
        left += await reader.readexactly(1)
    is_at_end = False
    while not is_at_end:
        try:
            chunk = await reader.readuntil(END)
            is_at_end = True
        except asyncio.LimitOverrunError as longer:
            chunk = await reader.read(longer.consumed)
        left += chunk[: max(0, READ_OCTETS + len(END) - len(left))]
    return bytes(left.removesuffix(END[2:]).replace(b"\r\n..", b"\r\n.")[:READ_OCTETS])


class _Handler:
    """Hands each email to the one who applies; knows no rule about its recipients."""

    def __init__(self, waiting: Waiting) -> None:
        self._waiting = waiting

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
        self, server: LMTP, session: Session, envelope: Envelope
    ) -> str:
        """Wait until the email is applied."""
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        await self._waiting.put((ReturnedEmail(raw, tuple(envelope.rcpt_tos)), answer))
        return await answer


async def serve_lmtp(
    place: FeedbackSettings, intake: EmailIntake, ending: Event, *, looked: Callable[[], object]
) -> None:
    """Serve until `ending`; call `looked` from time to time. Raises OSError, ParserGone."""
    waiting: Waiting = asyncio.Queue(MOST_EMAILS)
    async with _listening(place, waiting):
        applying = asyncio.create_task(_apply(waiting, intake))
        try:
            while not ending.is_set() and not applying.done():
                await asyncio.sleep(LOOK_EVERY_SECONDS)
                looked()
        finally:
            applying.cancel()
        if applying.done() and not applying.cancelled():
            applying.result()


@asynccontextmanager
async def _listening(place: FeedbackSettings, waiting: Waiting) -> Any:
    loop = asyncio.get_running_loop()

    def make() -> _FeedbackLmtp:
        handler = _Handler(waiting)
        return _FeedbackLmtp(
            handler,
            data_size_limit=MOST_OCTETS,
            ident="Supporters",
            enable_SMTPUTF8=True,
            loop=loop,
        )

    if place.host:
        server: asyncio.AbstractServer = await loop.create_server(make, place.host, place.port)
    else:
        server = await loop.create_unix_server(make, place.path)
        _let_everybody_in(place.path)
    try:
        yield
    finally:
        server.close()


def _let_everybody_in(path: str) -> None:
    Path(path).chmod(FOR_EVERYBODY)


async def _apply(waiting: Waiting, intake: EmailIntake) -> None:
    """Apply what waits: all that came while a batch was applied is the next one."""
    while True:
        batch = [await waiting.get()]
        while not waiting.empty() and len(batch) < MOST_EMAILS:
            batch.append(waiting.get_nowait())
        try:
            outcomes = await asyncio.to_thread(intake.take, [email for email, _ in batch])
            answers = [FAULT if each.effect is None else TAKEN for each in outcomes]
        except NotStored as error:
            log_failure("feedback.not_stored", error)
            answers = [LATER] * len(batch)
        except ParserGone:
            _answer(batch, [LATER] * len(batch))
            raise
        _answer(batch, answers)


def _answer(batch: list[tuple[ReturnedEmail, "asyncio.Future[str]"]], answers: list[str]) -> None:
    for (_, waits), answer in zip(batch, answers, strict=True):
        if not waits.done():  # the other side may have gone
            waits.set_result(answer)
