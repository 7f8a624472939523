"""Reads the campaigns of some days: what leaves then, what left, and what waits for an hour."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import selectinload

from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.queries import is_campaign_within
from supporters.campaigns.states import LAUNCHED
from supporters.database import db
from supporters.lists.models import MailingList
from supporters.team.list_scopes import ListScope

Found = Sequence[tuple[Campaign, MailingList]]
IS_PLANNED = and_(Campaign.status == CampaignStatus.SCHEDULED, Campaign.problem.is_(None))
IS_HELD = and_(Campaign.status == CampaignStatus.SCHEDULED, Campaign.problem.is_not(None))


def list_campaigns_between(begin: datetime, end: datetime, scope: ListScope) -> Found:
    """Return the campaigns of a scope that leave or were launched then, the earliest first.

    Each has its first list. One that is held leaves at no hour.
    """
    hour = func.coalesce(Campaign.send_at, Campaign.launched_at)
    shown = or_(IS_PLANNED, Campaign.status.in_(LAUNCHED))
    return _read(scope, and_(shown, hour >= begin, hour < end), hour)


def list_campaigns_without_hour(scope: ListScope) -> Found:
    """Return the approved campaigns of a scope that have no hour, and before them the held ones."""
    waits = or_(Campaign.status == CampaignStatus.APPROVED, IS_HELD)
    return _read(scope, waits, Campaign.send_at.is_(None))


def _read(scope: ListScope, condition: ColumnElement[bool], first: ColumnElement[Any]) -> Found:
    rows = db.session.execute(_select(scope).where(condition).order_by(first, Campaign.id))
    return [(campaign, mailing_list) for campaign, mailing_list in rows]


def _select(scope: ListScope) -> Select[Campaign, MailingList]:
    return (
        select(Campaign, MailingList)
        .options(selectinload(Campaign.lists))
        .join(MailingList, MailingList.id == Campaign.mailing_list_id)
        .where(is_campaign_within(scope))
    )
