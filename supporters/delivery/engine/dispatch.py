"""Sends the emails of one claim of a campaign, and has the state of its sender."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from supporters import clock
from supporters.delivery.claims import Claim, Recipient, may_still_send, release_claims
from supporters.delivery.completion import finish_if_done
from supporters.delivery.engine.send_gate import SendGate
from supporters.delivery.message.message_bytes import CompiledMessage
from supporters.delivery.results import Result, record_batch
from supporters.logs import log_failure
from supporters.smtp_relay.batch_sending import BatchSending
from supporters.smtp_relay.outcomes import AttemptOutcome, RelayReply
from supporters.smtp_relay.send_journal import JournalFull
from supporters.smtp_relay.sending_threads import RelaySender
from supporters.smtp_relay.transport import OutgoingMessage

UNWRITABLE = RelayReply(AttemptOutcome.REFUSED, "unwritable")


@dataclass(kw_only=True)
class Sender(RelaySender):
    """Sends one batch of a campaign after the other.

    `unrecorded` is what was sent and isn't in the ledger yet.
    """

    name: str
    gate: SendGate
    unrecorded: tuple[Claim, Sequence[Result]] | None = None

    def has_unrecorded(self) -> bool:
        """Tell whether the ledger lacks a result of ours."""
        return self.unrecorded is not None

    def settle(self) -> None:
        """Record what was sent, and release what we may hold. Raises DatabaseUnavailable."""
        self.record()
        if self.is_unsure:
            release_claims(self.name)
            self.is_unsure = False

    def record(self) -> None:
        """Record the last batch, and end the campaign if that was its last one."""
        if self.unrecorded is None:
            return
        claim, results = self.unrecorded
        record_batch(claim, results, now=self.gate.now())
        self.unrecorded = None
        with suppress(JournalFull):  # its old lines would make the next batch uncertain, not wrong
            self.journal.clear()
        finish_if_done(claim.campaign_id)


class Dispatch(BatchSending[Recipient]):
    """Sends the emails of a claim of a campaign, at the common rate and while the gate is open."""

    def __init__(
        self, claim: Claim, message: CompiledMessage, sender: Sender, *, began: float
    ) -> None:
        super().__init__(sender, began=began)
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
