"""The emails to a person, their signups and invitations, and the disclosures of their data."""

import json
from collections.abc import Sequence

from sqlalchemy import delete, select

from supporters.campaigns.models import Campaign
from supporters.consent.models import EventKind
from supporters.consent.record_models import Disclosure, DisclosureKind
from supporters.database import db
from supporters.delivery.models import Delivery
from supporters.encryption import SealBroken
from supporters.extensions import current_sealer
from supporters.imports.models import Invitation, ListImport
from supporters.lists.labels import name_of_purpose
from supporters.lists.models import MailingList
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.people.addresses import AddressInvalid, parse_address
from supporters.people.models import Subscriber
from supporters.people.profile import profile_of
from supporters.personal_data.data_subjects import DataSubject, ExportedRow
from supporters.signup.models import SignupChoice, SignupRequest


def export_deliveries(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return every campaign email to a person with its result, newest first."""
    rows = db.session.execute(
        select(Delivery, Campaign)
        .join(Campaign, Campaign.id == Delivery.campaign_id)
        .where(Delivery.subscriber_id == subject.id)
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


def export_emails(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return the transactional emails to a mailbox of the last 31 days: kinds and times."""
    rows = db.session.scalars(
        select(OutboxEmail)
        .where(OutboxEmail.rate_mac == subject.rate_mac)
        .order_by(OutboxEmail.created_at)
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


def erase_emails(subject: DataSubject) -> None:
    """Delete the transactional emails to a mailbox.

    An email that waits is deleted only if it goes to exactly this address: another +tag may be
    another person.
    """
    letters = db.session.scalars(
        select(OutboxEmail).where(OutboxEmail.rate_mac == subject.rate_mac)
    )
    gone = [letter.id for letter in letters if _is_theirs(subject, letter)]
    db.session.execute(delete(OutboxEmail).where(OutboxEmail.id.in_(gone)))


def _is_theirs(subject: DataSubject, letter: OutboxEmail) -> bool:
    if letter.sealed is None or letter.kind is EmailKind.ADDRESS_CHANGED:
        return True
    try:
        content = json.loads(current_sealer().open(letter.sealed or b""))
        return parse_address(content["recipient"]).key == subject.address_key
    except (SealBroken, ValueError, KeyError, AddressInvalid):
        return True  # an unreadable email can't be sent


def export_invitations(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return the invitation to an address, with the origin of the address."""
    rows = db.session.execute(
        select(Invitation, ListImport)
        .join(ListImport, ListImport.id == Invitation.import_id)
        .where(Invitation.address_mac == subject.address_mac)
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


def erase_invitations(subject: DataSubject) -> None:
    """Delete the invitation to an address, with its email."""
    letters = db.session.scalars(
        delete(Invitation)
        .where(Invitation.address_mac == subject.address_mac)
        .returning(Invitation.letter_id)
    ).all()
    db.session.execute(
        delete(OutboxEmail).where(OutboxEmail.id.in_([each for each in letters if each]))
    )


def export_signup_requests(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return the signup requests of an address of the last 72 hours."""
    rows = db.session.scalars(
        select(SignupRequest)
        .where(SignupRequest.address_mac == subject.address_mac)
        .order_by(SignupRequest.id)
    )
    return [
        {
            "id": str(request.id),
            "address": request.address,
            **vars(profile_of(request)),
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


def export_signup_choices(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return the boxes that were ticked in those signup requests."""
    rows = db.session.scalars(
        select(SignupChoice)
        .join(SignupRequest, SignupRequest.id == SignupChoice.signup_request_id)
        .where(SignupRequest.address_mac == subject.address_mac)
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


def export_disclosures(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return the disclosures of a person's data, and the exports that may contain them."""
    person = db.session.get(Subscriber, subject.id)
    if person is None:
        return []
    rows = db.session.execute(
        select(Disclosure, MailingList.name)
        .outerjoin(MailingList, MailingList.id == Disclosure.mailing_list_id)
        .where(
            (Disclosure.subscriber_id == subject.id)
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


def erase_signup_requests(subject: DataSubject) -> None:
    """Delete the signup requests of an address, with their boxes."""
    db.session.execute(
        delete(SignupRequest).where(SignupRequest.address_mac == subject.address_mac)
    )
