"""Sends transactional emails in batches: claim, send, record. A failed one waits for a retry.

The results of a batch are written in the transaction that claims the next one (ADR 095).
"""

from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock

from jinja2 import TemplateError

from supporters import clock
from supporters.database import db, transaction
from supporters.extensions import current_settings
from supporters.logs import log_failure
from supporters.mail.compiled_emails import EmailComposer
from supporters.mail.dkim.signing_keys import SigningKeyUnreadable, current_signer
from supporters.mail.due_floor import DueFloor
from supporters.mail.models import EmailKind
from supporters.mail.outbox_claims import (
    ALL_KINDS,
    NOTHING_CLAIMED,
    Claimable,
    ClaimedEmail,
    OutboxClaim,
    claim_emails,
    may_still_leave,
    release_lease,
)
from supporters.mail.outbox_results import UNTRIED, UNWRITABLE, Hold, record_results
from supporters.mail.queries import EVER
from supporters.mail.rules import LEASE
from supporters.mail.streams import list_streams, settings_of
from supporters.mail.written_emails import WrittenEmail
from supporters.smtp import FOR_TRANSACTIONAL
from supporters.smtp_relay.batch_sending import CLAIM_SECONDS, REFUSALS_IN_A_BATCH, BatchSending
from supporters.smtp_relay.outcomes import AttemptOutcome, RelayReply
from supporters.smtp_relay.send_journal import OF_EMAILS, JournalFull, SendJournal
from supporters.smtp_relay.sending_threads import RelaySender
from supporters.smtp_relay.transport import OutgoingMessage, SmtpTransport, Transport

SMALLEST_BATCH, LARGEST_BATCH = 20, 250
SLOW_BATCH_SECONDS = 0.75
REFUSALS = "refusals"
MOST_FRUITLESS = 20  # connections that end with 421 for one recipient: people wait for the rest


def open_transport(kinds: frozenset[EmailKind]) -> SmtpTransport:
    """Return a connection to the relay of these kinds."""
    settings = settings_of(kinds)
    return SmtpTransport(FOR_TRANSACTIONAL, settings, most_fruitless=MOST_FRUITLESS)


class OutboxBatch(BatchSending[ClaimedEmail]):
    """Sends the emails of a claim. Another thread may take what was not begun."""

    def __init__(self, claim: OutboxClaim, sender: "OutboxSender", *, began: float) -> None:
        super().__init__(sender, began=began)
        self._claim, self._composer = claim, sender.composer
        self._lease_until = sender.lease_until
        self.written: dict[int, WrittenEmail] = {}
        self._untried = deque(claim.emails)
        self._lock = Lock()

    def deliver(self) -> None:
        """Send while time allows. Afterwards each email of the claim has its result."""
        try:
            super().deliver()
        finally:
            if self._refusals_of_us >= REFUSALS_IN_A_BATCH:
                self.problem = self.problem or REFUSALS
            untried = self.trouble.before_envelope() if self.trouble else UNTRIED
            self.results += [(each, untried) for each in self.take_untried()]

    @property
    def hold(self) -> Hold:
        """The facts that the outbox needs when emails are put back."""
        return self._claim.hold

    def take_untried(self) -> list[ClaimedEmail]:
        """Take the emails away that were not begun."""
        with self._lock:
            untried = [*self._untried]
            self._untried.clear()
        return untried

    def give_back(self, untried: Sequence[ClaimedEmail]) -> None:
        """Undo `take_untried`."""
        with self._lock:
            self._untried.extendleft(reversed(untried))

    def _take_next(self) -> ClaimedEmail | None:
        may_go_on = self._may_go_on()
        with self._lock:
            return self._untried.popleft() if may_go_on and self._untried else None

    def _id_of(self, item: ClaimedEmail) -> int:
        return item.email.id

    def _write(self, item: ClaimedEmail) -> OutgoingMessage | RelayReply:
        try:
            message = self._composer.write(item, self._claim.theme)
            if described := self._composer.describe(item, message):
                self.written[item.email.id] = described
        except (ValueError, KeyError, TemplateError) as error:
            log_failure("email.unreadable", error, email_id=item.email.id)
            return UNWRITABLE
        return message

    def _may_still_leave(self, item: ClaimedEmail) -> bool:
        return may_still_leave(item, self._lease_until, clock.now())

    def on_reply(self, message: OutgoingMessage, reply: RelayReply) -> None:
        """Keep the result of an attempt; the limit of a connection is none."""
        is_tried = reply.outcome is not AttemptOutcome.NOT_TRIED
        super().on_reply(message, reply if is_tried or self._find_trouble() else UNTRIED)


