"""Reads of contests, and of erasures that are under way."""

from sqlalchemy import func, select

from supporters.database import db
from supporters.rights.models import Case, CaseKind, ContestedStop, PendingErasure


def find_open_contest(subscriber_id: int) -> Case | None:
    """Return the open case in which a person says that they never signed up."""
    return db.session.scalar(
        select(Case).where(
            Case.subscriber_id == subscriber_id,
            Case.kind == CaseKind.CONTESTED,
            Case.closed_at.is_(None),
        )
    )


def count_contests(campaign_id: int) -> int:
    """Return how many people contest a campaign; whoever was erased since counts on."""
    counted = select(func.count(func.coalesce(Case.subscriber_id, Case.id).distinct())).where(
        Case.campaign_id == campaign_id, Case.kind == CaseKind.CONTESTED
    )
    return db.session.scalar(counted) or 0


def count_known_contests(campaign_id: int) -> int:
    """Return how many contests of a campaign have led to a stop already."""
    known = select(func.max(ContestedStop.contests)).where(ContestedStop.campaign_id == campaign_id)
    return db.session.scalar(known) or 0


def is_being_erased(subscriber_id: int) -> bool:
    """Tell whether a person is erased but for the mails that a lane has in hand."""
    return db.session.get(PendingErasure, subscriber_id) is not None
