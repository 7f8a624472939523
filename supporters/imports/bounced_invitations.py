"""Counts an invitation that came back, as one that the relay rejected: an import holds itself."""

from datetime import datetime

from sqlalchemy import select

from supporters.database import db, in_transaction
from supporters.imports.import_approval import hold_if_rejected
from supporters.imports.models import Invitation, ListImport


@in_transaction
def record_bounced_invitation(email_id: int, *, is_dead: bool, now: datetime) -> None:
    """Count the bounce of an invitation; one to a mailbox that nobody has is deleted."""
    invitation = db.session.scalar(select(Invitation).where(Invitation.email_id == email_id))
    if invitation is None:
        return
    list_import = db.session.get_one(ListImport, invitation.import_id, with_for_update=True)
    list_import.refused += 1
    list_import.refused_lately += 1
    if is_dead:
        db.session.delete(invitation)
    hold_if_rejected(list_import, now)
