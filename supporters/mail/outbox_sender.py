"""Sends transactional emails in batches: claim, send, record. A failed one waits for a retry.

The results of a batch are written in the transaction that claims the next one (ADR 062).
"""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Event, Lock

from jinja2 import TemplateError

from supporters import clock
from supporters.database import DatabaseUnavailable, db, transaction
from supporters.extensions import current_settings
from supporters.logs import log_failure
from supporters.mail.compiled_emails import EmailComposer
from supporters.mail.outbox_claims import (
    NOTHING_CLAIMED,
    ClaimedEmail,
    OutboxClaim,
    claim_emails,
    may_still_leave,
    release_lease,
)
from supporters.mail.outbox_results import UNTRIED, UNWRITABLE, Hold, record_results
from supporters.mail.rules import LEASE
from supporters.smtp import FOR_TRANSACTIONAL
from supporters.smtp_relay.outcomes import AttemptOutcome, RelayReply, find_trouble
from supporters.smtp_relay.send_journal import OF_EMAILS, JournalFull, SendJournal
from supporters.smtp_relay.transport import OutgoingMessage, SmtpTransport, Transport

SMALLEST_BATCH, LARGEST_BATCH = 20, 250
CLAIM_SECONDS = 1.5  # from the claim to the last email's start
CHECK_VALID_FOR_SECONDS = 2.0  # after that, each email is checked once more
SLOW_BATCH_SECONDS = 0.75
REFUSALS_IN_A_BATCH = 5  # of us; after these the rest waits
REFUSALS = "refusals"
MOST_FRUITLESS = 20  # connections that end with 421 for one recipient: people wait for the rest


class OutboxBatch:
    """Gives the emails of a claim to a transport, and takes the replies.

    `began` is the uptime of the claim. Another thread may take what was not begun.
    """

    def __init__(self, claim: OutboxClaim, sender: "OutboxSender", *, began: float) -> None:
        self.began = began
        self.problem = ""
        self.trouble: RelayReply | None = None
        self._claim = claim
        self._sender = sender
        self._untried = deque(claim.emails)
        self._underway: deque[ClaimedEmail] = deque()
        self._lock = Lock()
        self._has_sent_some = False
        self._refusals_of_us = 0

    def deliver(self) -> None:
        """Send while time allows. Afterwards each email of the claim has its result."""
        try:
            self._sender.transport.deliver(self._messages(), self)
        finally:
            with suppress(JournalFull):  # a full disk undoes no result
                self._sender.journal.flush()
            self.trouble = self._find_trouble()
            self.problem = self.problem or str(self.trouble or "")
            if self._refusals_of_us >= REFUSALS_IN_A_BATCH:
                self.problem = self.problem or REFUSALS
            for each in self.take_untried():
                self._sender.results[each.email.id] = self._result_without_attempt()

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

    def _find_trouble(self) -> RelayReply | None:
        problem = self._sender.transport.problem
        return find_trouble(problem, has_taken_some=self._has_sent_some)

    def _result_without_attempt(self) -> RelayReply:
        """Return the result of an email that was not begun; it tells why, if the relay is why."""
        return self.trouble.before_envelope() if self.trouble else UNTRIED

    def _messages(self) -> Iterator[OutgoingMessage]:
        while (claimed := self._take_next()) is not None:
            try:
                message = self._sender.composer.write(claimed, self._claim.face)
            except (ValueError, KeyError, TemplateError) as error:
                log_failure("letter.unreadable", error, letter=claimed.email.id)
                self._sender.results[claimed.email.id] = UNWRITABLE
                continue
            self._underway.append(claimed)
            yield message

    def _take_next(self) -> ClaimedEmail | None:
        may_go_on = (
            clock.uptime() - self.began < CLAIM_SECONDS
            and self._refusals_of_us < REFUSALS_IN_A_BATCH
            and not self._sender.ending.is_set()
        )
        with self._lock:
            return self._untried.popleft() if may_go_on and self._untried else None

    def before_body(self, message: OutgoingMessage) -> bool:
        """Record the intent in the journal, and check late emails once more."""
        claimed = self._underway[0]
        if not self._is_fresh() and not self._may_still_leave(claimed):
            return False
        try:
            self._sender.journal.record_intent(claimed.email.id)
        except JournalFull as error:
            self.problem = f"journal: {error}"
            return False
        return True

    def _is_fresh(self) -> bool:
        return clock.uptime() - self.began < CHECK_VALID_FOR_SECONDS

    def _may_still_leave(self, claimed: ClaimedEmail) -> bool:
        asked_at = clock.uptime()
        try:
            may_leave = may_still_leave(claimed, self._sender.lease_until, clock.now())
        except DatabaseUnavailable:
            return False
        return may_leave and clock.uptime() - asked_at < CHECK_VALID_FOR_SECONDS

    def on_reply(self, message: OutgoingMessage, reply: RelayReply) -> None:
        """Keep the result of an attempt."""
        email_id = self._underway.popleft().email.id
        self._refusals_of_us += reply.refuses_us
        self._has_sent_some |= reply.outcome is AttemptOutcome.ACCEPTED
        if reply.outcome is AttemptOutcome.NOT_TRIED and not self._find_trouble():
            reply = UNTRIED
        self._sender.results[email_id] = reply
        self._sender.journal.record_reply(email_id, reply)


