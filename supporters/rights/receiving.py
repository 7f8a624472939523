"""The receipt of one consent, found by its event (REQ-22)."""

from dataclasses import dataclass

from supporters.consent.models import ConsentEvent
from supporters.consent.receipts import CONSENTS, Receipt, make_receipt
from supporters.database import db
from supporters.lists.naming import name_of_purpose
from supporters.people.queries import find_subscriber


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A consent that we hold; its receipt is empty while the log has still to seal it."""

    event: ConsentEvent
    name: str
    receipt: Receipt | None


def find_receipt(event_id: int) -> Kept | None:
    """Return the receipt of a consent; None when we hold no such consent any more."""
    event = db.session.get(ConsentEvent, event_id)
    if event is None or event.kind not in CONSENTS or event.purpose_id is None:
        return None
    subscriber = find_subscriber(event.subscriber_id)
    if subscriber is None:
        return None
    name = name_of_purpose(event.purpose_id)
    receipt = make_receipt(event, log_salt=subscriber.log_salt, name=name)
    return Kept(event=event, name=name, receipt=receipt)
