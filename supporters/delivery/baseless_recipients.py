"""Leaves people without a valid consent out of a campaign, and tells of each of them (ADR 080).

Our program makes no such subscription, and the database refuses some. So somebody wrote to it past
the program, and may have written other things: the owners and the officer must know.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, select

from supporters.audit_log.audit_events import record_act
from supporters.campaigns.campaign_lists import CampaignList
from supporters.campaigns.models import Campaign
from supporters.consent.eligibility import is_eligible
from supporters.database import db, in_transaction
from supporters.delivery.acts import DeliveryAct, DeliveryNotice
from supporters.delivery.after_sending.follow_ups import are_followed
from supporters.delivery.models import Delivery
from supporters.dialects import in_values
from supporters.lists.baseless_subscriptions import BaselessSubscriptions, find_baseless
from supporters.lists.models import Subscription
from supporters.mail.links import link_to
from supporters.notices.security_notices import owners_and_officer, put_notice
from supporters.people.models import Subscriber

MOST_LOGGED = 100  # people in one line of the log
log = structlog.get_logger(__name__)


def find_baseless_recipients(campaign: Campaign, now: datetime) -> dict[int, BaselessSubscriptions]:
    """Return the baseless subscriptions that a launch would write to if nobody looked at them.

    They are found for each list of the campaign, by its purpose.
    """
    followed = are_followed(campaign)
    return {
        each.purpose_id: found
        for each in campaign.lists
        if (found := _find_on_list(each, now, followed)).people
    }


def _find_on_list(
    target: CampaignList, now: datetime, followed: Sequence[ColumnElement[bool]]
) -> BaselessSubscriptions:
    found = find_baseless(
        Subscription.mailing_list_id == target.mailing_list_id,
        Subscription.purpose_id == target.purpose_id,
        *followed,
    )
    if not found.people:
        return found
    eligible = {
        *db.session.scalars(
            select(Subscriber.id).where(
                in_values(Subscriber.id, found.people), is_eligible(target.purpose_id, now)
            )
        )
    }
    return _among(found, eligible)


def list_left_out(
    campaign_id: int, found: Mapping[int, BaselessSubscriptions]
) -> BaselessSubscriptions:
    """Return those people of the baseless subscriptions who get it by no other list either."""
    everybody = BaselessSubscriptions(
        ended=[person for each in found.values() for person in each.ended],
        unlogged=[person for each in found.values() for person in each.unlogged],
    )
    if not everybody.people:
        return everybody
    reached = db.session.scalars(
        select(Delivery.subscriber_id).where(
            Delivery.campaign_id == campaign_id,
            in_values(Delivery.subscriber_id, everybody.people),
        )
    )
    return _among(everybody, {*everybody.people} - {*reached})


def _among(found: BaselessSubscriptions, people: set[int]) -> BaselessSubscriptions:
    return BaselessSubscriptions(
        ended=[each for each in dict.fromkeys(found.ended) if each in people],
        unlogged=[each for each in dict.fromkeys(found.unlogged) if each in people],
    )


@in_transaction
def report_baseless(campaign: Campaign, found: BaselessSubscriptions) -> None:
    """Count the people who were left out, and record it. The first of a campaign send an email."""
    people, is_first = len(found.people), campaign.left_out == 0
    if not people:
        return
    campaign.left_out += people
    details = {"people": people, "ended": len(found.ended), "unlogged": len(found.unlogged)}
    record_act(DeliveryAct.CAMPAIGN_LEFT_OUT, campaign.id, details)
    some = found.people[:MOST_LOGGED]
    log.error("campaign.baseless_left_out", campaign=campaign.id, subscribers=some, **details)
    if is_first:
        put_notice(
            DeliveryNotice.BASELESS_CONSENTS,
            owners_and_officer(),
            {"campaign": campaign.title, **details},
            url=link_to("console.show_campaign", campaign_id=campaign.id),
        )
