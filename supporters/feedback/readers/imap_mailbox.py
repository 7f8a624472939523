"""Reads a mailbox by IMAP: waits with IDLE, deletes what is settled, marks the rest as read by us.

People may use the mailbox as well, so nothing of theirs is deleted or shown as read (ADR 111).
"""

import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from imaplib import IMAP4
from threading import Event
from typing import TYPE_CHECKING

from supporters.feedback.readers.bounded_parser import READ_OCTETS
from supporters.feedback.readers.returned_emails import (
    MOST_EMAILS,
    MOST_OCTETS,
    EmailIntake,
    ReturnedEmail,
)
from supporters.settings.feedback_settings import FeedbackSettings

if TYPE_CHECKING:
    from imapclient import IMAPClient

IMAP_FAULTS = (IMAP4.error, OSError)  # IMAPClient raises those of imaplib
MARK, FLAG = b"$SupportersRead", b"\\Flagged"
ANY_KEYWORD = b"\\*"
SEARCHED = 5_000  # messages; a longer answer would be longer than imaplib takes
NAMED = 500  # in a command: servers may refuse one of more than 8,000 octets (RFC 2683 3.2.1.5)
LOOK_EVERY_SECONDS, NOTICES_WITHIN_SECONDS = 60, 2
BEGINNING = f"BODY.PEEK[]<0.{READ_OCTETS}>"


class MailboxReadOnly(Exception):
    """The mailbox lets us read, and not delete: the same emails would come for ever."""


@contextmanager
def opened_mailbox(place: FeedbackSettings) -> Iterator["ImapMailbox"]:
    """Sign in, and sign out at the end. Raises IMAP_FAULTS."""
    from imapclient import IMAPClient, SocketTimeout  # noqa: PLC0415 - few processes read

    is_encrypted = place.scheme == "imaps"
    client = IMAPClient(
        place.host,
        place.port,
        ssl=is_encrypted,
        ssl_context=ssl.create_default_context() if is_encrypted else None,
        timeout=SocketTimeout(connect=20, read=60),
    )
    try:
        client.login(place.user, place.password)
        yield ImapMailbox(client, place.path)
    finally:
        with suppress(*IMAP_FAULTS):
            client.logout()


class ImapMailbox:
    """A folder of a mailbox, over one connection."""

    def __init__(self, client: "IMAPClient", folder: str) -> None:
        self._client, self._folder = client, folder
        self._mark = MARK
        self._validity: object = None
        self._next_uid: object = None
        self._failed: set[int] = set()

    def take_all(self, intake: EmailIntake, ending: Event) -> None:
        """Take what waits, batch by batch.

        Raises IMAP_FAULTS, MailboxReadOnly, or as `EmailIntake.take`.
        """
        while not ending.is_set() and (uids := self._find_waiting()):
            for batch in self._cut(uids):
                if not ending.is_set():
                    self._take(batch, intake)

    def find_backlog(self) -> tuple[int, datetime | None]:
        """Return how many messages wait, and when the oldest came. Raises as `take_all`."""
        uids = [uid for each in self._search_in_parts() for uid in each]
        if not uids:
            return 0, None
        found = self._client.fetch([uids[0]], ["INTERNALDATE"])
        return len(uids), found[uids[0]][b"INTERNALDATE"].astimezone(UTC)

    def wait(self, ending: Event) -> None:
        """Wait until something came, for a minute at most. Raises as `take_all`."""
        searched_until = self._next_uid
        self._select()
        if self._next_uid != searched_until:  # came since; IDLE may not tell again
            return
        if not self._client.has_capability("IDLE"):
            ending.wait(LOOK_EVERY_SECONDS)
            return
        self._client.idle()
        for _ in range(LOOK_EVERY_SECONDS // NOTICES_WITHIN_SECONDS):
            if ending.is_set() or self._client.idle_check(timeout=NOTICES_WITHIN_SECONDS):
                break
        self._client.idle_done()

    def _select(self) -> int:
        """Select the folder; return how many messages it has."""
        selected = self._client.select_folder(self._folder)
        if b"READ-ONLY" in selected:
            raise MailboxReadOnly
        self._mark = MARK if ANY_KEYWORD in selected.get(b"PERMANENTFLAGS", ()) else FLAG
        if selected.get(b"UIDVALIDITY") != self._validity:  # the numbers mean other messages now
            self._validity = selected.get(b"UIDVALIDITY")
            self._failed.clear()
        self._next_uid = selected.get(b"UIDNEXT")
        return int(selected[b"EXISTS"])

    def _find_waiting(self) -> list[int]:
        """Return the first UIDs that wait."""
        return next(filter(None, self._search_in_parts()), [])[:NAMED]

    def _search_in_parts(self) -> Iterator[list[int]]:
        """Yield the UIDs that wait, part by part of the folder."""
        count = self._select()
        unmarked = ["UNKEYWORD", MARK] if self._mark == MARK else ["UNFLAGGED"]
        for first in range(1, count + 1, SEARCHED):
            part = f"{first}:{min(count, first + SEARCHED - 1)}"
            uids = self._client.search([part, "UNDELETED", *unmarked])
            yield [uid for uid in uids if uid not in self._failed]

    def _cut(self, uids: Sequence[int]) -> Iterator[list[int]]:
        """Yield batches that take little memory, by the sizes that the server tells."""
        batch: list[int] = []
        octets = 0
        for uid, told in sorted(self._client.fetch(uids, ["RFC822.SIZE"]).items()):
            octets += min(told[b"RFC822.SIZE"], READ_OCTETS)
            batch.append(uid)
            if len(batch) == MOST_EMAILS or octets > MOST_OCTETS:
                yield batch
                batch, octets = [], 0
        if batch:
            yield batch

    def _take(self, uids: Sequence[int], intake: EmailIntake) -> None:
        found = self._client.fetch(uids, [BEGINNING])
        emails = {uid: ReturnedEmail(found[uid].get(b"BODY[]<0>") or b"") for uid in sorted(found)}
        outcomes = dict(zip(emails, intake.take([*emails.values()]), strict=True))
        self._failed |= {uid for uid, each in outcomes.items() if each.effect is None}
        left = {uid for uid, each in outcomes.items() if each.effect and not each.is_settled}
        unreadable = {uid for uid in left if outcomes[uid].is_unreadable}
        for some, flag in ((left, self._mark), (unreadable, FLAG)):
            if some:
                self._client.add_flags(sorted(some), [flag], silent=True)
        self._delete([uid for uid, each in outcomes.items() if each.is_settled])

    def _delete(self, uids: list[int]) -> None:
        """Delete these messages, and none that a person has marked as deleted."""
        if not uids:
            return
        self._client.delete_messages(uids, silent=True)
        if self._client.has_capability("UIDPLUS"):
            self._client.expunge(uids)
        elif {*self._client.search(["DELETED"])} == {*uids}:
            self._client.expunge()
