"""Puts a person on a list, or to what else they agreed, by the confirmed event that says so."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select, union_all

from supporters.consent.event_records import AnyEvent
from supporters.consent.models import Agreement, EventKind, Purpose, PurposeKind
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


@dataclass(frozen=True, kw_only=True)
class ActiveConsents:
    """All that a person's consent stands for: on lists by their ids, beside them by kind.

    `lists` are the lists of the subscriptions.
    """

    subscriptions: Mapping[int, Subscription]
    lists: Mapping[int, MailingList]
    agreements: Mapping[PurposeKind, Agreement]

    def find(self, list_id: int | None, kind: PurposeKind) -> Standing | None:
        """Return what stands for a list, or for a kind of purpose that is none."""
        return self.agreements.get(kind) if list_id is None else self.subscriptions.get(list_id)


NO_CONSENTS = ActiveConsents(subscriptions={}, lists={}, agreements={})


def find_active_consents(subscriber_id: int) -> ActiveConsents:
    """Return what a person's consent stands for, in two reads however much it is."""
    subscriptions = list_subscriptions_of(subscriber_id)
    agreements = db.session.execute(
        select(Purpose.kind, Agreement)
        .join(Purpose, Purpose.id == Agreement.purpose_id)
        .where(Agreement.subscriber_id == subscriber_id)
    )
    return ActiveConsents(
        subscriptions={mailing_list.id: each for each, mailing_list in subscriptions},
        lists={mailing_list.id: mailing_list for _, mailing_list in subscriptions},
        agreements={row.kind: row.Agreement for row in agreements},
    )


def list_purposes_of(subscriber_id: int) -> set[int]:
    """Return the ids of the purposes that a person's consent stands for."""
    on_lists = select(Subscription.purpose_id).where(Subscription.subscriber_id == subscriber_id)
    beside = select(Agreement.purpose_id).where(Agreement.subscriber_id == subscriber_id)
    return {*db.session.scalars(union_all(on_lists, beside))}


def kind_of_confirmation(standing: Standing | None) -> EventKind:
    """Return what a confirmation is: the first, or one more for a changed purpose."""
    return EventKind.CONFIRMED if standing is None else EventKind.RENEWED


def hold(event: AnyEvent, standing: Standing | None, mailing_list: MailingList | None) -> None:
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
