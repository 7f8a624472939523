"""What waits for a person's yes: signups, new addresses; the links of "My data"; their cases."""

from collections.abc import Sequence

from sqlalchemy import Select, delete, select

from supporters import clock
from supporters.consent.log.models import Disclosure, DisclosureKind
from supporters.database import db
from supporters.lists.models import MailingList
from supporters.lists.naming import name_of_purpose
from supporters.mail.models import Letter
from supporters.people.models import Subscriber
from supporters.rights.access.models import AccessTicket, AddressChange
from supporters.rights.holdings.holders import Holder, Item
from supporters.rights.models import Case, CaseEntry, Departure, StoredText
from supporters.signup.models import SignupChoice, SignupRequest


def tell_requests(holder: Holder) -> Sequence[Item]:
    """Return the signups of an address of the last 72 hours."""
    rows = db.session.scalars(
        select(SignupRequest)
        .where(SignupRequest.address_mac == holder.address_mac)
        .order_by(SignupRequest.id)
    )
    return [
        {
            "id": str(request.id),
            "address": request.address,
            "given_name": request.given_name,
            "language": request.language,
            "mailing_list_id": request.mailing_list_id,
            "page_url": request.page_url,
            "page_version_id": request.page_version_id,
            "code_attempts": request.code_attempts,
            "code_guesses": request.code_guesses,
            "created_at": request.created_at,
            "expires_at": request.expires_at,
            "confirmed_at": request.confirmed_at,
            "refused_at": request.refused_at,
        }
        for request in rows
    ]


def tell_choices(holder: Holder) -> Sequence[Item]:
    """Return the boxes that were ticked in those signups."""
    rows = db.session.scalars(
        select(SignupChoice)
        .join(SignupRequest, SignupRequest.id == SignupChoice.signup_request_id)
        .where(SignupRequest.address_mac == holder.address_mac)
        .order_by(SignupChoice.event_id)
    )
    return [
        {
            "signup_request_id": str(choice.signup_request_id),
            "purpose_id": choice.purpose_id,
            "purpose": name_of_purpose(choice.purpose_id),
            "mailing_list_id": choice.mailing_list_id,
            "wording_id": choice.wording_id,
            "event_id": str(choice.event_id),
        }
        for choice in rows
    ]


def tell_tickets(holder: Holder) -> Sequence[Item]:
    """Return the letters that open "My data"."""
    rows = db.session.scalars(
        select(AccessTicket)
        .where(AccessTicket.subscriber_id == holder.id)
        .order_by(AccessTicket.id)
    )
    return [
        {
            "id": str(ticket.id),
            "created_at": ticket.created_at,
            "used_at": ticket.used_at,
            "closes_at": ticket.closes_at,
        }
        for ticket in rows
    ]


def tell_changes(holder: Holder) -> Sequence[Item]:
    """Return the new addresses that wait for a yes."""
    rows = db.session.scalars(
        select(AddressChange)
        .where(AddressChange.subscriber_id == holder.id)
        .order_by(AddressChange.id)
    )
    return [
        {
            "id": str(change.id),
            "address": change.address,
            "created_at": change.created_at,
            "expires_at": change.expires_at,
        }
        for change in rows
    ]


def tell_departures(holder: Holder) -> Sequence[Item]:
    """Return how a reader of a mail took the person off every list, while it can be undone."""
    rows = db.session.scalars(
        select(Departure).where(Departure.subscriber_id == holder.id).order_by(Departure.id)
    )
    return [
        {
            "id": str(departure.id),
            "kind": departure.kind,
            "left_at": departure.left_at,
            "expires_at": departure.expires_at,
            "undone_at": departure.undone_at,
        }
        for departure in rows
    ]


