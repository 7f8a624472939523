"""Counts the people of lists whose mailbox can't be reached: few, and found by their index."""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import func, select

from supporters.database import db
from supporters.lists.models import Subscription
from supporters.lists.people_search import is_on_a_list
from supporters.people.models import Subscriber
from supporters.team.list_scopes import EVERY_LIST, ListScope

EVER = datetime(1970, 1, 1, tzinfo=UTC)


def count_unreachable(scope: ListScope = EVERY_LIST, *, since: datetime = EVER) -> int:
    """Return how many people of the lists of a scope can't be reached, since a time at most."""
    counted = select(func.count()).where(Subscriber.unreachable_since > since, is_on_a_list(scope))
    return db.session.scalar(counted) or 0


def count_unreachable_by_list(*, since: datetime = EVER) -> Mapping[int, int]:
    """Return how many people of each list can't be reached, since a time at most (id: count)."""
    unreachable = select(Subscriber.id).where(Subscriber.unreachable_since > since)
    rows = db.session.execute(
        select(Subscription.mailing_list_id, func.count())
        .where(Subscription.subscriber_id.in_(unreachable))
        .group_by(Subscription.mailing_list_id)
    )
    return dict(rows.all())
