"""The audience of a campaign: the people that it reaches now, and those that it leaves out."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select

from supporters import clock
from supporters.campaigns.models import Campaign
from supporters.consent.eligibility import has_suppression, is_eligible
from supporters.database import db
from supporters.lists.models import Subscription
from supporters.lists.queries import list_purpose_counts
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


def count_audience_up_to(campaign: Campaign, limit: int) -> int:
    """Return how many people a launch would write to, or one more than the limit if more."""
    some = select_audience(campaign, clock.now()).with_only_columns(Subscription.subscriber_id)
    counted = select(func.count()).select_from(some.limit(limit + 1).subquery())
    return db.session.scalar(counted) or 0


def select_audience(campaign: Campaign, now: datetime) -> Select[Subscription]:
    """Return the query of the subscriptions that a launch would write to."""
    return _select_subscriptions(campaign).where(
        Subscription.purpose_id == campaign.purpose_id, is_eligible(campaign.purpose_id, now)
    )


def count_figures(campaign: Campaign, reached: int) -> AudienceFigures:
    """Count the people of the list whom a campaign does not reach, by the reason."""
    counts = list_purpose_counts(campaign.mailing_list_id)
    people = {each.purpose_id: each.people for each in counts}
    of_purpose = max(people.get(campaign.purpose_id, 0), reached)
    on_list = sum(people.values())
    objected = restricted = 0
    if reached < of_purpose:
        is_suppressed = has_suppression(campaign.purpose_id, clock.now())
        objected = _count(campaign, is_suppressed)
        restricted = _count(campaign, ~is_suppressed, Subscriber.restricted_at.is_not(None))
    return AudienceFigures(
        on_list=max(on_list, reached),
        reached=reached,
        other_text=on_list - people.get(campaign.purpose_id, 0),
        objected=objected,
        restricted=restricted,
        paused=max(0, of_purpose - reached - objected - restricted),
    )


def _count(campaign: Campaign, *conditions: ColumnElement[bool]) -> int:
    """Count the people who agreed to the campaign's text, under these conditions."""
    is_asked = Subscription.purpose_id == campaign.purpose_id
    rows = _select_subscriptions(campaign).where(is_asked, *conditions)
    counted = rows.with_only_columns(func.count())
    return db.session.scalar(counted) or 0


def _select_subscriptions(campaign: Campaign) -> Select[Subscription]:
    return (
        select(Subscription)
        .join(Subscriber, Subscriber.id == Subscription.subscriber_id)
        .where(Subscription.mailing_list_id == campaign.mailing_list_id)
    )
