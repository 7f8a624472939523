"""Reads the state that the tests of My data compare: a person, their lists, the row counts."""

from supporters.database import Model, db
from supporters.lists.queries import list_subscriptions_of
from supporters.people.models import Subscriber
from tests.factories.campaigns import subscriber_at
from tests.factories.signups import ADDRESS


def load_person() -> Subscriber:
    """Return the current row of the person."""
    db.session.rollback()
    db.session.expire_all()
    return subscriber_at(ADDRESS)


def count_rows() -> dict[str, int]:
    """Return the number of rows of each table."""
    db.session.rollback()
    return {
        name: db.session.scalar(db.select(db.func.count()).select_from(table)) or 0
        for name, table in Model.metadata.tables.items()
    }


def lists_of(address: str) -> list[str]:
    """Return the names of the lists that a person is on."""
    return [each.name for _, each in list_subscriptions_of(subscriber_at(address).id)]
