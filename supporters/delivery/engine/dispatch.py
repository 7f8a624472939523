"""Sends the emails of one claim of a campaign, and has the state of its sender."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Event

from supporters import clock
from supporters.delivery.claims import Claim, Recipient, may_still_send
from supporters.delivery.engine.send_gate import SendGate
from supporters.delivery.message.message_bytes import CompiledMessage
from supporters.delivery.results import Result
from supporters.logs import log_failure
from supporters.smtp_relay.batch_sending import BatchSending
from supporters.smtp_relay.outcomes import AttemptOutcome, RelayReply
from supporters.smtp_relay.send_journal import JournalFull, SendJournal
from supporters.smtp_relay.transport import OutgoingMessage, Transport

LOG_AGAIN_AFTER_SECONDS = 60.0
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


class Dispatch(BatchSending[Recipient]):
    """Sends the emails of a claim of a campaign, at the common rate and while the gate is open."""

    def __init__(
        self, claim: Claim, message: CompiledMessage, sender: Sender, *, began: float
    ) -> None:
        super().__init__(sender.transport, sender.journal, sender.ending, began=began)
        self._claim, self._message, self._gate = claim, message, sender.gate
        self._recipients = enumerate(claim.recipients)
        self._starts_in, self._gap = claim.starts_in.total_seconds(), claim.gap.total_seconds()

    def deliver(self) -> None:
        """Send while time and send gate allow; `results` has all attempts, also after errors."""
        ids = [to.subscriber_id for to in self._claim.recipients]
        try:
            self._journal.begin(self._claim.campaign_id, self._claim.batch, ids)
        except JournalFull as error:
            self.problem = f"journal: {error}"
        else:
            super().deliver()

    def _take_next(self) -> Recipient | None:
        """Return the next recipient, when the common rate allows the email."""
        number, to = next(self._recipients, (0, None))
        wait = self.began + self._starts_in + number * self._gap - clock.uptime()
        if to is not None and wait > 0:
            self._ending.wait(wait)
        return to if self._may_go_on() and self._gate.may_send(self._claim.campaign_id) else None

    def _id_of(self, item: Recipient) -> int:
        return item.subscriber_id

    def _write(self, item: Recipient) -> OutgoingMessage | RelayReply:
        try:
            return self._message.write(item, sent_at=self._gate.now())
        except ValueError as error:
            log_failure("delivery.unwritable", error, campaign=self._claim.campaign_id)
            return UNWRITABLE

    def before_body(self, message: OutgoingMessage) -> bool:
        """Record the intent, then check consent, if it was checked long ago, and the gate."""
        is_sure = super().before_body(message)
        self._is_leaving = is_sure and self._gate.may_send(self._claim.campaign_id)
        return self._is_leaving

    def _may_still_leave(self, item: Recipient) -> bool:
        return may_still_send(self._claim, item.subscriber_id, self._gate.now())
