"""A mailbox that somebody named as theirs says that it wants none of our mail (ADR 029).

The link works without end, as each that stops mail does: nothing of it waits in the database.
"""

from dataclasses import dataclass

from sqlalchemy import delete

from supporters import clock
from supporters.consent.models import Method
from supporters.consent.suppression import shield
from supporters.consent.withdrawal_journal import Taken, Taking, note
from supporters.database import db, transaction
from supporters.extensions import current_tokens
from supporters.lists.subscriptions import object_by_address
from supporters.locks import Lock
from supporters.mail.links import link_to
from supporters.people.address_hashes import address_mac, rate_mac
from supporters.people.addresses import Address
from supporters.privacy_requests.models import AddressChange
from supporters.tokens import Purpose, TokenError


@dataclass(frozen=True)
class Mailbox:
    """A mailbox, known only by the keyed hashes of its address."""

    address_mac: bytes
    rate_mac: bytes


def link_to_refuse(address: Address, language: str) -> str:
    """Return the link of a letter to an address by which it says: never again."""
    macs: list[str | int] = [address_mac(address.key).hex(), rate_mac(address.rate_key).hex()]
    token = current_tokens().sign(Purpose.NOT_MY_ADDRESS, macs)
    return link_to("public.not_my_address", lang_code=language, token=token)


def find_mailbox(token: str) -> Mailbox | None:
    """Return the mailbox that a link is for; changes nothing."""
    try:
        payload = current_tokens().read(Purpose.NOT_MY_ADDRESS, token)
    except TokenError:
        return None
    match payload:
        case [str(address), str(rate)]:
            return Mailbox(bytes.fromhex(address), bytes.fromhex(rate))
    return None


def refuse_all_mail(mailbox: Mailbox) -> None:
    """Forget that the address was named, and write to it no more; twice is harmless."""
    now = clock.now()
    with transaction():
        Lock.ADDRESS.take(mailbox.address_mac)
        note(Taking(kind=Taken.NOT_ME, at=now, person=mailbox.rate_mac, method=Method.PAGE))
        shield(mailbox.rate_mac, now)
        db.session.execute(
            delete(AddressChange).where(AddressChange.address_mac == mailbox.address_mac)
        )
    object_by_address(mailbox.address_mac, Method.PAGE, now=now)
