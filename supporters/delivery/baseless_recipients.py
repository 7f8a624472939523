"""Leaves people without a valid consent out of a campaign, and tells of each of them (ADR 080).

Our program makes no such subscription, and the database refuses some. So somebody wrote to it past
the program, and may have written other things: the owners and the officer must know.
"""

from datetime import datetime

import structlog
from sqlalchemy import select

from supporters.audit_log.audit_events import record_act
from supporters.campaigns.models import Campaign
from supporters.consent.eligibility import is_eligible
from supporters.database import db, in_transaction
from supporters.delivery.acts import DeliveryAct, DeliveryNotice
from supporters.delivery.after_sending.follow_ups import are_followed
from supporters.dialects import in_values
from supporters.lists.baseless_subscriptions import BaselessSubscriptions, find_baseless
from supporters.lists.models import Subscription
from supporters.mail.links import link_to
from supporters.notices.security_notices import owners_and_officer, put_notice
from supporters.people.models import Subscriber

log = structlog.get_logger(__name__)


def find_baseless_recipients(campaign: Campaign, now: datetime) -> BaselessSubscriptions:
    """Return the baseless subscriptions that a launch would write to if nobody looked at them."""
    found = find_baseless(
        Subscription.mailing_list_id == campaign.mailing_list_id,
        Subscription.purpose_id == campaign.purpose_id,
        *are_followed(campaign),
    )
    if not found.people:
        return found
    eligible = {
        *db.session.scalars(
            select(Subscriber.id).where(
                in_values(Subscriber.id, found.people), is_eligible(campaign.purpose_id, now)
            )
        )
    }
    return BaselessSubscriptions(
        ended=[each for each in found.ended if each in eligible],
        unlogged=[each for each in found.unlogged if each in eligible],
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
    log.error(
        "campaign.baseless_left_out", campaign=campaign.id, subscribers=found.people, **details
    )
    if is_first:
        put_notice(
            DeliveryNotice.BASELESS_CONSENTS,
            owners_and_officer(),
            {"campaign": campaign.title, **details},
            url=link_to("console.show_campaign", campaign_id=campaign.id),
        )
