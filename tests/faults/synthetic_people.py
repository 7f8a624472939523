"""Makes an audience in SQL: thousands of confirmed people in a second, marked as synthetic.

The package has no such way: there, only a confirmation from the mailbox makes a person
(invariant 1).
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from sqlalchemy import insert, select

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


class Consenting(NamedTuple):
    """A person who consents to the emails of a list, and the id of their consent."""

    consent: int
    person: int
    address: str


def add_people(mailing_list: MailingList, addresses: Iterable[str], language: str = "fr") -> None:
    """Put new people with these addresses, who read a language, on a list."""
    now = clock.now()
    numbers = iter(range(new_id(now), new_id(now) + 10**12))
    newcomers = (Consenting(number := next(numbers), number, each) for each in addresses)
    _add(mailing_list, newcomers, now, language)


def join_list(mailing_list: MailingList, addresses: Iterable[str]) -> None:
    """Put people who are on another list on this one too."""
    now = clock.now()
    numbers = iter(range(new_id(now), new_id(now) + 10**12))
    chosen = select(Subscriber.id, Subscriber.address).where(Subscriber.address.in_([*addresses]))
    found = db.session.execute(chosen).all()
    _add(mailing_list, (Consenting(next(numbers), *each) for each in found), now)


def _add(
    mailing_list: MailingList,
    waiting: Iterator[Consenting],
    now: datetime,
    newcomers_read: str = "",
) -> None:
    """Put people on a list, some at a time; they are new if they read a language."""
    seal()  # the tree begins without them
    while some := [*islice(waiting, AT_ONCE)]:
        with transaction():
            _add_consents(mailing_list, some, now)
            if newcomers_read:
                _add_subscribers(some, newcomers_read, now)
            db.session.execute(
                insert(Subscription),
                [
                    {
                        "purpose_id": mailing_list.purpose_id,
                        "subscriber_id": each.person,
                        "mailing_list_id": mailing_list.id,
                        "consent_event_id": each.consent,
                        "consent_kind": "confirmed",
                        "subscribed_at": now,
                    }
                    for each in some
                ],
            )
            _add_entries([each.consent for each in some])


@in_transaction
def _add_consents(mailing_list: MailingList, people: Sequence[Consenting], now: datetime) -> None:
    wording = find_current_wording(mailing_list.purpose_id, "fr")
    assert wording is not None
    db.session.execute(
        insert(ConsentEvent),
        [
            {
                "purpose_id": mailing_list.purpose_id,
                "id": each.consent,
                "kind": EventKind.CONFIRMED,
                "subscriber_id": each.person,
                "address_mac": address_mac(each.address),
                "wording_id": wording.id,
                "method": Method.LINK,
                "page_url": PAGE,
                "requested_at": now,
                "occurred_at": now,
                "evidence": hashlib.sha256(f"{PAGE} {each.consent}".encode()).digest(),
            }
            for each in people
        ],
    )


@in_transaction
def _add_subscribers(people: Sequence[Consenting], language: str, now: datetime) -> None:
    db.session.execute(
        insert(Subscriber),
        [
            {
                "id": each.person,
                "address": each.address,
                "address_key": each.address,
                "address_mac": address_mac(each.address),
                "given_name": "Camille",
                "language": language,
                "created_at": now,
                "acted_at": now,
                "log_salt": b"synthetic",
                "joined_event_id": each.consent,
                "joined_event_kind": "confirmed",
            }
            for each in people
        ],
    )


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
