"""Finds the receipt of one consent by its event (REQ-22)."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from supporters.consent.committed_acts import EVENTS_OF_PEOPLE
from supporters.consent.consent_events import current_identity, find_controller
from supporters.consent.models import ConsentEvent
from supporters.consent.promised.receipt_links import sign_receipt_link
from supporters.consent.receipts import CONSENTS, NotProvable, Receipt, make_receipt
from supporters.consent.record_forms import describe_identity
from supporters.consent.record_holders import open_holder
from supporters.database import db
from supporters.languages import DEFAULT_LANGUAGE
from supporters.lists.queries import name_of_purpose
from supporters.mail.links import link_to
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber


@dataclass(frozen=True, kw_only=True)
class ConsentReceipt:
    """A consent that we hold; its receipt is empty until the log has sealed it.

    `is_provable` is false if the record was changed after sealing: then there is no receipt.
    `controller_of_today` is the present controller, if it isn't the one of the consent. `is_open`:
    the receipt shows whose it is.
    """

    event: ConsentEvent
    name: str
    receipt: Receipt | None
    is_provable: bool
    controller_of_today: Mapping[str, str] | None
    is_open: bool


def find_receipt(event_id: int, *, is_own: bool) -> ConsentReceipt | None:
    """Return the receipt of a consent; None if we hold no such consent.

    `is_own`: the link was given to the person, so the receipt shows whose it is.
    """
    event = db.session.get(ConsentEvent, event_id)
    if event is None or event.kind not in CONSENTS or event.purpose_id is None:
        return None
    subscriber = find_subscriber(event.subscriber_id)
    if subscriber is None:
        return None
    name = name_of_purpose(event.purpose_id)
    receipt, is_provable = None, True
    holder = open_holder(event, subscriber) if is_own else {}
    try:
        receipt = make_receipt(event, log_salt=subscriber.log_salt, name=name, holder=holder)
    except NotProvable:
        is_provable = False
    return ConsentReceipt(
        event=event,
        name=name,
        receipt=receipt,
        is_provable=is_provable,
        controller_of_today=_find_new_controller(event),
        is_open=bool(holder),
    )


def list_receipts(events: Iterable[ConsentEvent], subscriber: Subscriber) -> list[Receipt]:
    """Return the receipt of each consent among the events of a person; none of an altered one."""
    found: list[Receipt | None] = []
    for event in events:
        if event.kind in CONSENTS and event.purpose_id is not None:
            name = name_of_purpose(event.purpose_id)
            with suppress(NotProvable):
                found.append(make_receipt(event, log_salt=subscriber.log_salt, name=name))
    return [each for each in found if each is not None]


def link_to_receipt(event: ConsentEvent) -> str | None:
    """Return the address of the receipt of an act of a person; None for other events."""
    if event.kind not in EVENTS_OF_PEOPLE:
        return None
    token = sign_receipt_link(event.id)
    return link_to("public.receipt_file", lang_code=DEFAULT_LANGUAGE, token=token)


def _find_new_controller(event: ConsentEvent) -> Mapping[str, str] | None:
    """Return the present controller, if the event names a different one."""
    controller, today = find_controller(event), current_identity()
    is_the_same = controller is None or describe_identity(controller).items() >= today.items()
    return None if is_the_same else today
