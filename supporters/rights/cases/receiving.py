"""Takes a request that came by mail, post or telephone, and opens its case."""

from dataclasses import dataclass
from datetime import date, datetime, time

from supporters import clock
from supporters.consent.models import Method
from supporters.database import transaction
from supporters.lists.leaving import object_by_address
from supporters.people.acting import note_act
from supporters.people.addresses import Address
from supporters.people.keys import address_mac
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber_by_key, lock_subscriber
from supporters.rights.models import Case, CaseKind, Channel
from supporters.rights.opening import open_case
from supporters.rights.restricting import restrict_person
from supporters.rights.rules import PARIS, due_at


@dataclass(frozen=True, kw_only=True)
class Request:
    """What was asked, how and when it reached us, and the address that was named, if any."""

    kind: CaseKind
    channel: Channel
    received_on: date
    note: str
    address: Address | None = None


def receive(request: Request) -> Case:
    """Open the case of a request; its clock began on the day on which it reached us.

    Who says that they never signed up is frozen, as by the page that says so. Who wants no more
    mail gets none from now on, whether we know them or not: what is kept is a hash. Whoever asks
    for anything has acted by their own hand.
    """
    now = clock.now()
    if request.kind is CaseKind.OBJECTION and request.address is not None:
        object_by_address(address_mac(request.address.key), now=now)
    received_at = min(datetime.combine(request.received_on, time(12), PARIS), now)
    with transaction():
        known = _lock_holder(request.address)
        case = open_case(
            request.kind,
            request.channel,
            now=now,
            subscriber_id=None if known is None else known.id,
        )
        case.received_at, case.due_at = received_at, due_at(received_at)
        case.note = request.note
        if known is not None:
            note_act(known, received_at)
            if request.kind is CaseKind.CONTESTED:
                restrict_person(known.id, Method.ORGANISER, now=now)
    return case


def _lock_holder(address: Address | None) -> Subscriber | None:
    known = None if address is None else find_subscriber_by_key(address.key)
    return None if known is None else lock_subscriber(known.id)
