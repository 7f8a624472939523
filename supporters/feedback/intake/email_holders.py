"""Finds whom a transactional email was for: the outbox deletes its recipient once it is sent."""

from typing import NamedTuple

from sqlalchemy import or_, select

from supporters.database import db
from supporters.imports.models import Invitation
from supporters.people.models import Subscriber
from supporters.signup.models import SignupRequest


class EmailHolder(NamedTuple):
    """The mailbox of a transactional email, as far as a row still names it.

    `is_invited`: the email was an invitation of an import.
    """

    address_mac: bytes
    subscriber_id: int | None
    address: str
    is_invited: bool


def find_email_holder(email_id: int) -> EmailHolder | None:
    """Return the holder of the mailbox that an email went to, if a row names it."""
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
