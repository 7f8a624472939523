"""Reads of what came back and what it did."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from supporters.database import db
from supporters.delivery.pace.pace_rules import ZONE
from supporters.feedback.models import Effect, FeedbackReport, Source, UnreadableMail

PER_PAGE = 50


def list_arrivals(
    *,
    source: Source | None = None,
    effect: Effect | None = None,
    day: date | None = None,
    before: int | None = None,
    limit: int = PER_PAGE,
) -> Sequence[FeedbackReport]:
    """Return what arrived, newest first: on a day in Paris, and of ids below `before`."""
    found = select(FeedbackReport).order_by(FeedbackReport.id.desc()).limit(limit)
    if source is not None:
        found = found.where(FeedbackReport.source == source)
    if effect is not None:
        found = found.where(FeedbackReport.effect == effect)
    if day is not None:
        began = datetime.combine(day, time(), tzinfo=ZONE)
        at = FeedbackReport.received_at
        found = found.where(at >= began, at < began + timedelta(days=1))
    if before is not None:
        found = found.where(FeedbackReport.id < before)
    return db.session.scalars(found).all()


def list_unreadable() -> Sequence[UnreadableMail]:
    """Return the emails that nobody could read, newest first."""
    return db.session.scalars(select(UnreadableMail).order_by(UnreadableMail.id.desc())).all()
