"""Who may be written to at this moment: asked at launch, and again with every claim."""

from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_

from supporters.consent.models import Suppression
from supporters.consent.suppressing import campaign_scopes
from supporters.people.models import Subscriber


def is_eligible(purpose_id: int, now: datetime) -> ColumnElement[bool]:
    """Return the condition on a subscriber: no suppression stands against this purpose."""
    return ~exists().where(
        Suppression.address_mac == Subscriber.address_mac,
        Suppression.scope.in_(campaign_scopes(purpose_id)),
        or_(Suppression.until.is_(None), Suppression.until > now),
    )
