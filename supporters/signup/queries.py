"""Reads of signup requests."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select

from supporters.consent.models import Purpose, Wording
from supporters.consent.naming import name_of
from supporters.consent.queries import find_current_wording, list_offered_wordings
from supporters.database import db
from supporters.lists.models import MailingList
from supporters.mail.models import Letter, LetterKind, LetterStatus
from supporters.signup.models import SignupChoice, SignupRequest

Choice = tuple[SignupChoice, MailingList | None, Wording]
Offer = tuple[MailingList | None, Wording]


def find_request(public_id: str) -> SignupRequest | None:
    """Return the request that a visitor's page or letter speaks of."""
    return db.session.scalar(select(SignupRequest).where(SignupRequest.public_id == public_id))


def list_open_requests(address_mac: bytes, now: datetime) -> Sequence[SignupRequest]:
    """Return the requests of an address that wait for its holder, newest first."""
    return db.session.scalars(
        select(SignupRequest)
        .where(
            SignupRequest.address_mac == address_mac,
            SignupRequest.confirmed_at.is_(None),
            SignupRequest.refused_at.is_(None),
            SignupRequest.expires_at > now,
        )
        .order_by(SignupRequest.created_at.desc(), SignupRequest.id.desc())
    ).all()


def list_requests_with_codes(address_mac: bytes, now: datetime) -> Sequence[SignupRequest]:
    """Return the requests of an address whose code went out in a letter and isn't over."""
    return db.session.scalars(
        select(SignupRequest)
        .join(Letter, Letter.id == SignupRequest.letter_id)
        .where(
            SignupRequest.address_mac == address_mac,
            SignupRequest.refused_at.is_(None),
            or_(SignupRequest.expires_at > now, SignupRequest.confirmed_at.is_not(None)),
            Letter.kind == LetterKind.CONFIRM_SIGNUP,
            Letter.status != LetterStatus.WITHHELD,
        )
        .order_by(SignupRequest.created_at.desc())
    ).all()


def list_answered_pages(address_mac: bytes) -> frozenset[str]:
    """Return the public ids of an address's requests that its holder answered."""
    return frozenset(
        db.session.scalars(
            select(SignupRequest.public_id).where(
                SignupRequest.address_mac == address_mac, SignupRequest.confirmed_at.is_not(None)
            )
        )
    )


def list_choices(request_id: int) -> Sequence[Choice]:
    """Return what a visitor ticked: the lists with their wordings, then what is no list."""
    rows = db.session.execute(
        select(SignupChoice, MailingList, Wording)
        .outerjoin(MailingList, MailingList.id == SignupChoice.mailing_list_id)
        .join(Wording, Wording.id == SignupChoice.wording_id)
        .where(SignupChoice.signup_request_id == request_id)
        .order_by(MailingList.id.is_(None), MailingList.id, SignupChoice.purpose_id)
    )
    return [(choice, mailing_list, wording) for choice, mailing_list, wording in rows]


def name_of_choice(mailing_list: MailingList | None, wording: Wording) -> str:
    """Return what a choice is called: the name of its list, or of its kind of purpose."""
    if mailing_list is not None:
        return mailing_list.name
    return name_of(db.session.get_one(Purpose, wording.purpose_id).kind)


def find_log_salt(address_mac: bytes) -> bytes | None:
    """Return the salt of an address's newest request: one person has one (ADR 016)."""
    return db.session.scalar(
        select(SignupRequest.log_salt)
        .where(SignupRequest.address_mac == address_mac)
        .order_by(SignupRequest.created_at.desc())
        .limit(1)
    )


def list_offers(mailing_list: MailingList, language: str) -> list[Offer]:
    """Return what a signup page offers: its own list, the other open ones, then what is no list."""
    others = db.session.scalars(
        select(MailingList)
        .where(MailingList.closed_at.is_(None), MailingList.id != mailing_list.id)
        .order_by(MailingList.id)
    )
    offers: list[Offer] = []
    for each in [mailing_list, *others]:
        wording = find_current_wording(each.purpose_id, language)
        if wording is not None:
            offers.append((each, wording))
    offers.extend((None, wording) for wording in list_offered_wordings(language))
    return offers


def count_pending_by_list(now: datetime) -> dict[int, int]:
    """Return how many addresses have an open request for each list (list id: count)."""
    rows = db.session.execute(
        select(SignupChoice.mailing_list_id, func.count(SignupRequest.address_mac.distinct()))
        .join(SignupRequest, SignupRequest.id == SignupChoice.signup_request_id)
        .where(
            SignupRequest.confirmed_at.is_(None),
            SignupRequest.refused_at.is_(None),
            SignupRequest.expires_at > now,
            SignupChoice.mailing_list_id.is_not(None),
        )
        .group_by(SignupChoice.mailing_list_id)
    )
    return {list_id: count for list_id, count in rows if list_id is not None}


def count_pending_addresses(now: datetime) -> int:
    """Return how many addresses have an open request."""
    counted = select(func.count(SignupRequest.address_mac.distinct())).where(
        SignupRequest.confirmed_at.is_(None),
        SignupRequest.refused_at.is_(None),
        SignupRequest.expires_at > now,
    )
    return db.session.scalar(counted) or 0
