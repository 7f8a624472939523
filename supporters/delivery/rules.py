"""The states of a mail in the ledger, and what the answer of a mail server leads to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, StrEnum, auto

from supporters.smtp_replies import PERMANENT_FROM, is_permanent, refuses_us


class DeliveryStatus(StrEnum):
    """What became of one mail to one person."""

    QUEUED = "queued"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    SKIPPED = "skipped"
    UNCERTAIN = "uncertain"


class HoldReason(StrEnum):
    """Why all sending that rests on the database is held until an owner lifts it.

    UNKNOWN: a worker's machine knows nothing of the database. OLDER: the database knows less than
    a machine does. RESTORED: `rights replay` was run, so a backup was put back.
    """

    UNKNOWN = "unknown"
    OLDER = "older"
    RESTORED = "restored"


class WhySkipped(StrEnum):
    """Why a mail isn't sent. LEFT is of before leaving, pausing and the like were told apart."""

    CANCELLED = "cancelled"
    UNSUBSCRIBED = "unsubscribed"
    PAUSED = "paused"
    RESTRICTED = "restricted"
    OBJECTED = "objected"
    ERASED = "erased"
    LEFT = "left"


UNSETTLED = (DeliveryStatus.QUEUED, DeliveryStatus.DEFERRED)


class Outcome(Enum):
    """How an attempt to send one message ended.

    UNCERTAIN: the connection was lost when the server may have taken the message already (RFC
    1047). NOT_TRIED: the server was out of reach, or refused us and not the message.
    """

    ACCEPTED = auto()
    DEFERRED = auto()
    REFUSED = auto()
    UNCERTAIN = auto()
    NOT_TRIED = auto()


AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)  # is due, whatever anybody's clock says
SMALLEST_BATCH, LARGEST_BATCH = 20, 500
BATCHES_OF_A_SMALL_CAMPAIGN = 32  # so that every connection of every worker can help
CLAIM_TIME = timedelta(seconds=1.5)  # longest from asking about consent to the last mail begun
SURE_FOR = timedelta(seconds=2)  # then consent is asked about again for each mail
GRACE = timedelta(seconds=10)  # longer than a worker believes what it last read
LEASE = timedelta(hours=1)  # longer than one message with every time-out of RFC 5321
RETRIES = (
    *(timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=1), timedelta(hours=2)),
    *(timedelta(hours=4) for _ in range(24)),
)  # four to five days in all (RFC 5321 section 4.5.4.1)
WINDOW = 50  # so many answers of the relay are looked at
MANY_OF_US = 10  # refusals of us among them that hold a campaign
FEW_OF_US = 3  # the same where the whole audience is small
NEARLY_ALL = 45  # refusals of any kind: then the relay takes every mailbox for a dead one
OF_US_IN_A_BATCH = 5  # after so many a lane asks no further before the ledger has judged


def why_skipped(*, is_restricted: bool, is_subscribed: bool, is_suppressed: bool) -> WhySkipped:
    """Return why somebody whose mail was waiting may not be written to any more.

    What is left where nothing else holds is a pause.
    """
    if is_restricted:
        return WhySkipped.RESTRICTED
    if not is_subscribed:
        return WhySkipped.UNSUBSCRIBED
    return WhySkipped.OBJECTED if is_suppressed else WhySkipped.PAUSED


def batch_size(audience: int) -> int:
    """Return how many mails a batch of a campaign to so many people has."""
    fair_share = -(-audience // BATCHES_OF_A_SMALL_CAMPAIGN)
    return min(LARGEST_BATCH, max(SMALLEST_BATCH, fair_share))


def outcome_of_code(code: int) -> Outcome:
    """Judge a reply by its first digit (RFC 5321 section 4.2.1); try again what isn't known."""
    if code // 100 == 2:
        return Outcome.ACCEPTED
    return Outcome.REFUSED if PERMANENT_FROM <= code < PERMANENT_FROM + 100 else Outcome.DEFERRED


def status_after(outcome: Outcome, attempts: int) -> DeliveryStatus | None:
    """Return the state of a mail after so many attempts, the last of which ended like this.

    None when it wasn't tried: it stays as it is.
    """
    match outcome:
        case Outcome.ACCEPTED:
            return DeliveryStatus.ACCEPTED
        case Outcome.UNCERTAIN:
            return DeliveryStatus.UNCERTAIN
        case Outcome.NOT_TRIED:
            return None
        case Outcome.DEFERRED if attempts <= len(RETRIES):
            return DeliveryStatus.DEFERRED
        case _:
            return DeliveryStatus.REFUSED


def next_attempt(attempts: int, now: datetime) -> datetime:
    """Return when a deferred mail is tried again after so many attempts."""
    return now + RETRIES[min(attempts, len(RETRIES)) - 1]


def find_reason_to_hold(
    known_at: datetime | None,
    seen_at: datetime | None,
    *,
    is_sealed: bool,
    has_kept_head: bool,
    lifted_at: datetime | None,
) -> HoldReason | None:
    """Tell whether a machine must take its database for one that was put back from a backup.

    `known_at` is when the machine was seen last, by its own file, `seen_at` by the database.
    `lifted_at` is when an owner last said that the database is the right one.
    """
    if not is_sealed:
        return None
    if known_at is None:
        return None if has_kept_head else HoldReason.UNKNOWN
    if seen_at is not None and seen_at >= known_at:
        return None
    is_excused = lifted_at is not None and lifted_at >= known_at
    return None if is_excused else HoldReason.OLDER


@dataclass(frozen=True, kw_only=True)
class Answers:
    """The last answers of the relay to a campaign: how many, and what they refuse."""

    total: int = 0
    refusals: int = 0
    refusals_of_us: int = 0


def count_answers(replies: Sequence[str]) -> Answers:
    """Count the last replies of a batch that say yes or no; those that put off say neither."""
    answers = [reply for reply in replies if is_permanent(reply) or reply.startswith("2")]
    last = answers[-WINDOW:]
    return Answers(
        total=len(last),
        refusals=sum(map(is_permanent, last)),
        refusals_of_us=sum(map(refuses_us, last)),
    )


def add_answers(earlier: Answers, latest: Answers) -> Answers:
    """Add answers to earlier ones, of which those beyond the window are forgotten."""
    kept = min(earlier.total, WINDOW - latest.total)
    share = kept / earlier.total if earlier.total else 0
    return Answers(
        total=kept + latest.total,
        refusals=round(earlier.refusals * share) + latest.refusals,
        refusals_of_us=round(earlier.refusals_of_us * share) + latest.refusals_of_us,
    )


def must_hold(answers: Answers, audience: int) -> bool:
    """Tell whether a campaign to so many people must be held, after these answers of the relay.

    A refused mail now and then is about one person. Many are about the sender, the relay or what
    the mail says: to go on would lose everybody, and make the relay think worse of us.
    """
    many = max(FEW_OF_US, min(MANY_OF_US, audience))
    return answers.refusals_of_us >= many or answers.refusals >= NEARLY_ALL
