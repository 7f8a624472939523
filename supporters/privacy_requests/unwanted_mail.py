"""A mailbox that somebody else gave as theirs stops all our mail (ADR 029).

The link never expires, like every link that stops mail: it needs no row in the database.
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
    """Return the link in an email to an address that stops all mail to it."""
    macs: list[str | int] = [address_mac(address.key).hex(), rate_mac(address.rate_key).hex()]
    token = current_tokens().sign(Purpose.NOT_MY_ADDRESS, macs)
    return link_to("public.not_my_address", lang_code=language, token=token)


def find_mailbox(token: str) -> Mailbox | None:
    """Return the mailbox of a link; changes nothing."""
    try:
        payload = current_tokens().read(Purpose.NOT_MY_ADDRESS, token)
    except TokenError:
        return None
    match payload:
        case [str(address), str(rate)]:
            return Mailbox(bytes.fromhex(address), bytes.fromhex(rate))
    return None


def refuse_all_mail(mailbox: Mailbox) -> None:
    """Delete the address changes to a mailbox and suppress it; a second call is harmless."""
    now = clock.now()
    with transaction():
        Lock.ADDRESS.take(mailbox.address_mac)
        note(Taking(kind=Taken.NOT_ME, at=now, person=mailbox.rate_mac, method=Method.PAGE))
        shield(mailbox.rate_mac, now)
        db.session.execute(
            delete(AddressChange).where(AddressChange.address_mac == mailbox.address_mac)
        )
    object_by_address(mailbox.address_mac, Method.PAGE, now=now)