def tell_cases(holder: Holder) -> Sequence[Item]:
    """Return what a person asked or complained of, with what was noted on it (REQ-32)."""
    rows = db.session.scalars(select(Case).where(Case.subscriber_id == holder.id).order_by(Case.id))
    return [
        {
            "id": str(case.id),
            "kind": case.kind,
            "channel": case.channel,
            "campaign_id": case.campaign_id,
            "received_at": case.received_at,
            "due_at": case.due_at,
            "extended_at": case.extended_at,
            "extension_reason": case.extension_reason,
            "closed_at": case.closed_at,
            "outcome": case.outcome,
            "note": case.note,
        }
        for case in rows
    ]


def tell_case_entries(holder: Holder) -> Sequence[Item]:
    """Return the history of those cases, notes included (REQ-32)."""
    return [
        {
            "id": str(entry.id),
            "case_id": str(entry.case_id),
            "act": entry.act,
            "text": entry.text,
            "made_at": entry.made_at,
        }
        for entry in db.session.scalars(
            select(CaseEntry).where(CaseEntry.case_id.in_(_cases_of(holder))).order_by(CaseEntry.id)
        )
    ]


def tell_disclosures(holder: Holder) -> Sequence[Item]:
    """Return who was shown a person's data, and the exports that may have had them in general."""
    person = db.session.get(Subscriber, holder.id)
    if person is None:
        return []
    rows = db.session.execute(
        select(Disclosure, MailingList.name)
        .outerjoin(MailingList, MailingList.id == Disclosure.mailing_list_id)
        .where(
            (Disclosure.subscriber_id == holder.id)
            | (
                (Disclosure.kind == DisclosureKind.EXPORT)
                & (Disclosure.occurred_at >= person.created_at)
            )
        )
        .order_by(Disclosure.id)
    )
    return [
        {
            "id": str(each.id),
            "kind": each.kind,
            "mailing_list_id": each.mailing_list_id,
            "list": list_name,
            "asked_by": None if each.kind is DisclosureKind.EXPORT else each.asked_by,
            "reason": None if each.kind is DisclosureKind.EXPORT else each.reason,
            "people": each.people,
            "occurred_at": each.occurred_at,
        }
        for each, list_name in rows
    ]


def erase_requests(holder: Holder) -> None:
    """Forget the signups of an address, with their boxes."""
    db.session.execute(delete(SignupRequest).where(SignupRequest.address_mac == holder.address_mac))


def erase_tickets(holder: Holder) -> None:
    """Void every link and session of "My data"."""
    db.session.execute(delete(AccessTicket).where(AccessTicket.subscriber_id == holder.id))


def erase_changes(holder: Holder) -> None:
    """Forget the new addresses that waited, with the letters to them."""
    letters = select(AddressChange.letter_id).where(AddressChange.subscriber_id == holder.id)
    ids = [each for each in db.session.scalars(letters) if each is not None]
    db.session.execute(delete(AddressChange).where(AddressChange.subscriber_id == holder.id))
    db.session.execute(delete(Letter).where(Letter.id.in_(ids)))


def erase_departures(holder: Holder) -> None:
    """Let nothing be undone any more that somebody did by the link of a mail."""
    db.session.execute(delete(Departure).where(Departure.subscriber_id == holder.id))


def erase_case_entries(holder: Holder) -> None:
    """Forget what was noted in a person's cases."""
    db.session.execute(delete(CaseEntry).where(CaseEntry.case_id.in_(_cases_of(holder))))


def _cases_of(holder: Holder) -> Select[int]:
    return select(Case.id).where(Case.subscriber_id == holder.id)


def erase_cases(holder: Holder) -> None:
    """Close what is open and wipe what was written: a case stays as a number of the statistics."""
    for case in db.session.scalars(select(Case).where(Case.subscriber_id == holder.id)):
        case.subscriber_id = case.note = None
        case.closed_at = case.closed_at or clock.now()
        case.outcome = StoredText.ERASED.value
        if case.extension_reason is not None:
            case.extension_reason = StoredText.ERASED.value
    db.session.flush()
