"""The audience of a campaign: the people that it reaches now, and those that it leaves out."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from supporters import clock
from supporters.campaigns.models import Campaign
from supporters.consent.eligibility import is_eligible
from supporters.database import db
from supporters.delivery.after_sending.follow_ups import are_followed
from supporters.lists.models import Subscription
from supporters.lists.queries import count_eligible, list_purpose_counts
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
    if are_followed(campaign):
        everybody = select_audience(campaign, clock.now()).with_only_columns(func.count())
        return db.session.scalar(everybody) or 0
    return count_eligible(campaign.mailing_list_id, campaign.purpose_id, clock.now()).eligible


def count_audience_up_to(campaign: Campaign, limit: int) -> int:
    """Return how many people a launch would write to, or one more than the limit if more."""
    some = select_audience(campaign, clock.now()).with_only_columns(Subscription.subscriber_id)
    counted = select(func.count()).select_from(some.limit(limit + 1).subquery())
    return db.session.scalar(counted) or 0


def select_audience(campaign: Campaign, now: datetime) -> Select[Subscription]:
    """Return the query of the subscriptions that a launch would write to.

    The launch leaves out those without a valid consent (`baseless_recipients`).
    """
    return (
        select(Subscription)
        .join(Subscriber, Subscriber.id == Subscription.subscriber_id)
        .where(
            Subscription.mailing_list_id == campaign.mailing_list_id,
            Subscription.purpose_id == campaign.purpose_id,
            is_eligible(campaign.purpose_id, now),
            *are_followed(campaign),
        )
    )


def count_figures(campaign: Campaign) -> AudienceFigures:
    """Count the people of the list whom a launch would write to, and the others by the reason.

    A campaign that follows another one leaves out nobody: it is for people of that one.
    """
    if are_followed(campaign):
        reached = count_audience(campaign)
        return AudienceFigures(
            on_list=reached, reached=reached, other_text=0, objected=0, restricted=0, paused=0
        )
    counts = list_purpose_counts(campaign.mailing_list_id)
    on_list = sum(each.people for each in counts)
    counted = count_eligible(campaign.mailing_list_id, campaign.purpose_id, clock.now())
    return AudienceFigures(
        on_list=max(on_list, counted.agreed),
        reached=counted.eligible,
        other_text=max(0, on_list - counted.agreed),
        objected=counted.objected,
        restricted=counted.restricted,
        paused=counted.paused,
    )
