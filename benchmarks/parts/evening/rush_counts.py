"""Counts what an evening left behind: rows, emails, events, and entries of the log."""

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute

from benchmarks.parts.installation import Installation
from supporters.consent.models import ConsentEvent, EventKind
from supporters.database import db
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.signup.models import SignupChoice, SignupRequest
from supporters.transparency_log.models import LogEntry
from supporters.transparency_log.queries import is_anything_unsealed

UNDER_WAY = (EmailStatus.QUEUED, EmailStatus.SENDING)


def count_missing(installation: Installation, taken: int) -> dict[str, int]:
    """Return how many requests that were taken have no row, no email, no place in the log.

    Every email must have been sent, and every entry sealed, or it counts as missing.
    """
    with installation.app.app_context():
        rows = _count(select(func.count(SignupRequest.id)))
        is_sent = (
            OutboxEmail.kind == EmailKind.CONFIRM_SIGNUP,
            OutboxEmail.status == EmailStatus.SENT,
        )
        sent = _count(select(func.count(OutboxEmail.id)).where(*is_sent))
        confirmed = _count(
            select(func.count(SignupRequest.id)).where(SignupRequest.confirmed_at.is_not(None))
        )
        events = _count(
            select(func.count(ConsentEvent.id)).where(ConsentEvent.kind == EventKind.CONFIRMED)
        )
        return {
            "without_row": max(0, taken - rows),  # wrk doesn't count its last requests
            "without_email": rows - sent,
            "without_event": confirmed - events,
            "without_leaf": _count_unsealed(SignupChoice.event_id)
            + _count_unsealed(ConsentEvent.id),
        }


def count_waiting(installation: Installation) -> int:
    """Return how many emails are not sent yet."""
    with installation.app.app_context():
        return _count(select(func.count(OutboxEmail.id)).where(OutboxEmail.status.in_(UNDER_WAY)))


def is_all_sealed(installation: Installation) -> bool:
    """Tell whether every entry of the log has its place."""
    with installation.app.app_context():
        return not is_anything_unsealed()


def _count_unsealed(record: InstrumentedAttribute[int]) -> int:
    return _count(select(func.count(record)).where(~_is_sealed(record)))


def _is_sealed(record: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    return exists().where(LogEntry.record_id == record, LogEntry.position.is_not(None))


def _count(statement: Select[int]) -> int:
    return db.session.scalar(statement) or 0
