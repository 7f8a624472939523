"""A mailbox that somebody else gave as theirs stops all our mail (ADR 029).

The link never expires, like every link that stops mail: it needs no row in the database.
"""

from dataclasses import dataclass

from sqlalchemy import delete

from supporters import clock
from supporters.cases.models import AddressChange
from supporters.consent.models import Method
from supporters.consent.suppression import block_signup_mail
from supporters.consent.withdrawal_journal import Withdrawal, WithdrawalKind, append_withdrawal
from supporters.crypto.tokens import TokenError, TokenPurpose
from supporters.database import db, transaction
from supporters.extensions import current_tokens
from supporters.lists.subscriptions import object_by_address
from supporters.locks import Lock
from supporters.mail.links import link_to
from supporters.people.address_hashes import address_mac
from supporters.people.addresses import Address


@dataclass(frozen=True)
class UnwantedMailbox:
    """A mailbox, known only by the keyed hash of its address."""

    address_mac: bytes


def link_to_stop_all_mail(address: Address, language: str) -> str:
    """Return the link in an email to an address that stops all mail to it."""
    macs: list[str | int] = [address_mac(address.key).hex()]
    token = current_tokens().sign(TokenPurpose.NOT_MY_ADDRESS, macs)
    return link_to("public.not_my_address", lang_code=language, token=token)


def find_unwanted_mailbox(token: str) -> UnwantedMailbox | None:
    """Return the mailbox of a link; changes nothing."""
    try:
        payload = current_tokens().read(TokenPurpose.NOT_MY_ADDRESS, token)
    except TokenError:
        return None
    match payload:
        case [str(address)]:
            return UnwantedMailbox(bytes.fromhex(address))
    return None


def stop_all_mail(mailbox: UnwantedMailbox) -> None:
    """Delete the address changes to a mailbox and suppress it; a second call is harmless."""
    now = clock.now()
    with transaction():
        Lock.ADDRESS.take(mailbox.address_mac)
        append_withdrawal(
            Withdrawal(
                kind=WithdrawalKind.SIGNUP_MAIL_BLOCKED,
                at=now,
                person=mailbox.address_mac,
                method=Method.PAGE,
            )
        )
        block_signup_mail(mailbox.address_mac, now)
        db.session.execute(
            delete(AddressChange).where(AddressChange.address_mac == mailbox.address_mac)
        )
    object_by_address(mailbox.address_mac, Method.PAGE, now=now)
