"""Finds whom a transactional email was for: the outbox deletes its recipient once it is sent."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import or_, select

from supporters.database import db
from supporters.imports.models import Invitation
from supporters.mail.models import OutboxEmail
from supporters.people.addresses import AddressInvalid, address_mac, parse_address, rate_mac
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber_by_mac
from supporters.signup.models import SignupRequest


class EmailHolder(NamedTuple):
    """The mailbox of a transactional email, as far as a row still names it.

    `is_invited`: the email was an invitation of an import.
    """

    address_mac: bytes
    subscriber_id: int | None
    address: str
    is_invited: bool


def find_email_holder(email_id: int, recipients: Sequence[str] = ()) -> EmailHolder | None:
    """Return the holder of the mailbox that an email went to, if a row names it.

    Otherwise a subscriber among the recipients that a report names, if the email has the hash of
    their mailbox: nobody else's mailbox can be named.
    """
    asked = db.session.execute(
        select(SignupRequest.address_mac, SignupRequest.address).where(
            SignupRequest.email_id == email_id
        )
    ).first()
    invited = db.session.execute(
        select(Invitation.address_mac, Invitation.address).where(Invitation.email_id == email_id)
    ).first()
    mac, address = asked or invited or (None, "")
    person = db.session.scalar(
        select(Subscriber).where(
            or_(Subscriber.address_mac == mac, Subscriber.inactivity_email_id == email_id)
        )
    )
    if mac is None and person is None:
        person = _find_recipient(email_id, recipients)
    if person is not None:
        mac, address = person.address_mac, person.address
    if mac is None:
        return None
    return EmailHolder(
        address_mac=mac,
        subscriber_id=None if person is None else person.id,
        address=address,
        is_invited=invited is not None,
    )


def _find_recipient(email_id: int, recipients: Sequence[str]) -> Subscriber | None:
    email = db.session.get(OutboxEmail, email_id)
    if email is None:
        return None
    for each in recipients:
        try:
            address = parse_address(each)
        except AddressInvalid:
            continue
        if rate_mac(address.rate_key) == email.rate_mac:
            return find_subscriber_by_mac(address_mac(address.key))
    return None
