"""Stores what arrives, each report once: doubled webhooks, a mailbox that is read again (REQ-111).

The row is in the transaction of what the report does, so a crash before the commit undoes both.
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.dialects import postgresql

from supporters.bounce_classes.classes import WEIGHTS, BounceClass
from supporters.crypto.encryption import keyed_hash
from supporters.database import db, delete_where, in_transaction, update_where, use_case
from supporters.dialects import in_values
from supporters.feedback.intake.sent_messages import SentMessage, find_sent_message
from supporters.feedback.models import Effect, FeedbackReport, Source, UnreadableMail
from supporters.feedback.reports.report import Failure, Report, ReportKind
from supporters.ids import new_id
from supporters.people.data_keys import ADDRESSES, data_key

OCTETS_OF_KEY = 16
REPORTS_STORED_FOR, UNREADABLE_STORED_FOR = timedelta(days=31), timedelta(days=30)
ONCE_A_MESSAGE = {
    *(ReportKind.BOUNCE, ReportKind.DELAY, ReportKind.DELIVERED),
    *(ReportKind.COMPLAINT, ReportKind.OTHER_FEEDBACK),
}
NOTHING_SAID = Failure(address=None, bounce_class=BounceClass.UNKNOWN)


@dataclass(kw_only=True)
class Arrival:
    """A report with its message, if a token names one, and what it did."""

    id: int
    report: Report
    raw: bytes | None
    sent: SentMessage | None
    key: bytes
    failure: Failure | None
    effect: Effect = Effect.NONE


def make_arrival(report: Report, raw: bytes | None, now: datetime) -> Arrival:
    """Return the arrival of a report that did nothing yet."""
    sent = find_sent_message(report)
    is_bounce = report.kind is ReportKind.BOUNCE
    return Arrival(
        id=new_id(now),
        report=report,
        raw=raw,
        sent=sent,
        key=_make_key(report, raw, sent),
        failure=(*report.failures, NOTHING_SAID)[0] if is_bounce else None,
    )


def _make_key(report: Report, raw: bytes | None, sent: SentMessage | None) -> bytes:
    """Return the natural key: of the message and the kind, or of the content.

    A bounce that is final counts beside an earlier one that was not.
    """
    if sent is not None and sent.is_one_message and report.kind in ONCE_A_MESSAGE:
        weight = WEIGHTS[(*report.failures, NOTHING_SAID)[0].bounce_class]
        about = f"{sent.name} {weight if report.kind is ReportKind.BOUNCE else ''}"
    elif report.event_id is not None:
        about = report.event_id
    else:
        content = repr(report).encode() if raw is None else raw
        about = f"{sent.name if sent else ''} {hashlib.sha256(content).hexdigest()}"
    name = f"feedback {report.kind}"
    return keyed_hash(data_key(ADDRESSES), name, about)[:OCTETS_OF_KEY]


@in_transaction
def store_new(arrivals: Sequence[Arrival], source: Source, now: datetime) -> list[Arrival]:
    """Store the arrivals that were not here before, and return them; the others are repeated."""
    if not arrivals:
        return []
    rows = [
        {
            "id": each.id,
            "natural_key": each.key,
            "received_at": now,
            "source": source,
            "kind": each.report.kind,
            "bounce_class": each.failure.bounce_class if each.failure else None,
            "effect": Effect.NONE,
            "campaign_id": each.sent.campaign_id if each.sent else None,
        }
        for each in sorted(arrivals, key=lambda each: each.key)
    ]
    order = postgresql.insert(FeedbackReport)  # SQLite has the same ON CONFLICT
    order = order.on_conflict_do_nothing(index_elements=["natural_key"])
    stored = {*db.session.scalars(order.returning(FeedbackReport.id), rows)}
    for each in arrivals:
        if each.id not in stored:
            each.effect = Effect.REPEATED
    return [each for each in arrivals if each.id in stored]


@in_transaction
def write_effects(arrivals: Sequence[Arrival]) -> None:
    """Write what stored arrivals did."""
    alike = defaultdict(list)
    for each in arrivals:
        found = each.failure.bounce_class if each.failure else None
        alike[each.effect, found].append(each.id)
    for (effect, bounce_class), ids in alike.items():
        is_stored = in_values(FeedbackReport.id, ids)
        update_where(FeedbackReport, is_stored, effect=effect, bounce_class=bounce_class)


@use_case
def purge_arrivals(now: datetime) -> int:
    """Delete what arrived long ago; return how many rows.

    A report that comes again later finds its token too old, or people who left already.
    """
    return delete_where(
        FeedbackReport, FeedbackReport.received_at < now - REPORTS_STORED_FOR
    ) + delete_where(UnreadableMail, UnreadableMail.received_at < now - UNREADABLE_STORED_FOR)