@dataclass(kw_only=True)
class OutboxSender:
    """Sends one batch after the other over its connection.

    `results` are those that the outbox lacks, and `claim` is theirs. While `is_unsure`, the
    database may have given us emails and failed before it could say so.
    `trouble` is why the relay took no more of the last batch; `was_in_trouble` until it takes some.
    """

    worker: str | None
    number: int
    journal: SendJournal
    ending: Event = field(default_factory=Event)
    transport: Transport = field(
        default_factory=lambda: SmtpTransport(FOR_TRANSACTIONAL, most_fruitless=MOST_FRUITLESS)
    )
    composer: EmailComposer = field(default_factory=EmailComposer)
    limit: int = SMALLEST_BATCH
    results: dict[int, RelayReply] = field(default_factory=dict)
    claim: OutboxClaim = NOTHING_CLAIMED
    trouble: RelayReply | None = None
    was_in_trouble: bool = True
    lease_until: datetime = field(default_factory=lambda: clock.now() + LEASE)
    is_unsure: bool = False
    batch: OutboxBatch | None = None
    problem: str = ""

    def send_next(self) -> OutboxClaim:
        """Record what was sent, and send the next batch. Raises DatabaseUnavailable."""
        began = clock.uptime()
        try:
            self.journal.prepare()
        except JournalFull as error:
            self.problem = f"journal: {error}"
            return NOTHING_CLAIMED
        claim = self._claim()
        self.problem = ""
        if claim.emails:
            self.batch = OutboxBatch(claim, self, began=began)
            try:
                self.batch.deliver()
            finally:
                self.problem, self.trouble = self.batch.problem, self.batch.trouble
                self.was_in_trouble |= self.trouble is not None
                self.batch = None
            self._adapt(len(claim.emails), clock.uptime() - began)
        return claim

    def _claim(self) -> OutboxClaim:
        if self.is_unsure:
            self.settle()
        now = clock.now()
        # Each claim has a lease of its own, by which it is found again.
        lease_until = now + LEASE + timedelta(microseconds=self.number)
        self.lease_until, self.is_unsure = lease_until, True
        with transaction():
            record_results(self.results, now, self._hold())
            claim = claim_emails(self.worker, limit=self.limit, now=now, lease_until=lease_until)
        self._forget_recorded()
        self.claim = claim
        return claim

    def settle(self) -> None:
        """Record what was sent, and release what we may hold without knowing it.

        Raises DatabaseUnavailable.
        """
        if not self.results and not self.is_unsure:
            return
        with transaction():
            record_results(self.results, clock.now(), self._hold())
            if self.is_unsure:
                release_lease(self.worker, self.lease_until)
        self._forget_recorded()

    def _hold(self) -> Hold:
        return replace(self.claim.hold, was_in_trouble=self.was_in_trouble)

    def _forget_recorded(self) -> None:
        if any(each.outcome is AttemptOutcome.ACCEPTED for each in self.results.values()):
            self.was_in_trouble = self.trouble is not None
        self.results, self.claim, self.is_unsure = {}, NOTHING_CLAIMED, False
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
    journal = SendJournal(current_settings().instance_dir, "here", OF_EMAILS)
    sender = OutboxSender(worker=None, number=0, journal=journal)
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
