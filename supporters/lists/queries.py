"""Reads of mailing lists and of who is on them."""

from collections.abc import Sequence

from sqlalchemy import select

from supporters.database import db
from supporters.lists.models import ListPurpose, MailingList, Subscription


def list_lists() -> Sequence[MailingList]:
    """Return every list, by name."""
    return db.session.scalars(select(MailingList).order_by(MailingList.name)).all()


def list_open_lists() -> Sequence[MailingList]:
    """Return the lists that people can join, oldest first."""
    return db.session.scalars(
        select(MailingList).where(MailingList.closed_at.is_(None)).order_by(MailingList.id)
    ).all()


def find_list_by_slug(slug: str) -> MailingList | None:
    """Return the list whose page has this name in its address."""
    return db.session.scalar(select(MailingList).where(MailingList.slug == slug))


def find_list(list_id: int) -> MailingList | None:
    """Return the list with this id."""
    return db.session.get(MailingList, list_id)


def get_list(list_id: int) -> MailingList:
    """Return the list with this id. Raises sqlalchemy.exc.NoResultFound."""
    return db.session.get_one(MailingList, list_id)


def find_list_of_purpose(purpose_id: int) -> MailingList | None:
    """Return the list that has or had a purpose; None for a purpose that is no list."""
    return db.session.scalar(
        select(MailingList)
        .join(ListPurpose, ListPurpose.mailing_list_id == MailingList.id)
        .where(ListPurpose.purpose_id == purpose_id)
    )


def list_purpose_ids(list_id: int) -> Sequence[int]:
    """Return the ids of the purposes that a list has and had, oldest first."""
    return db.session.scalars(
        select(ListPurpose.purpose_id)
        .where(ListPurpose.mailing_list_id == list_id)
        .order_by(ListPurpose.purpose_id)
    ).all()


def list_subscriptions_of(subscriber_id: int) -> Sequence[tuple[Subscription, MailingList]]:
    """Return what a person is subscribed to, with the lists, by name."""
    rows = db.session.execute(
        select(Subscription, MailingList)
        .join(MailingList, MailingList.id == Subscription.mailing_list_id)
        .where(Subscription.subscriber_id == subscriber_id)
        .order_by(MailingList.name)
    )
    return [(subscription, mailing_list) for subscription, mailing_list in rows]
