"""Checks that each person's address is the one of their records: no consent is anybody else's."""

from typing import Any

from sqlalchemy import Row, select

from supporters.consent.log.verifying.findings import Report
from supporters.consent.log.verifying.reading import stream
from supporters.consent.models import ConsentEvent, EventKind
from supporters.people.addresses import key_of
from supporters.people.keys import address_mac
from supporters.people.models import Subscriber


def check_people(report: Report) -> None:
    """Check each person's address, its key and its keyed hash, and whether they are frozen."""
    of_theirs = select(ConsentEvent).where(ConsentEvent.subscriber_id == Subscriber.id)
    newest_first = (ConsentEvent.occurred_at.desc(), ConsentEvent.id.desc())
    mac = of_theirs.with_only_columns(ConsentEvent.address_mac).order_by(*newest_first).limit(1)
    frozen = (
        of_theirs.with_only_columns(ConsentEvent.kind)
        .where(ConsentEvent.kind.in_([EventKind.RESTRICTED, EventKind.RELEASED]))
        .order_by(*newest_first)
        .limit(1)
    )
    people = select(
        Subscriber.id,
        Subscriber.address,
        Subscriber.address_key,
        Subscriber.address_mac,
        Subscriber.restricted_at,
        mac.correlate(Subscriber).scalar_subquery().label("newest_mac"),
        frozen.correlate(Subscriber).scalar_subquery().label("frozen_by"),
    )
    for person in stream(people.order_by(Subscriber.id)):
        report.people += 1
        for what in _find_faults(person):
            report.fault("subscriber", person.id, what)


def _find_faults(person: Row[Any]) -> list[str]:
    faults = []
    if key_of(person.address) != person.address_key:
        faults.append("address and address_key aren't the same mailbox")
    if address_mac(person.address_key) != person.address_mac:
        faults.append("address_mac isn't made of address_key")
    if person.newest_mac != person.address_mac:
        faults.append("address_mac isn't that of their newest record: who consented is another")
    if (person.frozen_by is EventKind.RESTRICTED) != (person.restricted_at is not None):
        faults.append("restricted_at doesn't agree with their records")
    return faults
