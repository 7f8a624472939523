"""The purposes that are no list: an owner writes their sentences, and offers them or not."""

from collections.abc import Mapping
from enum import Enum, auto

from flask_babel import force_locale, gettext

from supporters import clock
from supporters.consent.models import Offer, Purpose, PurposeKind
from supporters.consent.queries import find_optional_purpose, find_successor
from supporters.consent.wordings import add_purpose
from supporters.database import db, transaction, use_case
from supporters.extensions import current_settings
from supporters.lists.queries import find_list_of_purpose
from supporters.lists.rewording import Faults, find_faults

OPTIONAL_KINDS = (PurposeKind.TARGETING, PurposeKind.MEASUREMENT)


class OfferRefused(Enum):
    """Why a purpose was not written or offered."""

    THERE_ALREADY = auto()
    NOT_OPTIONAL = auto()


def write_optional_purpose(
    kind: PurposeKind, texts: Mapping[str, str]
) -> Purpose | OfferRefused | Faults:
    """Write the first sentences of a purpose that is no list; nothing is offered by that."""
    if faults := find_faults(texts):
        return faults
    now = clock.now()
    with transaction():
        if kind not in OPTIONAL_KINDS:
            return OfferRefused.NOT_OPTIONAL
        if find_optional_purpose(kind) is not None:
            return OfferRefused.THERE_ALREADY
        return add_purpose(kind, texts, now=now)


def suggest_sentence(kind: PurposeKind, language: str) -> str:
    """Return a sentence to begin with; an owner changes it into what is really done."""
    party = current_settings().party_name
    with force_locale(language):
        if kind is PurposeKind.TARGETING:
            text = gettext(
                "I agree that %(party)s chooses by what I told it about myself which of its "
                "political messages it sends me. I can take this back at any time.",
                party=party,
            )
        else:
            text = gettext(
                "I agree that %(party)s counts which of its political messages I open and which "
                "links I follow. I can take this back at any time.",
                party=party,
            )
    return str(text)


@use_case
def offer_purpose(purpose_id: int) -> OfferRefused | None:
    """Put a box for a purpose on every signup page, for anybody to tick or not."""
    now = clock.now()
    purpose = db.session.get(Purpose, purpose_id)
    if purpose is None or find_list_of_purpose(purpose_id) or find_successor(purpose_id):
        return OfferRefused.NOT_OPTIONAL
    if db.session.get(Offer, purpose_id) is None:
        db.session.add(Offer(purpose_id=purpose_id, since=now))
    return None


@use_case
def end_offer(purpose_id: int) -> None:
    """Take the box off the signup pages; who agreed stays as they are."""
    offer = db.session.get(Offer, purpose_id)
    if offer is not None:
        db.session.delete(offer)
