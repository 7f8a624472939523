"""Checks that whatever rests on a consent rests on one that was given, and still holds.

Every table with a consent event in it is looked at, in whichever room it stands.
"""

from sqlalchemy import Table, and_, exists, or_, select
from sqlalchemy.orm import aliased

from supporters.consent.log.verifying.findings import Report
from supporters.consent.log.verifying.reading import stream
from supporters.consent.models import ConsentEvent, EventKind
from supporters.database import db

OF_THE_PAST = {"delivery"}  # what was sent stays as it was when the consent ends
CONSENT = [EventKind.CONFIRMED, EventKind.RENEWED]
ENDS = [EventKind.WITHDRAWN, EventKind.OBJECTED]
COLUMNS = ("consent_event_id", "subscriber_id", "purpose_id")


def check_held(report: Report) -> None:
    """Check every subscription, agreement and delivery."""
    for table in list_held():
        _check_given(report, table)
        if table.name not in OF_THE_PAST:
            _check_still_holds(report, table)


def list_held() -> list[Table]:
    """Return the tables whose rows rest on a consent event."""
    tables = db.metadata.sorted_tables
    return [table for table in tables if all(name in table.c for name in COLUMNS)]


def _check_given(report: Report, table: Table) -> None:
    is_given = and_(
        ConsentEvent.id == table.c.consent_event_id,
        ConsentEvent.subscriber_id == table.c.subscriber_id,
        ConsentEvent.purpose_id == table.c.purpose_id,
        ConsentEvent.kind.in_(CONSENT),
    )
    baseless = select(*table.primary_key.columns).where(~exists().where(is_given))
    for row in stream(baseless):
        what = "it rests on no consent of this person to this purpose"
        report.fault(table.name, name_row(table, [*row]), what)


def _check_still_holds(report: Report, table: Table) -> None:
    given, end = aliased(ConsentEvent), aliased(ConsentEvent)
    ended = exists().where(
        end.subscriber_id == table.c.subscriber_id,
        end.kind.in_(ENDS),
        or_(end.purpose_id == table.c.purpose_id, end.purpose_id.is_(None)),
        end.occurred_at > given.occurred_at,
    )
    over = (
        select(*table.primary_key.columns)
        .join(given, given.id == table.c.consent_event_id)
        .where(ended)
    )
    for row in stream(over):
        what = "the consent it rests on was taken back since"
        report.fault(table.name, name_row(table, [*row]), what)


def name_row(table: Table, values: list[object]) -> str:
    """Return the key of a row in words."""
    names = table.primary_key.columns.keys()
    return " ".join(f"{name}={value}" for name, value in zip(names, values, strict=True))
