"""What a process of the worker counts; imported only once the folder for it is named."""

from collections.abc import Mapping

from prometheus_client import Counter, Gauge, Histogram

from supporters.delivery.rules import Outcome
from supporters.delivery.troubles import TroubleKind, kind_of

SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0, 300.0)
ATTEMPTS = [outcome for outcome in Outcome if outcome is not Outcome.NOT_TRIED]

MAILS = Counter(
    "supporters_mails", "Attempts to send a mail of a campaign, by outcome.", ["outcome"]
)
BATCHES = Counter("supporters_batches", "Batches that were sent and recorded.")
BATCH_SECONDS = Histogram(
    "supporters_batch_seconds", "From claiming a batch to recording it.", buckets=SECONDS
)
TROUBLES = Counter(
    "supporters_troubles", "Batches that couldn't be sent whole, by what held them up.", ["kind"]
)
LANES_AT_WORK = Gauge(
    "supporters_lanes_at_work",
    "Connections that have a batch in hand.",
    multiprocess_mode="livesum",
)

# From the start, so that a rise from nothing is seen as one.
for _outcome in ATTEMPTS:
    MAILS.labels(_outcome.name.lower())
for _kind in (TroubleKind.RELAY, TroubleKind.JOURNAL):
    TROUBLES.labels(_kind.value)


def count_batch(outcomes: Mapping[Outcome, int], *, seconds: float, trouble: str) -> None:
    """Count a batch."""
    BATCHES.inc()
    BATCH_SECONDS.observe(seconds)
    for outcome in ATTEMPTS:
        if count := outcomes.get(outcome, 0):
            MAILS.labels(outcome.name.lower()).inc(count)
    if trouble:
        TROUBLES.labels(kind_of(trouble).value).inc()
