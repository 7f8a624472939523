"""Rejects a signup ("it wasn't me"), and undoes the rejection (REQ-62)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import select, update

from supporters import clock
from supporters.consent.models import Method
from supporters.consent.suppression import block_signup_mail, unblock_signup_mail
from supporters.consent.withdrawal_journal import Withdrawal, WithdrawalKind, append_withdrawal
from supporters.crypto.tokens import TokenPurpose
from supporters.database import db, in_transaction, update_where, use_case
from supporters.lists.subscription_writes import HeldConsent
from supporters.lists.subscriptions import end_consents
from supporters.locks import Lock
from supporters.mail.models import OutboxEmail
from supporters.signup.address_facts import GivenConsent
from supporters.signup.confirmation_links import ConfirmationLink, open_link, resolve_link
from supporters.signup.models import SignupRequest


def lift_signup_blocks(macs: Sequence[bytes]) -> None:
    """Allow signup emails to an address again, and write that to the withdrawal journal."""
    for mac in macs:
        if unblock_signup_mail(mac):
            record_permission(mac)


def record_permission(mac: bytes) -> None:
    """Write to the withdrawal journal that an address may get signup emails again."""
    at = clock.now()
    append_withdrawal(
        Withdrawal(kind=WithdrawalKind.SIGNUP_MAIL_UNBLOCKED, at=at, person=mac, method=Method.LINK)
    )


@in_transaction
def stop_signup_mail(mac: bytes, method: Method, now: datetime) -> None:
    """Let an address get no signup email for a year, and write that to the withdrawal journal."""
    append_withdrawal(
        Withdrawal(kind=WithdrawalKind.SIGNUP_MAIL_BLOCKED, at=now, person=mac, method=method)
    )
    block_signup_mail(mac, now)


@in_transaction
def void_requests(address_mac: bytes, now: datetime) -> None:
    """Void the open requests of an address."""
    is_open = SignupRequest.confirmed_at.is_(None), SignupRequest.refused_at.is_(None)
    theirs = SignupRequest.address_mac == address_mac
    update_where(SignupRequest, theirs, *is_open, refused_at=now)


def restart_mail_caps(address_mac: bytes, now: datetime) -> None:
    """Restart the caps on emails to an address, because the person has answered one."""
    emails = select(SignupRequest.email_id).where(SignupRequest.address_mac == address_mac)
    update_where(OutboxEmail, OutboxEmail.id.in_(emails), answered_at=now)


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
    page to unsubscribe. Return None for a link that is not ours, or that is too old.
    """
    link = _lock_and_resolve(TokenPurpose.NOT_ME, token)
    if not link.address_mac:
        return None
    now = clock.now()
    stop_signup_mail(link.address_mac, Method.PAGE, now)
    void_requests(link.address_mac, now)
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
    secret = open_link(purpose, token)
    if secret is not None:
        Lock.ADDRESS.take(secret.address_mac)
        db.session.expire_all()
    return resolve_link(purpose, token)
