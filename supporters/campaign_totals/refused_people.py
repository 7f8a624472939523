"""Lists the people whose mail servers refused a campaign, with masked addresses and the reason.

A whole address is seen on the page of one person, and opening that is recorded (ADR 049).
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from supporters.bounce_classes.classes import BounceClass
from supporters.campaign_totals.result_figures import list_refusing_batches
from supporters.database import db
from supporters.delivery.models import Delivery
from supporters.delivery.rules import DeliveryStatus
from supporters.people.models import Subscriber
from supporters.people.rules import mask_address
from supporters.smtp_replies import class_of

MOST_SHOWN = 100


class RefusedPerson(NamedTuple):
    """A person whose mail server refused an email, and its codes."""

    id: int
    masked_address: str
    reason: BounceClass
    reply: str


def list_refused_people(campaign_id: int) -> Sequence[RefusedPerson]:
    """Return the first people whose mail servers refused a campaign, by the codes."""
    rows = db.session.execute(
        select(Subscriber.id, Subscriber.address, Delivery.reply)
        .join(Delivery, Delivery.subscriber_id == Subscriber.id)
        .where(
            Delivery.campaign_id == campaign_id,
            Delivery.batch.in_(list_refusing_batches(campaign_id)),
            Delivery.status == DeliveryStatus.REFUSED,
        )
        .order_by(Delivery.reply, Subscriber.id)
        .limit(MOST_SHOWN)
    )
    return [
        RefusedPerson(person_id, mask_address(address), class_of(reply), reply or "")
        for person_id, address, reply in rows
    ]
