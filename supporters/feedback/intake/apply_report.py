"""Applies what came back: the one way by which a report changes anything (REQ-97 to 105).

Nothing without a token of ours changes anybody. A report acts once, however often it comes: it may
come twice at the same time, or be read again after a crash. Nobody is written to because of it.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import partial

import structlog

from supporters.database import in_transaction, run_after_commit, use_case
from supporters.delivery.after_sending.models import ANSWERS, COMPLAINTS
from supporters.delivery.after_sending.return_counts import add_returns
from supporters.delivery.thresholds.returns_of_run import judge_returns
from supporters.feedback.intake.answers import pass_on_answer
from supporters.feedback.intake.arrivals import Arrival, make_arrival, store_new, write_effects
from supporters.feedback.intake.bounced_deliveries import apply_bounces
from supporters.feedback.intake.bounced_emails import apply_email_bounce
from supporters.feedback.intake.complaints import LEAVING_TYPES, apply_complaint
from supporters.feedback.intake.mailed_departures import apply_departure
from supporters.feedback.intake.sent_messages import SentMessage
from supporters.feedback.intake.unreadable_mails import store_unreadable
from supporters.feedback.models import Effect, Source
from supporters.feedback.reports.report import Report, ReportKind

__all__ = ["Effect", "Source", "apply_report", "apply_reports"]
NEEDS_NO_TOKEN = (ReportKind.AUTO_REPLY, ReportKind.UNREADABLE)
Counts = Counter[tuple[int, str]]

log = structlog.get_logger(__name__)


def apply_report(  # noqa: PLR0917 - the readers give them in this order
    report: Report, source: Source, now: datetime, raw: bytes | None = None
) -> Effect:
    """Apply one report; return what it did. `raw` is the email that it was read from."""
    return apply_reports([(report, raw)], source, now)[0]


@use_case
def apply_reports(
    reports: Sequence[tuple[Report, bytes | None]], source: Source, now: datetime
) -> list[Effect]:
    """Apply reports, all or none; return what each did. A second call with them changes nothing.

    Messages are taken in a fixed order: two readers never wait for each other's people crosswise.
    """
    arrivals = [make_arrival(report, raw, now) for report, raw in reports]
    new = store_new(arrivals, source, now)
    new.sort(key=lambda each: each.sent.name if each.sent else "")
    bounced = [each for each in new if _is_of_campaign(each, ReportKind.BOUNCE)]
    counts = apply_bounces(bounced, now) if bounced else Counts()
    for each in new:
        if each not in bounced:
            counts.update(_apply_alone(each, source, now))
    write_effects(new)
    add_returns(counts)
    for campaign_id in sorted({each for each, _ in counts}):
        judge_returns(campaign_id, now)
    effects = Counter(each.effect.value for each in arrivals)
    run_after_commit(partial(log.info, "feedback.applied", source=source.value, **effects))
    return [each.effect for each in arrivals]


def _is_of_campaign(arrival: Arrival, kind: ReportKind) -> bool:
    is_sent = arrival.sent is not None and arrival.sent.campaign_id is not None
    return is_sent and arrival.report.kind is kind


@in_transaction
def _apply_alone(arrival: Arrival, source: Source, now: datetime) -> Counts:
    """Apply a report that is no bounce of a campaign; return what it adds to a campaign's figures.

    Delays, deliveries and automatic replies change nothing (REQ-101).
    """
    sent, kind = arrival.sent, arrival.report.kind
    if kind is ReportKind.UNREADABLE:
        arrival.effect = Effect.UNREADABLE
        store_unreadable(arrival.raw or b"", source, now)
    elif sent is None:
        is_ignored = kind not in NEEDS_NO_TOKEN
        arrival.effect = Effect.IGNORED_NO_TOKEN if is_ignored else Effect.NONE
    elif kind is ReportKind.BOUNCE and sent.email_id is not None:
        apply_email_bounce(arrival, sent.email_id, now)
    elif kind is ReportKind.COMPLAINT:
        return _complain(arrival, sent, now)
    elif kind is ReportKind.UNSUBSCRIBE:
        arrival.effect = apply_departure(sent, now)
    elif kind is ReportKind.ANSWER:
        arrival.effect = pass_on_answer(sent, arrival.raw, now)
        return _count(sent, ANSWERS)
    return Counts()


def _complain(arrival: Arrival, sent: SentMessage, now: datetime) -> Counts:
    """Apply a complaint. A provider's event has no type, and is one of abuse."""
    if (arrival.report.feedback_type or "abuse").lower() not in LEAVING_TYPES:
        return Counts()
    arrival.effect = Effect.LEFT if apply_complaint(sent, now) else Effect.COUNTED
    return _count(sent, COMPLAINTS)


def _count(sent: SentMessage, figure: str) -> Counts:
    return Counts() if sent.campaign_id is None else Counts({(sent.campaign_id, figure): 1})
