"""Makes an audience in SQL: thousands of confirmed people in a second, marked as synthetic.

The package has no such way: there, only a confirmation from the mailbox makes a person
(invariant 1).
"""

import hashlib
from collections.abc import Iterable
from itertools import islice

from sqlalchemy import insert

from supporters import clock
from supporters.audit.sealed_rows import list_sealed_events
from supporters.consent.log_sealing import seal
from supporters.consent.models import ConsentEvent, EventKind, Method
from supporters.consent.queries import find_current_wording
from supporters.database import db, in_transaction, transaction
from supporters.ids import new_id
from supporters.lists.models import MailingList, Subscription
from supporters.people.addresses import address_mac
from supporters.people.models import Subscriber
from supporters.transparency_log.models import LogEntry

PAGE = "synthetic:tests/faults"
AT_ONCE = 5000


def add_people(mailing_list: MailingList, addresses: Iterable[str]) -> None:
    """Put new people with these addresses on a list."""
    seal()  # the tree begins without them
    wording = find_current_wording(mailing_list.purpose_id, "fr")
    assert wording is not None
    now = clock.now()
    ids = iter(range(new_id(now), new_id(now) + 10**12))
    waiting = iter(addresses)
    while some := [*islice(waiting, AT_ONCE)]:
        numbered = [*zip(islice(ids, len(some)), some, strict=True)]
        common = {"purpose_id": mailing_list.purpose_id}
        with transaction():
            db.session.execute(
                insert(ConsentEvent),
                [
                    {
                        **common,
                        "id": number,
                        "kind": EventKind.CONFIRMED,
                        "subscriber_id": number,
                        "address_mac": address_mac(address),
                        "wording_id": wording.id,
                        "method": Method.LINK,
                        "page_url": PAGE,
                        "requested_at": now,
                        "occurred_at": now,
                        "evidence": hashlib.sha256(f"{PAGE} {number}".encode()).digest(),
                    }
                    for number, address in numbered
                ],
            )
            db.session.execute(
                insert(Subscriber),
                [
                    {
                        "id": number,
                        "address": address,
                        "address_key": address,
                        "address_mac": address_mac(address),
                        "given_name": "Camille",
                        "language": "fr",
                        "created_at": now,
                        "acted_at": now,
                        "log_salt": b"synthetic",
                        "joined_event_id": number,
                        "joined_event_kind": "confirmed",
                    }
                    for number, address in numbered
                ],
            )
            db.session.execute(
                insert(Subscription),
                [
                    {
                        **common,
                        "subscriber_id": number,
                        "mailing_list_id": mailing_list.id,
                        "consent_event_id": number,
                        "consent_kind": "confirmed",
                        "subscribed_at": now,
                    }
                    for number, _ in numbered
                ],
            )
            _add_entries([number for number, _ in numbered])


@in_transaction
def _add_entries(event_ids: list[int]) -> None:
    """Add the entries of these consents: without them, no campaign leaves."""
    db.session.flush()
    chosen = ConsentEvent.id.between(event_ids[0], event_ids[-1])
    records = [each.record for each in list_sealed_events(chosen)]
    db.session.execute(
        insert(LogEntry),
        [
            {"kind": each.kind, "record_id": each.id, "commitment": each.commitment}
            for each in records
            if each is not None
        ],
    )
