"""Rejects a signup ("it wasn't me"), and undoes the rejection (REQ-62)."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import update

from supporters import clock
from supporters.consent.models import Method
from supporters.consent.suppression import shield
from supporters.consent.withdrawal_journal import Taken, Taking, note
from supporters.database import db, use_case
from supporters.lists.subscriptions import Standing, end_standing
from supporters.locks import Lock
from supporters.people.address_hashes import shield_macs
from supporters.people.addresses import stored_address
from supporters.people.queries import lock_subscriber
from supporters.signup.confirmation_links import Link, find_address_of_link, look_at
from supporters.signup.confirmed_signups import lift_shields, mark_letters_answered
from supporters.signup.models import SignupRequest
from supporters.tokens import Purpose

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Refused:
    """The result of a rejection.

    `left` are the lists that the person was unsubscribed from; `stays_on` are the others.
    `is_void`: there was an open request, and it is void now.
    """

    left: tuple[str, ...]
    stays_on: tuple[str, ...]
    is_void: bool


@use_case
def refuse_signup(token: str) -> Refused | None:
    """Void the open requests of an address, and withdraw the consents that this email confirmed.

    The address gets no signup email for a year. Consents from other emails stay: there is another
    page to unsubscribe. Return None for a forged link, and for an old link without an address.
    """
    link = _lock_and_resolve(Purpose.NOT_ME, token)
    if not link.address_mac:
        return None
    now = clock.now()
    note(Taking(kind=Taken.NOT_ME, at=now, person=link.address_mac, method=Method.PAGE))
    shield(link.address_mac, now)
    db.session.execute(
        update(SignupRequest)
        .where(
            SignupRequest.address_mac == link.address_mac,
            SignupRequest.confirmed_at.is_(None),
            SignupRequest.refused_at.is_(None),
        )
        .values(refused_at=now)
    )
    left = tuple(link.given_names)
    _withdraw(link, link.given)
    return Refused(left=left, stays_on=tuple(link.list_names), is_void=link.is_waiting)


def _withdraw(link: Link, consents: Sequence[Standing]) -> None:
    subscriber = lock_subscriber(link.subscriber.id) if link.subscriber else None
    if subscriber is None:
        return
    for consent in consents:
        end_standing(subscriber, consent, Method.PAGE, now=clock.now())
    db.session.flush()
    log.info("signup.refused", subscriber=subscriber.id, withdrawn=len(consents))


@use_case
def undo_refusal(token: str) -> bool:
    """Allow signup emails to an address again, and the confirmation of its requests.

    It confirms nothing: a withdrawn consent needs a new signup. Return False for a forged link,
    and for an old link without an address.
    """
    link = _lock_and_resolve(Purpose.CONFIRM, token)
    if not link.address_mac:
        return False
    if link.request is None:
        lift_shields([link.address_mac])
    else:
        lift_shields(shield_macs(stored_address(link.request.address)))
    db.session.execute(
        update(SignupRequest)
        .where(SignupRequest.address_mac == link.address_mac)
        .values(refused_at=None)
    )
    mark_letters_answered(link.address_mac, clock.now())
    return True


def _lock_and_resolve(purpose: Purpose, token: str) -> Link:
    """Lock the address of a link, and return the link with its state."""
    address_mac = find_address_of_link(purpose, token)
    if address_mac is not None:
        Lock.ADDRESS.take(address_mac)
        db.session.expire_all()
    return look_at(purpose, token)
