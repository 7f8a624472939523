"""Who may be written to at this moment: asked at launch, with every claim, before asking again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select

from supporters.consent.models import Suppression
from supporters.consent.suppression import campaign_scopes
from supporters.database import db
from supporters.dialects import is_one_of_keys
from supporters.people.models import Subscriber


def is_eligible(purpose_id: int, now: datetime) -> ColumnElement[bool]:
    """Return the condition on a subscriber: nothing stands against this purpose.

    No suppression, no restriction (GDPR article 18), no pause that they asked for.
    """
    return and_(~exists().where(*_stands_against(purpose_id, now)), _is_awake(now))


def is_eligible_by_look_up(purpose_id: int, now: datetime) -> ColumnElement[bool]:
    """Return the same condition, which can't be answered by reading all suppressions.

    That would be the plan of PostgreSQL for a batch, however few people are in it.
    """
    standing = select(func.count()).where(*_stands_against(purpose_id, now))
    return and_(standing.scalar_subquery() == 0, _is_awake(now))


def has_suppression(purpose_id: int, now: datetime) -> ColumnElement[bool]:
    """Return the condition that a suppression stands against this purpose."""
    return exists().where(*_stands_against(purpose_id, now))


def may_be_written_to(subscriber_id: int, purpose_id: int, now: datetime) -> bool:
    """Tell of one person whether nothing stands against a purpose."""
    found = select(Subscriber.id).where(
        Subscriber.id == subscriber_id, is_eligible(purpose_id, now)
    )
    return db.session.scalar(found) is not None


def list_asleep(macs: Sequence[bytes], now: datetime) -> set[bytes]:
    """Return those of many keyed hashes whose holders are frozen, or pause."""
    found = select(Subscriber.address_mac).where(
        is_one_of_keys(Subscriber.address_mac, macs), not_(_is_awake(now))
    )
    return set(db.session.scalars(found))


def _is_awake(now: datetime) -> ColumnElement[bool]:
    return and_(
        Subscriber.restricted_at.is_(None),
        or_(Subscriber.paused_until.is_(None), Subscriber.paused_until <= now),
    )


def _stands_against(purpose_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Suppression.address_mac == Subscriber.address_mac,
        Suppression.scope.in_(campaign_scopes(purpose_id)),
        or_(Suppression.until.is_(None), Suppression.until > now),
    )
