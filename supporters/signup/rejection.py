"""Rejects a signup ("it wasn't me"), and undoes the rejection (REQ-62)."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import update

from supporters import clock
from supporters.consent.models import Method
from supporters.consent.suppression import block_signup_mail
from supporters.consent.withdrawal_journal import Withdrawal, WithdrawalKind, append_withdrawal
from supporters.database import db, use_case
from supporters.lists.subscriptions import end_consents
from supporters.lists.withdrawal_plan import HeldConsent
from supporters.locks import Lock
from supporters.signup.address_facts import GivenConsent
from supporters.signup.confirmation_links import (
    ConfirmationLink,
    open_link,
    resolve_link,
)
from supporters.signup.mail_permissions import lift_signup_blocks, restart_mail_caps
from supporters.signup.models import SignupRequest
from supporters.tokens import TokenPurpose

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class RejectedSignup:
    """The result of a rejection.

    `left` are the lists that the person was unsubscribed from; `stays_on` are the others.
    `is_void`: there was an open request, and it is void now.
    """

    left: tuple[str, ...]
    stays_on: tuple[str, ...]
    is_void: bool


@use_case
def reject_signup(token: str) -> RejectedSignup | None:
    """Void the open requests of an address, and withdraw the consents that this email confirmed.

    The address gets no signup email for a year. Consents from other emails stay: there is another
    page to unsubscribe. Return None for a forged link, and for an old link without an address.
    """
    link = _lock_and_resolve(TokenPurpose.NOT_ME, token)
    if not link.address_mac:
        return None
    now = clock.now()
    append_withdrawal(
        Withdrawal(
            kind=WithdrawalKind.SIGNUP_MAIL_BLOCKED,
            at=now,
            person=link.address_mac,
            method=Method.PAGE,
        )
    )
    block_signup_mail(link.address_mac, now)
    db.session.execute(
        update(SignupRequest)
        .where(
            SignupRequest.address_mac == link.address_mac,
            SignupRequest.confirmed_at.is_(None),
            SignupRequest.refused_at.is_(None),
        )
        .values(refused_at=now)
    )
    _withdraw(link, link.given)
    left = tuple(link.given_names)
    stays_on = tuple(each for each in link.list_names if each not in left)
    return RejectedSignup(left=left, stays_on=stays_on, is_void=link.is_waiting)


def _withdraw(link: ConfirmationLink, consents: Sequence[GivenConsent]) -> None:
    if link.person is None:
        return
    held = [HeldConsent(each.purpose_id, each.subject.list_id) for each in consents]
    end_consents(link.person.id, held, Method.PAGE, now=clock.now())
    log.info("signup.refused", subscriber=link.person.id, withdrawn=len(consents))


@use_case
def undo_rejection(token: str) -> bool:
    """Allow signup emails to an address again, and the confirmation of its requests.

    It confirms nothing: a withdrawn consent needs a new signup. Return False for a forged link.
    """
    link = _lock_and_resolve(TokenPurpose.CONFIRM, token)
    if not link.address_mac:
        return False
    lift_signup_blocks([link.address_mac])
    db.session.execute(
        update(SignupRequest)
        .where(SignupRequest.address_mac == link.address_mac)
        .values(refused_at=None)
    )
    restart_mail_caps(link.address_mac, clock.now())
    return True


def _lock_and_resolve(purpose: TokenPurpose, token: str) -> ConfirmationLink:
    """Lock the address of a link, and return the link with its state."""
    opened = open_link(purpose, token)
    if opened is not None and opened.key.mac:
        Lock.ADDRESS.take(opened.key.mac)
        db.session.expire_all()
    return resolve_link(purpose, token)
