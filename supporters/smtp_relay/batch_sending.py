"""Sends the emails of one claim: each is in the journal before its body leaves.

Campaigns and the outbox share it. They say which email is next, how it is written, and whether it
may still leave.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import Generic, TypeVar

from supporters import clock
from supporters.database import DatabaseUnavailable
from supporters.smtp_relay.outcomes import AttemptOutcome, RelayReply, find_trouble
from supporters.smtp_relay.send_journal import JournalFull
from supporters.smtp_relay.sending_threads import RelaySender
from supporters.smtp_relay.transport import OutgoingMessage

CLAIM_SECONDS = 1.5  # from the claim, which checks each email, to the last one's start
CHECK_VALID_FOR_SECONDS = 2.0  # after that, each email is checked once more
REFUSALS_IN_A_BATCH = 5  # of us; after these the rest waits
INTERRUPTED = RelayReply(AttemptOutcome.UNCERTAIN, "interrupted")
Item = TypeVar("Item")


class BatchSending(Generic[Item]):
    """Signs the emails of a claim, gives them to a transport, and keeps the replies.

    `began` is the uptime of the claim. `problem` is why not all could be sent, and `trouble` the
    relay's part in it.
    """

    def __init__(self, sender: RelaySender, *, began: float) -> None:
        self.began = began
        self.results: list[tuple[Item, RelayReply]] = []
        self.problem = ""
        self.trouble: RelayReply | None = None
        self._transport, self._journal, self._ending = (
            sender.transport,
            sender.journal,
            sender.ending,
        )
        self._sign = sender.sign
        self._underway: deque[Item] = deque()
        self._is_leaving = False
        self._has_sent_some = False
        self._refusals_of_us = 0

    def _take_next(self) -> Item | None:
        """Return the next email to send; None if no other is sent now."""
        raise NotImplementedError

    def _id_of(self, item: Item) -> int:
        """Return the id of an email in the journal."""
        raise NotImplementedError

    def _write(self, item: Item) -> OutgoingMessage | RelayReply:
        """Return the message of an email, or its result if it can't be written."""
        raise NotImplementedError

    def _may_still_leave(self, item: Item) -> bool:
        """Check an email again whose turn came long after the claim. Raises DatabaseUnavailable."""
        raise NotImplementedError

    def deliver(self) -> None:
        """Send while it is allowed; `results` has all attempts, also after errors."""
        try:
            self._transport.deliver(self._list_messages(), self)
        finally:
            if self._is_leaving:
                self.results.append((self._underway.popleft(), INTERRUPTED))
            try:
                self._journal.flush()
            except JournalFull as error:
                self.problem = f"journal: {error}"
            self.trouble = self._find_trouble()
            self.problem = self.problem or str(self.trouble or "")

    def _find_trouble(self) -> RelayReply | None:
        """Return why the relay takes no more now."""
        return find_trouble(self._transport.problem, has_taken_some=self._has_sent_some)

    def _may_go_on(self) -> bool:
        """Tell whether another email may be begun."""
        return (
            clock.uptime() - self.began < CLAIM_SECONDS
            and self._refusals_of_us < REFUSALS_IN_A_BATCH
            and not self._ending.is_set()
        )

    def _list_messages(self) -> Iterator[OutgoingMessage]:
        """Yield the messages to send, each when the relay can take it."""
        while (item := self._take_next()) is not None:
            written = self._write(item)
            if isinstance(written, RelayReply):
                self._settle(item, written)
            else:
                self._underway.append(item)
                yield replace(written, content=self._sign(written.content))

    def before_body(self, message: OutgoingMessage) -> bool:
        """Record the intent in the journal, then check late emails once more."""
        item = self._underway[0]
        try:
            self._journal.record_intent(self._id_of(item))
        except JournalFull as error:
            self.problem = f"journal: {error}"
            return False
        self._is_leaving = _is_sure_since(self.began) or self._ask_again(item)
        return self._is_leaving

    def _ask_again(self, item: Item) -> bool:
        """Check an email once more; an answer that took too long doesn't count."""
        asked_at = clock.uptime()
        try:
            return self._may_still_leave(item) and _is_sure_since(asked_at)
        except DatabaseUnavailable:
            return False

    def on_reply(self, message: OutgoingMessage, reply: RelayReply) -> None:
        """Keep the result of an attempt."""
        self._is_leaving = False
        self._has_sent_some |= reply.outcome is AttemptOutcome.ACCEPTED
        self._settle(self._underway.popleft(), reply)

    def _settle(self, item: Item, reply: RelayReply) -> None:
        self.results.append((item, reply))
        self._refusals_of_us += reply.refuses_us
        self._journal.record_reply(self._id_of(item), reply)


def _is_sure_since(moment: float) -> bool:
    return clock.uptime() - moment < CHECK_VALID_FOR_SECONDS
