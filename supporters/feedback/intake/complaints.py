"""Lets a person leave everything by a complaint, without any email to them (REQ-103, RFC 5965)."""

from datetime import datetime

import structlog

from supporters.consent.models import Method
from supporters.consent.queries import is_suppressed
from supporters.consent.suppression import EVERYTHING, suppress_everything
from supporters.consent.withdrawal_journal import Withdrawal, WithdrawalKind, append_withdrawal
from supporters.database import in_transaction
from supporters.feedback.intake.email_holders import EmailHolder, find_email_holder
from supporters.feedback.intake.sent_messages import SentMessage
from supporters.imports.invitation_answers import delete_invitation
from supporters.lists.subscriptions import list_purposes_of, unsubscribe_from_every_list
from supporters.locks import Lock
from supporters.people.queries import lock_subscriber
from supporters.signup.rejection import stop_signup_mail, void_requests

LEAVING_TYPES = {"abuse", "opt-out"}  # the others say nothing of the person's will

log = structlog.get_logger(__name__)


@in_transaction
def apply_complaint(sent: SentMessage, now: datetime) -> bool:
    """Let the person of a message leave everything; tell whether that changed anything."""
    email_id = sent.email_id
    holder = None if email_id is None else find_email_holder(email_id, sent.recipients)
    has_stopped = holder is not None and _stop_asking(holder, now)
    subscriber_id = sent.subscriber_id or (holder.subscriber_id if holder else None)
    has_left = subscriber_id is not None and leave_everything(subscriber_id, now)
    return has_stopped or has_left


@in_transaction
def leave_everything(subscriber_id: int, now: datetime) -> bool:
    """End all consents of a person by a complaint; tell whether there was anything to end."""
    person = lock_subscriber(subscriber_id)
    if person is None:
        return False
    had_consents = bool(list_purposes_of(subscriber_id))
    unsubscribe_from_every_list(subscriber_id, Method.COMPLAINT, now=now)
    is_new = _suppress(person.address_mac, now)
    if had_consents or is_new:
        log.info("person.complained", subscriber=subscriber_id)
    return had_consents or is_new


def _suppress(address_mac: bytes, now: datetime) -> bool:
    """Stop all our emails to an address, unless they are stopped; tell whether they were not."""
    if is_suppressed(address_mac, [EVERYTHING], now):
        return False
    append_withdrawal(
        Withdrawal(
            kind=WithdrawalKind.OBJECTED, at=now, person=address_mac, method=Method.COMPLAINT
        )
    )
    suppress_everything(address_mac, now)
    return True


def _stop_asking(holder: EmailHolder, now: datetime) -> bool:
    """Void what waits for an answer of a mailbox: its sign-ups, or its invitation."""
    Lock.ADDRESS.take(holder.address_mac)
    if holder.is_invited:
        is_new = _suppress(holder.address_mac, now)
        return delete_invitation(holder.address_mac, came_by=now) or is_new
    stop_signup_mail(holder.address_mac, Method.COMPLAINT, now)
    void_requests(holder.address_mac, now)
    return True
