"""Finds subscriptions without a valid consent: only a write to the database past us makes one.

Either the person left or objected after the consent, or the log has no entry of the consent. Ids
are ordered in time, so the later of two events has the higher id.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, TextClause, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from supporters.consent.models import IS_WITHDRAWAL, ConsentEvent, EventKind
from supporters.database import db
from supporters.dialects import joining_in_order
from supporters.lists.models import Subscription
from supporters.transparency_log.models import LogEntry


@dataclass(frozen=True, kw_only=True)
class BaselessSubscriptions:
    """The people whose consent has ended, and those whose consent the log has no entry of."""

    ended: Sequence[int] = ()
    unlogged: Sequence[int] = ()

    @property
    def people(self) -> list[int]:
        """Return all of them."""
        return sorted({*self.ended, *self.unlogged})


def is_consent_valid_by_lookup() -> ColumnElement[bool]:
    """Return the condition on a subscription that its consent is in the log and hasn't ended.

    PostgreSQL can't answer it by reading a whole table: it would, even for a batch of few people.
    """
    end = aliased(ConsentEvent)
    theirs = or_(end.purpose_id == Subscription.purpose_id, end.purpose_id.is_(None))
    ends = select(func.count(end.id)).where(theirs, *_is_end(end)).correlate(Subscription)
    entry = select(LogEntry.record_id).where(*_is_its_entry()).correlate(Subscription)
    return and_(ends.scalar_subquery() == 0, entry.scalar_subquery().is_not(None))


def find_baseless(*conditions: ColumnElement[bool]) -> BaselessSubscriptions:
    """Return the people of baseless subscriptions, of those under these conditions.

    Each statement has one way to find an end, so that SQLite looks it up by the index of ends.
    """
    people, end = select(Subscription.subscriber_id).where(*conditions), aliased(ConsentEvent)
    ended = people.join(end, and_(*_is_end(end)))
    found = _list_ids(
        ended.where(end.purpose_id == Subscription.purpose_id),
        ended.where(end.purpose_id.is_(None)),
    )
    with joining_in_order():
        unlogged = _list_ids(people.where(~exists().where(*_is_its_entry())))
    return BaselessSubscriptions(ended=found, unlogged=unlogged)


def _list_ids(*statements: Select[int]) -> list[int]:
    return sorted({found for each in statements for found in db.session.scalars(each)})


def _is_its_entry() -> tuple[ColumnElement[bool], ...]:
    return (
        LogEntry.kind == Subscription.consent_kind,
        LogEntry.record_id == Subscription.consent_event_id,
    )


def _is_end(end: type[ConsentEvent]) -> tuple[ColumnElement[bool] | TextClause, ...]:
    """Return the conditions that an event ended the consent of a subscription.

    A correction that the log has an entry of undoes a withdrawal. The first condition has the words
    of the index.
    """
    correction = aliased(ConsentEvent)
    corrected = exists().where(
        end.kind == EventKind.WITHDRAWN,
        correction.kind == EventKind.CORRECTED,
        correction.subscriber_id == end.subscriber_id,
        correction.purpose_id == end.purpose_id,
        correction.id > end.id,
        LogEntry.kind == EventKind.CORRECTED.value,
        LogEntry.record_id == correction.id,
    )
    return (
        IS_WITHDRAWAL,
        end.subscriber_id == Subscription.subscriber_id,
        end.id > Subscription.consent_event_id,
        ~corrected.correlate(end),
    )
