"""The states of a delivery in the ledger, and how a mail server's answer changes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from supporters.smtp_relay.outcomes import AttemptOutcome
from supporters.smtp_replies import is_permanent, refuses_us


class DeliveryStatus(StrEnum):
    """The state of one email to one person."""

    QUEUED = "queued"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    SKIPPED = "skipped"
    UNCERTAIN = "uncertain"


class HoldReason(StrEnum):
    """Why all sending from this database is held until an owner lifts the hold.

    UNKNOWN: a worker's machine knows nothing of the database. OLDER: the database knows less than
    a machine does. RESTORED: `rights replay` was run, so a backup was put back, or the log has a
    restoration that no owner acknowledged. BEGUN_AGAIN: the log isn't the one that began. FAULTY:
    a verification found faults of the log that no owner accepted.
    """

    UNKNOWN = "unknown"
    OLDER = "older"
    RESTORED = "restored"
    BEGUN_AGAIN = "begun-again"
    FAULTY = "faulty"


class SkipReason(StrEnum):
    """Why an email isn't sent. LEFT is from before the reasons were recorded one by one."""

    CANCELLED = "cancelled"
    UNSUBSCRIBED = "unsubscribed"
    PAUSED = "paused"
    RESTRICTED = "restricted"
    OBJECTED = "objected"
    ERASED = "erased"
    UNREACHABLE = "unreachable"
    BASELESS = "baseless"
    LEFT = "left"


UNSETTLED = (DeliveryStatus.QUEUED, DeliveryStatus.DEFERRED)


VERIFY_AT_HOUR = 1  # UTC; two or three o'clock in most of Europe
ALWAYS_DUE = datetime(2000, 1, 1, tzinfo=UTC)  # is due, whatever a machine's clock says
SMALLEST_BATCH, LARGEST_BATCH = 20, 500
BATCHES_PURGED_TOGETHER = 20  # in one transaction, the first ones first
BATCHES_OF_A_SMALL_CAMPAIGN = 32  # so that every connection of every worker can help
REVOCATION_GRACE = timedelta(seconds=10)  # longer than a worker trusts its last reading
LEASE = timedelta(hours=1)  # longer than one message with every time-out of RFC 5321
RETRIES = (
    *(timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=1), timedelta(hours=2)),
    *(timedelta(hours=4) for _ in range(24)),
)  # four to five days in all (RFC 5321 section 4.5.4.1)
WINDOW = 50  # how many of the relay's last answers are counted
LONGER_WINDOW = 1_000  # how many of them tell whether a list has dead addresses
MANY_REFUSALS = 10  # refusals of us among them that pause a campaign
FEW_REFUSALS = 3  # the same for a small audience
NEARLY_ALL_REFUSED = 45  # refusals of any kind: then the relay rejects every mailbox


def why_skipped(
    *,
    is_restricted: bool,
    is_unreachable: bool,
    is_subscribed: bool,
    is_valid: bool,
    is_suppressed: bool,
) -> SkipReason:
    """Return why a person whose email was waiting may not be written to any more.

    `is_valid`: the consent of the subscription is. If no other reason holds, it is a pause.
    """
    if is_restricted:
        return SkipReason.RESTRICTED
    if not is_subscribed:
        return SkipReason.UNSUBSCRIBED
    if not is_valid:
        return SkipReason.BASELESS
    if is_suppressed:
        return SkipReason.OBJECTED
    return SkipReason.UNREACHABLE if is_unreachable else SkipReason.PAUSED


