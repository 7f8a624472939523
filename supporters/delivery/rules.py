"""The states of a mail in the ledger, and what the answer of a mail server leads to."""

from datetime import UTC, datetime, timedelta
from enum import Enum, StrEnum, auto


class DeliveryStatus(StrEnum):
    """What became of one mail to one person."""

    QUEUED = "queued"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    SKIPPED = "skipped"
    UNCERTAIN = "uncertain"


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
PERMANENT_FROM = 500
TEMPORARY_FROM = 400


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
