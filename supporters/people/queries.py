"""Reads of subscribers."""

from sqlalchemy import select

from supporters.database import db
from supporters.people.models import Subscriber


def find_subscriber_by_key(address_key: str) -> Subscriber | None:
    """Return the subscriber with this address key."""
    return db.session.scalar(select(Subscriber).where(Subscriber.address_key == address_key))


def find_subscriber_by_mac(address_mac: bytes) -> Subscriber | None:
    """Return the subscriber whose address has this keyed hash."""
    return db.session.scalar(select(Subscriber).where(Subscriber.address_mac == address_mac))


def find_subscriber(subscriber_id: int) -> Subscriber | None:
    """Return the subscriber with this id."""
    return db.session.get(Subscriber, subscriber_id)


def get_subscriber(subscriber_id: int) -> Subscriber:
    """Return the subscriber with this id. Raises sqlalchemy.exc.NoResultFound."""
    return db.session.get_one(Subscriber, subscriber_id)


def lock_subscriber(subscriber_id: int) -> Subscriber | None:
    """Lock and return a person, so that two changes happen one after the other."""
    return db.session.get(Subscriber, subscriber_id, with_for_update=True)
