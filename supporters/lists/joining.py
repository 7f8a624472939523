"""Puts a person on a list, or to what else they agreed, by the confirmed event that says so."""

from sqlalchemy import select

from supporters.consent.models import Agreement, ConsentEvent, EventKind, Purpose
from supporters.consent.queries import list_agreements_of
from supporters.database import db
from supporters.lists.models import MailingList, Subscription
from supporters.lists.queries import list_subscriptions_of

Standing = Subscription | Agreement


def find_standing(
    subscriber_id: int, purpose_id: int, mailing_list: MailingList | None
) -> Standing | None:
    """Return what a person agreed to already: for this purpose, or one before or after it."""
    if mailing_list is not None:
        return db.session.get(Subscription, (subscriber_id, mailing_list.id))
    kind = select(Purpose.kind).where(Purpose.id == purpose_id).scalar_subquery()
    return db.session.scalar(
        select(Agreement)
        .join(Purpose, Purpose.id == Agreement.purpose_id)
        .where(Agreement.subscriber_id == subscriber_id, Purpose.kind == kind)
    )


def list_purposes_of(subscriber_id: int) -> set[int]:
    """Return the ids of the purposes that a person's consent stands for."""
    subscriptions = {each.purpose_id for each, _ in list_subscriptions_of(subscriber_id)}
    return subscriptions | {each.purpose_id for each in list_agreements_of(subscriber_id)}


def kind_of_confirmation(standing: Standing | None) -> EventKind:
    """Return what a confirmation is: the first, or one more for a changed purpose."""
    return EventKind.CONFIRMED if standing is None else EventKind.RENEWED


def hold(event: ConsentEvent, standing: Standing | None, mailing_list: MailingList | None) -> None:
    """Let a stored confirmation hold a subscription or an agreement, new or standing already."""
    held = standing or _make(event.subscriber_id, mailing_list)
    if event.purpose_id is not None:
        held.purpose_id = event.purpose_id
    held.consent_event_id = event.id
    held.consent_kind = event.kind.value
    if isinstance(held, Subscription):
        held.subscribed_at = event.occurred_at
    db.session.add(held)


def _make(subscriber_id: int, mailing_list: MailingList | None) -> Standing:
    if mailing_list is None:
        return Agreement(subscriber_id=subscriber_id)
    return Subscription(subscriber_id=subscriber_id, mailing_list_id=mailing_list.id)
