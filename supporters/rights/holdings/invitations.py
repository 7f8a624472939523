"""Invitations from a former list: whom we ask once, and where the address comes from."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from supporters.database import db
from supporters.mail.models import Letter
from supporters.rights.holdings.holders import Holder, Item
from supporters.signup.importing.models import Invitation, ListImport


def tell_invitations(holder: Holder) -> Sequence[Item]:
    """Return the invitation to an address, with who collected it, when and how."""
    rows = db.session.execute(
        select(Invitation, ListImport)
        .join(ListImport, ListImport.id == Invitation.import_id)
        .where(Invitation.address_mac == holder.address_mac)
    )
    return [
        {
            "id": str(invitation.id),
            "address": invitation.address,
            "given_name": invitation.given_name,
            "language": invitation.language,
            "status": invitation.status,
            "collected_by": origin.collected_by,
            "collected_from": origin.collected_from,
            "collected_until": origin.collected_until,
            "way": origin.way,
            "asked_at": invitation.asked_at,
            "expires_at": invitation.expires_at,
        }
        for invitation, origin in rows
    ]


def erase_invitations(holder: Holder) -> None:
    """Forget the invitation to an address, with its letter."""
    letters = db.session.scalars(
        delete(Invitation)
        .where(Invitation.address_mac == holder.address_mac)
        .returning(Invitation.letter_id)
    ).all()
    db.session.execute(delete(Letter).where(Letter.id.in_([each for each in letters if each])))
