"""Puts a person on a list, by the confirmed consent event that says so."""

from dataclasses import dataclass
from datetime import datetime

from supporters.consent.models import ConsentEvent, EventKind, Method, Wording
from supporters.database import db
from supporters.ids import new_id
from supporters.lists.models import MailingList, Subscription


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """How the mailbox holder confirmed: `evidence` is the hash of the token they got."""

    method: Method
    evidence: bytes
    page_url: str
    requested_at: datetime
    confirmed_at: datetime


def make_confirmed_event(
    subscriber_id: int, wording: Wording, *, how: Confirmation
) -> ConsentEvent:
    """Return the event of the holder's confirmation, not yet stored."""
    return ConsentEvent(
        id=new_id(how.confirmed_at),
        kind=EventKind.CONFIRMED,
        subscriber_id=subscriber_id,
        purpose_id=wording.purpose_id,
        wording_id=wording.id,
        method=how.method,
        page_url=how.page_url,
        requested_at=how.requested_at,
        occurred_at=how.confirmed_at,
        evidence=how.evidence,
    )


def join(mailing_list: MailingList, event: ConsentEvent) -> None:
    """Store the event and the subscription that it makes."""
    db.session.add(event)
    db.session.flush()
    db.session.add(
        Subscription(
            subscriber_id=event.subscriber_id,
            mailing_list_id=mailing_list.id,
            purpose_id=event.purpose_id,
            consent_event_id=event.id,
            subscribed_at=event.occurred_at,
        )
    )
