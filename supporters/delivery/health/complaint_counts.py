"""Counts the people who complained, by their consent events: of a receiving domain, of a list."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select

from supporters.consent.models import ConsentEvent, Method
from supporters.database import db
from supporters.dialects import domain_part
from supporters.ids import first_id_of
from supporters.lists.models import ListPurpose
from supporters.people.models import Subscriber

PEOPLE = func.count(ConsentEvent.subscriber_id.distinct())


def count_complaints(since: datetime) -> Mapping[str, int]:
    """Return how many people left by a complaint since a time (domain: people)."""
    domain = domain_part(Subscriber.address_key)
    rows = db.session.execute(
        select(domain, PEOPLE)
        .join(Subscriber, Subscriber.id == ConsentEvent.subscriber_id)
        .where(_is_complaint(since))
        .group_by(domain)
    )
    return dict(rows.all())


def count_complaints_by_list(since: datetime) -> Mapping[int, int]:
    """Return how many people left each list by a complaint since a time (list id: people)."""
    rows = db.session.execute(
        select(ListPurpose.mailing_list_id, PEOPLE)
        .join(ConsentEvent, ConsentEvent.purpose_id == ListPurpose.purpose_id)
        .where(_is_complaint(since))
        .group_by(ListPurpose.mailing_list_id)
    )
    return dict(rows.all())


def _is_complaint(since: datetime) -> ColumnElement[bool]:
    """Return the condition; the ids of events are ordered in time, so only new ones are read."""
    return and_(
        ConsentEvent.id >= first_id_of(since),
        ConsentEvent.occurred_at > since,
        ConsentEvent.method == Method.COMPLAINT,
    )
