"""Reads of contests, and of erasures that are under way."""

from datetime import datetime

from sqlalchemy import and_, exists, func, select

from supporters.database import db
from supporters.people.addresses import mailbox_of
from supporters.people.models import Subscriber
from supporters.rights.models import Case, CaseKind, ContestedStop, PendingErasure
from supporters.rights.rules import NEWCOMER_FOR, Dispute


def find_open_contest(subscriber_id: int) -> Case | None:
    """Return the open case in which a person says that they never signed up."""
    return db.session.scalar(
        select(Case).where(
            Case.subscriber_id == subscriber_id,
            Case.kind == CaseKind.CONTESTED,
            Case.closed_at.is_(None),
        )
    )


def has_disputed(subscriber_id: int, campaign_id: int) -> bool:
    """Tell whether a person ever said of a campaign that they never signed up."""
    said = exists().where(
        Case.subscriber_id == subscriber_id,
        Case.campaign_id == campaign_id,
        Case.kind == CaseKind.CONTESTED,
    )
    return bool(db.session.scalar(select(said)))


def list_disputes(campaign_id: int) -> list[Dispute]:
    """Return each person who says of a campaign that they never signed up, in that order.

    A person who was erased since, or is being erased, counts on, without a mailbox.
    """
    found = db.session.execute(
        select(Subscriber.address, Subscriber.created_at, func.min(Case.received_at))
        .select_from(Case)
        .outerjoin(PendingErasure, PendingErasure.subscriber_id == Case.subscriber_id)
        .outerjoin(
            Subscriber,
            and_(Subscriber.id == Case.subscriber_id, PendingErasure.subscriber_id.is_(None)),
        )
        .where(Case.campaign_id == campaign_id, Case.kind == CaseKind.CONTESTED)
        .group_by(
            func.coalesce(Case.subscriber_id, Case.id), Subscriber.address, Subscriber.created_at
        )
        .order_by(func.min(Case.id))
    )
    return [_dispute_of(*row) for row in found]


def _dispute_of(address: str | None, joined_at: datetime, said_at: datetime) -> Dispute:
    if address is None:
        return Dispute(mailbox=None)
    return Dispute(mailbox=mailbox_of(address), is_newcomer=said_at - joined_at < NEWCOMER_FOR)


def count_known_contests(campaign_id: int) -> int:
    """Return how many contests of a campaign have led to a stop already."""
    known = select(func.max(ContestedStop.contests)).where(ContestedStop.campaign_id == campaign_id)
    return db.session.scalar(known) or 0


def is_being_erased(subscriber_id: int) -> bool:
    """Tell whether a person is erased but for the mails that a lane has in hand."""
    return db.session.get(PendingErasure, subscriber_id) is not None
