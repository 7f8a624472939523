"""The audience of a campaign: the people that it reaches now, and those that it leaves out."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select

from supporters import clock
from supporters.campaigns.models import Campaign
from supporters.consent.eligibility import has_suppression, is_eligible
from supporters.database import db
from supporters.lists.models import Subscription
from supporters.people.models import Subscriber


@dataclass(frozen=True, kw_only=True)
class AudienceFigures:
    """How many people of a list get a campaign, and how many don't, by the reason."""

    on_list: int
    reached: int
    other_text: int
    objected: int
    restricted: int
    paused: int


def count_audience(campaign: Campaign) -> int:
    """Return how many people a launch would write to at this moment."""
    counted = select_audience(campaign, clock.now()).with_only_columns(func.count())
    return db.session.scalar(counted) or 0


def select_audience(campaign: Campaign, now: datetime) -> Select[Subscription]:
    """Return the query of the subscriptions that a launch would write to."""
    return _select_subscriptions(campaign).where(
        Subscription.purpose_id == campaign.purpose_id, is_eligible(campaign.purpose_id, now)
    )


def count_figures(campaign: Campaign) -> AudienceFigures:
    """Count the people of the list by whether they get a campaign, and why not."""
    now = clock.now()
    on_list = _count(campaign)
    of_purpose = _count(campaign, Subscription.purpose_id == campaign.purpose_id)
    reached = count_audience(campaign)
    is_suppressed = has_suppression(campaign.purpose_id, now)
    objected = restricted = 0
    if reached < of_purpose:
        asked = Subscription.purpose_id == campaign.purpose_id
        objected = _count(campaign, asked, is_suppressed)
        restricted = _count(campaign, asked, ~is_suppressed, Subscriber.restricted_at.is_not(None))
    return AudienceFigures(
        on_list=on_list,
        reached=reached,
        other_text=on_list - of_purpose,
        objected=objected,
        restricted=restricted,
        paused=of_purpose - reached - objected - restricted,
    )


def _count(campaign: Campaign, *conditions: ColumnElement[bool]) -> int:
    counted = _select_subscriptions(campaign).where(*conditions).with_only_columns(func.count())
    return db.session.scalar(counted) or 0


def _select_subscriptions(campaign: Campaign) -> Select[Subscription]:
    return (
        select(Subscription)
        .join(Subscriber, Subscriber.id == Subscription.subscriber_id)
        .where(Subscription.mailing_list_id == campaign.mailing_list_id)
    )