def batch_size(audience: int) -> int:
    """Return how many emails a batch of a campaign to this many people has."""
    fair_share = -(-audience // BATCHES_OF_A_SMALL_CAMPAIGN)
    return min(LARGEST_BATCH, max(SMALLEST_BATCH, fair_share))


def status_after(outcome: AttemptOutcome, attempts: int) -> DeliveryStatus | None:
    """Return the state of a delivery after this many attempts, from the result of the last one.

    None when it wasn't tried: the state doesn't change.
    """
    match outcome:
        case AttemptOutcome.ACCEPTED:
            return DeliveryStatus.ACCEPTED
        case AttemptOutcome.UNCERTAIN:
            return DeliveryStatus.UNCERTAIN
        case AttemptOutcome.NOT_TRIED:
            return None
        case AttemptOutcome.DEFERRED if attempts <= len(RETRIES):
            return DeliveryStatus.DEFERRED
        case _:
            return DeliveryStatus.REFUSED


def next_attempt(attempts: int, now: datetime) -> datetime:
    """Return when a deferred email is tried again after this many attempts."""
    return now + RETRIES[min(attempts, len(RETRIES)) - 1]


def last_night(now: datetime) -> datetime:
    """Return when the last nightly verification was due."""
    at_night = now.astimezone(UTC).replace(hour=VERIFY_AT_HOUR, minute=0, second=0, microsecond=0)
    return at_night if at_night <= now else at_night - timedelta(days=1)


def find_reason_to_hold(
    known_at: datetime | None,
    seen_at: datetime | None,
    *,
    is_sealed: bool,
    has_stored_checkpoint: bool,
    lifted_at: datetime | None,
) -> HoldReason | None:
    """Return why a machine must take its database for one restored from a backup, or None.

    `known_at` is when the machine was seen last, by its own file, `seen_at` by the database.
    `lifted_at` is when an owner last said that the database is the right one.
    """
    if not is_sealed:
        return None
    if known_at is None:
        return None if has_stored_checkpoint else HoldReason.UNKNOWN
    if seen_at is not None and seen_at >= known_at:
        return None
    is_excused = lifted_at is not None and lifted_at >= known_at
    return None if is_excused else HoldReason.OLDER


@dataclass(frozen=True, kw_only=True)
class RelayAnswers:
    """The last answers of the relay to a campaign: how many, and what they refuse."""

    total: int = 0
    refusals: int = 0
    refusals_of_us: int = 0


def count_answers(replies: Sequence[str], window: int = WINDOW) -> RelayAnswers:
    """Count the last replies of a batch that accept or reject; deferrals don't count."""
    answers = [reply for reply in replies if reply.startswith("2") or is_permanent(reply)]
    last = answers[-window:]
    refusals = [reply for reply in last if not reply.startswith("2")]
    return RelayAnswers(
        total=len(last),
        refusals=len(refusals),
        refusals_of_us=sum(map(refuses_us, refusals)),
    )


def add_answers(earlier: RelayAnswers, latest: RelayAnswers) -> RelayAnswers:
    """Add answers to earlier ones, and drop those beyond the window."""
    weight = min(earlier.total, WINDOW - latest.total)
    share = weight / earlier.total if earlier.total else 0
    return RelayAnswers(
        total=weight + latest.total,
        refusals=round(earlier.refusals * share) + latest.refusals,
        refusals_of_us=round(earlier.refusals_of_us * share) + latest.refusals_of_us,
    )


def add_to_longer(earlier: RelayAnswers, latest: RelayAnswers) -> RelayAnswers:
    """Add answers to those of the longer window; if it is full, its older half counts no more."""
    total, refusals = earlier.total + latest.total, earlier.refusals + latest.refusals
    if total > LONGER_WINDOW:
        total, refusals = total // 2, refusals // 2
    return RelayAnswers(total=total, refusals=refusals)


def must_pause(answers: RelayAnswers, audience: int) -> bool:
    """Tell whether to pause a campaign to this many people after these answers of the relay.

    A refused email now and then is about one person. Many are about the sender, the relay or the
    content: to go on would lose all recipients, and harm our reputation with the relay.
    """
    many = max(FEW_REFUSALS, min(MANY_REFUSALS, audience))
    return answers.refusals_of_us >= many or answers.refusals >= NEARLY_ALL_REFUSED
