"""The emails to a person, their signups and invitations, and the disclosures of their data."""

import json
from collections.abc import Sequence
from functools import cache

from sqlalchemy import delete, select

from supporters.campaigns.models import Campaign
from supporters.consent.models import EventKind
from supporters.consent.record_models import Disclosure, DisclosureKind
from supporters.crypto.encryption import DecryptionFailed
from supporters.database import db
from supporters.delivery.after_sending.cancelled_reach import find_cancelled_reach
from supporters.delivery.models import Delivery
from supporters.delivery.queries import subject_for
from supporters.extensions import current_encryptor
from supporters.imports.import_files import list_imports_with
from supporters.imports.models import Invitation, InvitationStatus, ListImport
from supporters.lists.models import MailingList, list_name_of
from supporters.lists.queries import name_of_purpose
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.mailbox_health.models import RecordedFailure
from supporters.people.addresses import AddressInvalid, parse_address
from supporters.people.models import Subscriber
from supporters.people.profile import profile_of
from supporters.personal_data.data_subjects import DataSubject, ExportedRow
from supporters.personal_data.exported_rows import export_columns, export_rows
from supporters.signup.form_counts import delete_requests
from supporters.signup.models import SignupChoice, SignupRequest
from supporters.signup_forms.used_forms import find_used_form

ORIGIN = ("collected_by", "collected_from", "collected_until", "way")


def export_deliveries(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return every campaign email to a person with its result, newest first."""
    rows = db.session.execute(
        select(Delivery, Campaign, Subscriber.given_name)
        .join(Campaign, Campaign.id == Delivery.campaign_id)
        .join(Subscriber, Subscriber.id == Delivery.subscriber_id)
        .where(Delivery.subscriber_id == subject.id)
        .order_by(Campaign.id.desc())
    )
    name_of = cache(name_of_purpose)
    return [
        {
            "campaign_id": campaign.id,
            "subject": subject_for(campaign, given_name, delivery),
            "list": name_of(delivery.purpose_id),
            "language": delivery.language or campaign.language,
            **export_columns(delivery, "status", "settled_at", "attempts"),
            "next_attempt_at": None if delivery.settled_at else delivery.next_attempt_at,
            **export_columns(delivery, "reply", "batch", "purpose_id", "consent_event_id"),
            "consent_kind": EventKind(delivery.consent_kind),
            "reached": reach and reach.accepted,
            "audience": reach and reach.audience,
        }
        for delivery, campaign, given_name in rows.all()
        for reach in [find_cancelled_reach(campaign)]
    ]


def export_failures(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return the emails that did not arrive, with the class of the server's answer."""
    return export_rows(
        select(RecordedFailure)
        .where(RecordedFailure.subscriber_id == subject.id)
        .order_by(RecordedFailure.occurred_at.desc(), RecordedFailure.id.desc()),
        *("campaign_id", "bounce_class", "code", "domain", "occurred_at", "was_accepted"),
        "excused_at",
    )


def erase_failures(subject: DataSubject) -> None:
    """Delete what mail servers answered about a person."""
    db.session.execute(delete(RecordedFailure).where(RecordedFailure.subscriber_id == subject.id))


def export_emails(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return the transactional emails to a mailbox of the last 31 days: kinds and times."""
    rows = db.session.scalars(
        select(OutboxEmail)
        .where(OutboxEmail.rate_mac == subject.rate_mac)
        .order_by(OutboxEmail.created_at)
    )
    return [
        {
            **export_columns(email, "id", "kind", "language", "status", "attempts", "created_at"),
            "next_attempt_at": None if email.settled_at else email.next_attempt_at,
            **export_columns(email, "expires_at", "answered_at", "settled_at", "last_reply"),
            **export_columns(email, "bounced_at"),
        }
        for email in rows
    ]


def erase_emails(subject: DataSubject) -> None:
    """Delete the transactional emails to a mailbox.

    An email that waits is deleted only if it goes to exactly this address: another +tag may be
    another person.
    """
    emails = db.session.scalars(select(OutboxEmail).where(OutboxEmail.rate_mac == subject.rate_mac))
    gone = [email.id for email in emails if _is_theirs(subject, email)]
    db.session.execute(delete(OutboxEmail).where(OutboxEmail.id.in_(gone)))


def _is_theirs(subject: DataSubject, email: OutboxEmail) -> bool:
    if email.encrypted is None or email.kind is EmailKind.ADDRESS_CHANGED:
        return True
    try:
        content = json.loads(current_encryptor().decrypt(email.encrypted or b""))
        return parse_address(content["recipient"]).key == subject.address_key
    except (DecryptionFailed, ValueError, KeyError, AddressInvalid):
        return True  # an unreadable email can't be sent


def export_invitations(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return the invitation to an address, with its origin, and the former lists that wait.

    Their files have the address before anybody approves the import, and it is nobody's invitation.
    """
    rows = db.session.execute(
        select(Invitation, ListImport)
        .join(ListImport, ListImport.id == Invitation.import_id)
        .where(Invitation.address_mac == subject.address_mac)
    ).all()
    found = [
        {
            **export_columns(invitation, "id", "address", "given_name", "language", "status"),
            **export_columns(origin, *ORIGIN),
            **export_columns(invitation, "asked_at", "expires_at"),
        }
        for invitation, origin in rows
    ]
    invited = {origin.id for _, origin in rows}
    waiting = [each for each in list_imports_with(subject.address_key) if each.id not in invited]
    return [
        *(
            {
                "address": subject.address_key,
                "status": InvitationStatus.WAITING,
                **export_columns(each, *ORIGIN),
            }
            for each in waiting
        ),
        *found,
    ]


def erase_invitations(subject: DataSubject) -> None:
    """Delete the invitation to an address, with its email."""
    email_ids = db.session.scalars(
        delete(Invitation)
        .where(Invitation.address_mac == subject.address_mac)
        .returning(Invitation.email_id)
    ).all()
    db.session.execute(
        delete(OutboxEmail).where(OutboxEmail.id.in_([each for each in email_ids if each]))
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
            **export_columns(request, "id", "address"),
            **vars(profile_of(request)),
            **export_columns(request, "mailing_list_id", "source", "form_id"),
            "form": used.title if (used := find_used_form(request)) else None,
            **export_columns(request, "surface", "origin", "typed_at"),
            **export_columns(request, "page_url", "page_snapshot_id"),
            **export_columns(request, "codes_typed", "code_guesses", "created_at"),
            **export_columns(request, "expires_at", "confirmed_at", "refused_at"),
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
            **export_columns(choice, "signup_request_id", "purpose_id"),
            "purpose": name_of_purpose(choice.purpose_id),
            **export_columns(choice, "mailing_list_id", "wording_id", "event_id"),
        }
        for choice in rows
    ]


def export_disclosures(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return the disclosures of a person's data, and the exports that may contain them."""
    person = db.session.get(Subscriber, subject.id)
    if person is None:
        return []
    rows = db.session.execute(
        select(Disclosure, MailingList)
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
            **export_columns(each, "id", "kind", "mailing_list_id"),
            "list": None if each.mailing_list_id is None else list_name_of(mailing_list),
            "asked_by": None if each.kind is DisclosureKind.EXPORT else each.asked_by,
            "reason": None if each.kind is DisclosureKind.EXPORT else each.reason,
            **export_columns(each, "people", "occurred_at"),
        }
        for each, mailing_list in rows
    ]


def erase_signup_requests(subject: DataSubject) -> None:
    """Delete the signup requests of an address, with their boxes."""
    delete_requests(SignupRequest.address_mac == subject.address_mac)
