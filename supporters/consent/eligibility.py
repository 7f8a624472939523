"""Which people may be written to now: checked at launch, at each claim, before reconfirmation."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    SQLColumnExpression,
    and_,
    exists,
    false,
    func,
    not_,
    or_,
    select,
)

from supporters.consent.models import Suppression
from supporters.consent.suppression import campaign_scopes
from supporters.database import db
from supporters.dialects import in_values_bytes
from supporters.people.models import Subscriber

Moment = datetime | BindParameter[datetime]


def is_eligible(purpose_id: int, now: datetime) -> ColumnElement[bool]:
    """Return the condition on a subscriber that nothing prevents a campaign for this purpose.

    There must be no suppression, no restriction (GDPR article 18), and no pause that they chose,
    and their mailbox can be reached, as far as we know.
    """
    return and_(~exists().where(*_covering_suppressions(purpose_id, now)), _is_free(now))


def is_eligible_by_lookup(purpose_id: int, now: Moment) -> ColumnElement[bool]:
    """Return the same condition in a form that PostgreSQL can't answer by reading all suppressions.

    It would choose that plan even for a batch of few people.
    """
    covering = select(func.count()).where(*_covering_suppressions(purpose_id, now))
    return and_(covering.scalar_subquery() == 0, _is_free(now))


def suppressions_for(purpose_id: int, now: Moment) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on a suppression that it covers this purpose now."""
    return (
        Suppression.scope.in_(campaign_scopes(purpose_id)),
        or_(Suppression.until.is_(None), Suppression.until > now),
    )


def has_suppression(purpose_id: int, now: datetime) -> ColumnElement[bool]:
    """Return the condition that a suppression covers this purpose."""
    return exists().where(*_covering_suppressions(purpose_id, now))


def each_for_its_purpose(
    purpose: SQLColumnExpression[int],
    purpose_ids: Sequence[int],
    condition: Callable[[int], ColumnElement[bool]],
) -> ColumnElement[bool]:
    """Return a condition for a purpose as one on rows of several, which a column names.

    All rows have one of these purposes. With one of them the condition is just its own, so that
    it costs no more.
    """
    if len(purpose_ids) == 1:
        return condition(purpose_ids[0])
    return or_(false(), *(and_(purpose == each, condition(each)) for each in purpose_ids))


def may_be_written_to(subscriber_id: int, purpose_id: int, now: datetime) -> bool:
    """Tell whether nothing prevents a campaign for a purpose to one person."""
    found = select(Subscriber.id).where(
        Subscriber.id == subscriber_id, is_eligible(purpose_id, now)
    )
    return db.session.scalar(found) is not None


def list_not_free(macs: Sequence[bytes], now: datetime) -> set[bytes]:
    """Return those of many keyed hashes whose people are restricted, paused or unreachable."""
    found = select(Subscriber.address_mac).where(
        in_values_bytes(Subscriber.address_mac, macs), not_(_is_free(now))
    )
    return set(db.session.scalars(found))


def _is_free(now: Moment) -> ColumnElement[bool]:
    return and_(
        Subscriber.restricted_at.is_(None),
        Subscriber.unreachable_since.is_(None),
        or_(Subscriber.paused_until.is_(None), Subscriber.paused_until <= now),
    )


def _covering_suppressions(purpose_id: int, now: Moment) -> tuple[ColumnElement[bool], ...]:
    is_theirs = Suppression.address_mac == Subscriber.address_mac
    return (is_theirs, *suppressions_for(purpose_id, now))
