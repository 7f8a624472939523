"""The mails of campaigns to a person, and the letters of the system to their mailbox."""

import json
from collections.abc import Sequence

from sqlalchemy import delete, select

from supporters.campaigns.models import Campaign
from supporters.consent.models import EventKind
from supporters.database import db
from supporters.delivery.models import Delivery
from supporters.extensions import current_sealer
from supporters.mail.models import Letter, LetterKind
from supporters.people.addresses import AddressInvalid, parse_address
from supporters.rights.holdings.holders import Holder, Item
from supporters.sealing import SealBroken


def tell_deliveries(holder: Holder) -> Sequence[Item]:
    """Return every mail of a campaign with what became of it, newest first."""
    rows = db.session.execute(
        select(Delivery, Campaign)
        .join(Campaign, Campaign.id == Delivery.campaign_id)
        .where(Delivery.subscriber_id == holder.id)
        .order_by(Campaign.id.desc())
    )
    return [
        {
            "campaign_id": campaign.id,
            "subject": campaign.subject,
            "status": delivery.status,
            "settled_at": delivery.settled_at,
            "attempts": delivery.attempts,
            "next_attempt_at": None if delivery.settled_at else delivery.next_attempt_at,
            "reply": delivery.reply,
            "batch": delivery.batch,
            "purpose_id": delivery.purpose_id,
            "consent_event_id": str(delivery.consent_event_id),
            "consent_kind": EventKind(delivery.consent_kind),
        }
        for delivery, campaign in rows
    ]


def tell_letters(holder: Holder) -> Sequence[Item]:
    """Return the letters to a mailbox of the last 31 days: their kinds and times."""
    rows = db.session.scalars(
        select(Letter).where(Letter.rate_mac == holder.rate_mac).order_by(Letter.created_at)
    )
    return [
        {
            "id": str(letter.id),
            "kind": letter.kind,
            "language": letter.language,
            "status": letter.status,
            "attempts": letter.attempts,
            "created_at": letter.created_at,
            "next_attempt_at": None if letter.settled_at else letter.next_attempt_at,
            "expires_at": letter.expires_at,
            "answered_at": letter.answered_at,
            "settled_at": letter.settled_at,
            "last_reply": letter.last_reply,
        }
        for letter in rows
    ]


def erase_letters(holder: Holder) -> None:
    """Delete the letters to a mailbox.

    Of those that wait only what goes to this very address: another +tag may be another person.
    """
    letters = db.session.scalars(select(Letter).where(Letter.rate_mac == holder.rate_mac))
    gone = [letter.id for letter in letters if _is_theirs(holder, letter)]
    db.session.execute(delete(Letter).where(Letter.id.in_(gone)))


def _is_theirs(holder: Holder, letter: Letter) -> bool:
    if letter.sealed is None or letter.kind is LetterKind.ADDRESS_MOVED:
        return True
    try:
        content = json.loads(current_sealer().open(letter.sealed or b""))
        return parse_address(content["recipient"]).key == holder.address_key
    except (SealBroken, ValueError, KeyError, AddressInvalid):
        return True  # nobody can read it any more, so nobody waits for it
