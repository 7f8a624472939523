"""Allows signup emails to an address again: its mailbox holder has answered."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from supporters import clock
from supporters.consent.models import Method
from supporters.consent.suppression import unblock_signup_mail
from supporters.consent.withdrawal_journal import Withdrawal, WithdrawalKind, append_withdrawal
from supporters.database import db
from supporters.mail.models import OutboxEmail
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


def restart_mail_caps(address_mac: bytes, now: datetime) -> None:
    """Restart the caps on emails to an address, because the person has answered one."""
    emails = select(SignupRequest.email_id).where(SignupRequest.address_mac == address_mac)
    db.session.execute(
        update(OutboxEmail)
        .where(OutboxEmail.id.in_(emails))
        .values(answered_at=now)
        .execution_options(synchronize_session=False)
    )