@dataclass(kw_only=True)
class OutboxSender(RelaySender):
    """Sends one batch of transactional emails after the other.

    Its `kinds` are those of one stream, whose relay its transport leads to. `results` are those
    that the outbox lacks; `claim` and the `written` emails are theirs. The sender `was_in_trouble`
    until the relay takes an email again; `pause` is its last one in seconds, while it waits.
    Without a `floor` it looks at all emails.
    """

    worker: str | None
    kinds: frozenset[EmailKind] = ALL_KINDS
    transport: Transport = field(default_factory=lambda: open_transport(ALL_KINDS))
    composer: EmailComposer = field(default_factory=EmailComposer)
    limit: int = SMALLEST_BATCH
    results: dict[int, RelayReply] = field(default_factory=dict)
    written: dict[int, WrittenEmail] = field(default_factory=dict)
    claim: OutboxClaim = NOTHING_CLAIMED
    floor: DueFloor | None = None
    was_in_trouble: bool = True
    lease_until: datetime = field(default_factory=lambda: clock.now() + LEASE)
    batch: OutboxBatch | None = None
    pause: float = 0.0

    def has_unrecorded(self) -> bool:
        """Tell whether the outbox lacks a result of ours."""
        return bool(self.results)

    def send_next(self) -> OutboxClaim:
        """Record what was sent, and send the next batch. Raises DatabaseUnavailable."""
        began = clock.uptime()
        try:
            self.journal.prepare()
            self.sign = current_signer()
        except (JournalFull, SigningKeyUnreadable) as error:
            self.problem = f"{'journal' if isinstance(error, JournalFull) else 'signing'}: {error}"
            return NOTHING_CLAIMED
        claim = self._claim()
        self.problem = ""
        if claim.emails:
            self.batch = OutboxBatch(claim, self, began=began)
            try:
                self.batch.deliver()
            finally:
                self.results.update((each.email.id, reply) for each, reply in self.batch.results)
                self.written.update(self.batch.written)
                self.problem, self.trouble = self.batch.problem, self.batch.trouble
                self.was_in_trouble |= self.trouble is not None
                self.batch = None
            self._adapt(len(claim.emails), clock.uptime() - began)
        return claim

    def _claim(self) -> OutboxClaim:
        if self.is_unsure:
            self.settle()
        since = EVER if self.floor is None else self.floor.get()
        now = clock.now()
        # Each claim has a lease of its own, by which it is found again.
        lease_until = now + LEASE + timedelta(microseconds=self.number)
        self.lease_until, self.is_unsure = lease_until, True
        with transaction():
            record_results(self.results, now, self._hold())
            claim = claim_emails(
                self.worker,
                limit=self.limit,
                now=now,
                lease_until=lease_until,
                among=Claimable(self.kinds, since),
            )
        self._forget_recorded()
        self.claim = claim
        return claim

    def settle(self) -> None:
        """Record what was sent, and release what we may hold. Raises DatabaseUnavailable."""
        if not self.results and not self.is_unsure:
            return
        with transaction():
            record_results(self.results, clock.now(), self._hold())
            if self.is_unsure:
                release_lease(self.worker, self.lease_until)
        self._forget_recorded()

    def _hold(self) -> Hold:
        return replace(
            self.claim.hold,
            was_in_trouble=self.was_in_trouble,
            kinds=self.kinds,
            written=self.written,
        )

    def _forget_recorded(self) -> None:
        if any(each.outcome is AttemptOutcome.ACCEPTED for each in self.results.values()):
            self.was_in_trouble = self.trouble is not None
        self.results, self.claim, self.is_unsure = {}, NOTHING_CLAIMED, False
        self.written = {}
        with suppress(JournalFull):
            self.journal.clear()

    def _adapt(self, sent: int, seconds: float) -> None:
        """Let batches grow while they are quick: a claim is never more than two seconds of work."""
        if self.problem or seconds > CLAIM_SECONDS:
            self.limit = SMALLEST_BATCH
        elif sent == self.limit and seconds < SLOW_BATCH_SECONDS:
            self.limit = min(2 * self.limit, LARGEST_BATCH)


def send_due_emails() -> int:
    """Send here what is due now, for commands without a worker and tests; return how many."""
    return sum(map(_send_due, list_streams()))


def _send_due(kinds: frozenset[EmailKind]) -> int:
    journal = SendJournal(current_settings().instance_dir, "here", OF_EMAILS)
    transport = open_transport(kinds)
    sender = OutboxSender(worker=None, kinds=kinds, transport=transport, journal=journal)
    seen = 0
    try:
        while (claim := sender.send_next()) is not NOTHING_CLAIMED:
            seen += claim.seen
            if sender.problem not in {"", REFUSALS}:
                break
        sender.settle()
    finally:
        sender.transport.close()
        journal.remove()
        db.session.rollback()
    return seen
