"""Finds in a restored database those who asked, or were asked, and never confirmed."""

from sqlalchemy import select

from supporters.consent.withdrawal_journal import Withdrawal
from supporters.database import db
from supporters.imports.models import Invitation, ListImport
from supporters.signup.models import SignupRequest


def find_waiting_address(withdrawal: Withdrawal) -> str | None:
    """Return the address of a signup request or invitation that is older than this line."""
    asked = select(SignupRequest.address).where(
        SignupRequest.address_mac == withdrawal.person, SignupRequest.created_at <= withdrawal.at
    )
    invited = (
        select(Invitation.address)
        .join(ListImport, ListImport.id == Invitation.import_id)
        .where(Invitation.address_mac == withdrawal.person, ListImport.created_at <= withdrawal.at)
    )
    return db.session.scalar(asked.union(invited).limit(1))
