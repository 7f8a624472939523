"""The Prometheus metrics that processes count.

Import this module only after the folder is set: the library reads the variable at import. No label
has a value that a visitor chooses.
"""

from collections.abc import Iterable, Mapping

from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.multiprocess import mark_process_dead

BATCH_STEPS = (0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0, 300.0)
REQUEST_STEPS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0)
OUTCOMES = ("accepted", "deferred", "refused", "uncertain")
FAILURES = ("429", "503", "5xx")
MAILS = Counter(
    "supporters_mails", "Attempts to send an email of a campaign, by outcome.", ["outcome"]
)
BATCHES = Counter("supporters_batches", "Batches that were sent and recorded.")
BATCH_SECONDS = Histogram(
    "supporters_batch_seconds", "From claiming a batch to recording it.", buckets=BATCH_STEPS
)
PROBLEMS = Counter(
    "supporters_troubles", "How often a sender met a problem of a campaign, by its kind.", ["kind"]
)
SENDERS_AT_WORK = Gauge(
    "supporters_senders_at_work",
    "Connections that have claimed a batch.",
    multiprocess_mode="livesum",
)
RETURNED = Counter(
    "supporters_feedback_emails", "Emails that came back, by what they did.", ["effect"]
)
RETURNED_AT = Gauge(
    "supporters_feedback_read_seconds",
    "When a reader of emails that come back last took one, in seconds since 1970.",
    multiprocess_mode="max",
)
ACTS = Counter("supporters_acts", "Signups, confirmations and leavings.", ["act"])
REQUESTS = Counter(
    "supporters_requests", "Requests, by group of pages and status.", ["group", "status"]
)
REQUEST_SECONDS = Histogram(
    "supporters_request_seconds",
    "From the arrival of a request to the beginning of its answer.",
    ["group"],
    buckets=REQUEST_STEPS,
)
for _outcome in OUTCOMES:
    MAILS.labels(_outcome)
for _kind in ("relay", "journal", "signing"):
    PROBLEMS.labels(_kind)
_ACTS = {each: ACTS.labels(each) for each in ("signup", "confirmation", "leaving")}
_requests: dict[tuple[str, str], Counter] = {}  # a label costs more than a count
_request_seconds: dict[str, Histogram] = {}


def count_batch(outcomes: Mapping[str, int], *, seconds: float) -> None:
    """Count a batch."""
    BATCHES.inc()
    BATCH_SECONDS.observe(seconds)
    for outcome in OUTCOMES:
        if count := outcomes.get(outcome, 0):
            MAILS.labels(outcome).inc(count)


def count_problem(kind: str) -> None:
    """Count a problem."""
    PROBLEMS.labels(kind).inc()


def expect_returned(effects: Iterable[str]) -> None:
    """Show these effects, from zero."""
    for effect in effects:
        RETURNED.labels(effect)


def count_returned(effects: Mapping[str, int]) -> None:
    """Count emails that came back."""
    for effect, count in effects.items():
        RETURNED.labels(effect).inc(count)
    RETURNED_AT.set_to_current_time()


def count_act(act: str, times: int) -> None:
    """Count acts of people."""
    _ACTS[act].inc(times)


def count_request(group: str, status: str, seconds: float) -> None:
    """Count a request."""
    counter = _requests.get((group, status))
    if counter is None:
        counter = _requests[group, status] = REQUESTS.labels(group, status)
    counter.inc()
    histogram = _request_seconds.get(group)
    if histogram is None:
        histogram = _request_seconds[group] = REQUEST_SECONDS.labels(group)
        for each in FAILURES:
            REQUESTS.labels(group, each)
    histogram.observe(seconds)


def remove_process(process_id: int) -> None:
    """Delete the values that held only while a process lived."""
    mark_process_dead(process_id)  # type: ignore[no-untyped-call]
