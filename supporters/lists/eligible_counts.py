"""Counts the people of a list who may be written to now: exactly, and without reading all of them.

The database keeps how many people agreed to a purpose. Those who may not be written to are few, so
they are looked up one by one and subtracted.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, select

from supporters.consent.eligibility import suppressions_for
from supporters.consent.models import Suppression
from supporters.consent.trigger_counts import select_active_consents
from supporters.database import db
from supporters.lists.models import Subscription
from supporters.people.models import Subscriber

Conditions = tuple[ColumnElement[bool], ...]


@dataclass(frozen=True, kw_only=True)
class EligibleCounts:
    """How many people of a list agreed to a purpose, and how many may not be written to, by why.

    A person counts once: as objected before restricted, as restricted before paused.
    """

    agreed: int
    objected: int
    restricted: int
    paused: int

    @property
    def eligible(self) -> int:
        """How many may be written to."""
        return self.agreed - self.objected - self.restricted - self.paused


def count_eligible(list_id: int, purpose_id: int, now: datetime) -> EligibleCounts:
    """Count the people of a list who agreed to a purpose: one statement, so one moment."""
    is_restricted = Subscriber.restricted_at.is_not(None)
    is_paused = and_(Subscriber.restricted_at.is_(None), Subscriber.paused_until > now)
    consent = select(Subscription.subscriber_id).where(
        Subscription.mailing_list_id == list_id, Subscription.purpose_id == purpose_id
    )
    covering = suppressions_for(purpose_id, now)
    counted = select(
        select_active_consents(purpose_id),
        _count_suppressed(consent, covering),
        _count_without_suppression(consent, is_restricted, covering),
        _count_without_suppression(consent, is_paused, covering),
    )
    agreed, objected, restricted, paused = db.session.execute(counted).one()
    return EligibleCounts(
        agreed=int(agreed), objected=objected, restricted=restricted, paused=paused
    )


def _count_suppressed(consent: Select[int], covering: Conditions) -> ScalarSelect[int]:
    """Return the query of the people with a suppression."""
    theirs = consent.join(Subscriber, Subscriber.id == Subscription.subscriber_id).where(
        Subscriber.address_mac == Suppression.address_mac
    )
    return (
        select(func.count(Suppression.address_mac.distinct()))
        .where(*covering, _is_found(theirs.correlate(Suppression)))
        .scalar_subquery()
    )


def _count_without_suppression(
    consent: Select[int], is_left_out: ColumnElement[bool], covering: Conditions
) -> ScalarSelect[int]:
    """Return the query of the people under a condition who have no suppression."""
    theirs = consent.where(Subscription.subscriber_id == Subscriber.id)
    suppression = select(Suppression.scope).where(
        Suppression.address_mac == Subscriber.address_mac, *covering
    )
    return (
        select(func.count())
        .select_from(Subscriber)
        .where(
            is_left_out,
            _is_found(theirs.correlate(Subscriber)),
            ~_is_found(suppression.correlate(Subscriber)),
        )
        .scalar_subquery()
    )


def _is_found(looked_up: Select[Any]) -> ColumnElement[bool]:
    """Return the condition that a row is there, in a form that is always looked up by its key.

    PostgreSQL would answer an EXISTS by reading a million rows, even for a few.
    """
    return looked_up.limit(1).scalar_subquery().is_not(None)
