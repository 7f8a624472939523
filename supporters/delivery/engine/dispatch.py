"""Sends the emails of one claim: writes each one, checks it, and records it in the journal."""

import math
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event

from supporters import clock
from supporters.database import DatabaseUnavailable
from supporters.delivery.claims import Claim, Recipient, may_still_send
from supporters.delivery.engine.send_gate import SendGate
from supporters.delivery.message.message_bytes import CompiledMessage
from supporters.delivery.results import Result
from supporters.delivery.rules import CLAIM_TIME, CONSENT_CHECK_VALID_FOR, REFUSALS_IN_A_BATCH
from supporters.logs import log_failure
from supporters.smtp_relay.outcomes import AttemptOutcome, RelayReply, find_trouble
from supporters.smtp_relay.send_journal import JournalFull, SendJournal
from supporters.smtp_relay.transport import OutgoingMessage, Transport

LOG_AGAIN_AFTER_SECONDS = 60.0
INTERRUPTED = RelayReply(AttemptOutcome.UNCERTAIN, "interrupted")
UNWRITABLE = RelayReply(AttemptOutcome.REFUSED, "unwritable")


@dataclass(kw_only=True)
class Sender:
    """Sends one batch after the other.

    `unrecorded` is what was sent and isn't in the ledger yet. `is_unsure`: the database may have
    given us a batch, and failed before it could say so. `problem` is why the last batch couldn't
    be sent whole; it is empty if all were sent, and `trouble` is the relay's part in it. `said` is
    the last logged problem, and its time.
    """

    name: str
    transport: Transport
    journal: SendJournal
    gate: SendGate
    ending: Event = field(default_factory=Event)
    unrecorded: tuple[Claim, Sequence[Result]] | None = None
    is_unsure: bool = False
    problem: str = ""
    trouble: RelayReply | None = None
    said: str = ""
    said_at: float = -math.inf

    def may_log(self, problem: str) -> bool:
        """Tell whether to log a problem: a new one at once, the same one once a minute.

        A full disk would otherwise be filled again by its own log lines.
        """
        if problem == self.said and clock.uptime() - self.said_at < LOG_AGAIN_AFTER_SECONDS:
            return False
        self.said, self.said_at = problem, clock.uptime()
        return True


class Dispatch:
    """Gives the emails of a claim to a transport, and records the replies.

    `began` is the uptime, in seconds, at which consent was checked.
    """

    def __init__(
        self, claim: Claim, message: CompiledMessage, sender: Sender, *, began: float
    ) -> None:
        self._claim = claim
        self._message = message
        self._sender = sender
        self._began = began
        self._underway: deque[Recipient] = deque()
        self._is_leaving = False
        self._refusals_of_us = 0
        self.results: list[Result] = []
        self.trouble: RelayReply | None = None
        self.problem = ""

    def deliver(self) -> None:
        """Send while time and send gate allow; `results` has all attempts, also after errors."""
        try:
            ids = [to.subscriber_id for to in self._claim.recipients]
            self._sender.journal.begin(self._claim.campaign_id, self._claim.batch, ids)
            self._sender.transport.deliver(self._mails(), self)
            self._sender.journal.flush()
        except JournalFull as error:
            self.problem = f"journal: {error}"
        finally:
            if self._is_leaving:
                self.results.append((self._underway.popleft(), INTERRUPTED))
        has_taken_some = any(reply.outcome is AttemptOutcome.ACCEPTED for _, reply in self.results)
        self.trouble = find_trouble(self._sender.transport.problem, has_taken_some=has_taken_some)
        self.problem = self.problem or str(self.trouble or "")

    def _mails(self) -> Iterator[OutgoingMessage]:
        for number, to in enumerate(self._claim.recipients):
            self._wait_for_rate(number)
            if not self._may_go_on():
                return
            try:
                mail = self._message.write(to, sent_at=self._sender.gate.now())
            except ValueError as error:
                log_failure("delivery.unwritable", error, campaign=self._claim.campaign_id)
                self._settle(to, UNWRITABLE)
                continue
            self._underway.append(to)
            yield mail

    def _wait_for_rate(self, number: int) -> None:
        starts_in = (self._claim.starts_in + number * self._claim.gap).total_seconds()
        wait = self._began + starts_in - clock.uptime()
        if wait > 0:
            self._sender.ending.wait(wait)

    def _may_go_on(self) -> bool:
        return (
            clock.uptime() - self._began < CLAIM_TIME.total_seconds()
            and self._refusals_of_us < REFUSALS_IN_A_BATCH
            and not self._sender.ending.is_set()
            and self._sender.gate.may_send(self._claim.campaign_id)
        )

    def before_body(self, message: OutgoingMessage) -> bool:
        """Record the intent in the journal, then check once more that this email may be sent."""
        to = self._underway[0]
        try:
            self._sender.journal.record_intent(to.subscriber_id)
        except JournalFull as error:
            self.problem = f"journal: {error}"
            return False
        is_sure = _is_sure_since(self._began) or self._may_still_send(to)
        self._is_leaving = is_sure and self._sender.gate.may_send(self._claim.campaign_id)
        return self._is_leaving

    def _may_still_send(self, to: Recipient) -> bool:
        """Check the ledger once more; an answer that took too long doesn't count."""
        asked_at = clock.uptime()
        with suppress(DatabaseUnavailable):
            answer = may_still_send(self._claim, to.subscriber_id, self._sender.gate.now())
            return answer and _is_sure_since(asked_at)
        return False

    def on_reply(self, message: OutgoingMessage, reply: RelayReply) -> None:
        """Keep the result of an attempt."""
        self._is_leaving = False
        self._settle(self._underway.popleft(), reply)

    def _settle(self, to: Recipient, reply: RelayReply) -> None:
        self.results.append((to, reply))
        self._refusals_of_us += reply.refuses_us
        self._sender.journal.record_reply(to.subscriber_id, reply)


def _is_sure_since(moment: float) -> bool:
    return clock.uptime() - moment < CONSENT_CHECK_VALID_FOR.total_seconds()
