"""Forgets links and sessions of "My data" that are over, and new addresses that said nothing."""

from datetime import datetime

from sqlalchemy import delete

from supporters.database import db, use_case
from supporters.rights.access.models import AccessTicket, AddressChange


@use_case
def purge_tickets(now: datetime) -> int:
    """Delete the links and sessions whose time is over; return how many."""
    gone = db.session.execute(
        delete(AccessTicket).where(AccessTicket.closes_at <= now).returning(AccessTicket.id)
    )
    return len(gone.all())


@use_case
def purge_address_changes(now: datetime) -> int:
    """Delete the new addresses whose mailbox didn't say yes in time; return how many."""
    gone = db.session.execute(
        delete(AddressChange).where(AddressChange.expires_at <= now).returning(AddressChange.id)
    )
    return len(gone.all())
