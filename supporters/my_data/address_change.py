"""Changes a person's address, once the new mailbox confirms each sentence (ADR 029).

The old address is suppressed, and its suppressions also apply to the new one. The old mailbox gets
a notice, in case somebody else made the change.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum, auto

import structlog
from sqlalchemy import select

from supporters import clock
from supporters.cases.case_data import erase_address_changes, erase_departures, erase_tickets
from supporters.cases.current_consents import (
    ConfirmedSentences,
    Sentence,
    list_current_consents,
    list_sentences_of,
    renew_consents,
)
from supporters.cases.models import AddressChange
from supporters.cases.rules import CHANGE_LIFETIME, NOTICE_LIFETIME, may_change_again
from supporters.consent.confirming_emails import find_confirming_email
from supporters.consent.consent_events import ConfirmationEvidence, NewEvent, record_event
from supporters.consent.models import EventKind, Method, Suppression
from supporters.consent.suppression import EVERYTHING, SIGNUP_MAIL, is_signup_mail_blocked, suppress
from supporters.consent.withdrawal_journal import Withdrawal, WithdrawalKind, append_withdrawal
from supporters.crypto.tokens import (
    RowSecret,
    TokenPurpose,
    hash_secret,
    is_secret_of,
    new_secret,
    read_row,
    sign_row,
)
from supporters.database import db, transaction
from supporters.extensions import current_tokens
from supporters.ids import new_id
from supporters.imports.import_files import redact_address
from supporters.locks import Lock, lock_then_load
from supporters.mail.links import link_to
from supporters.mail.models import EmailKind
from supporters.mail.outbox import EmailDraft, put_email
from supporters.mail.queries import list_unanswered_emails
from supporters.my_data.disputes import link_to_stop_all_mail
from supporters.people.activity import record_activity
from supporters.people.addresses import Address, address_mac, key_of, rate_mac, stored_address
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber_by_key, lock_subscriber
from supporters.personal_data.data_subjects import data_subject_of
from supporters.personal_data.mail_data import erase_invitations, erase_signup_requests
from supporters.signup.rules import MONTH, may_send_reminder

log = structlog.get_logger(__name__)


class RequestAddressChangeResult(Enum):
    """The result of a request; EMAIL_SENT also if the address belongs to somebody else."""

    EMAIL_SENT = auto()
    SAME = auto()
    RESTRICTED = auto()
    TOO_OFTEN = auto()


class AddressChangeResult(Enum):
    """The result of the confirmation by the new mailbox."""

    DONE = auto()
    RESTRICTED = auto()
    OVER = auto()
    UNKNOWN = auto()
    OTHER_SENTENCES = auto()


def request_address_change(
    subscriber_id: int, address: Address, language: str
) -> RequestAddressChangeResult:
    """Send an email to a new address; the answer is the same if somebody has it already."""
    now = clock.now()
    mailbox = rate_mac(address.rate_key)
    change_id = new_id(now)
    secret = new_secret()
    with transaction():
        Lock.MAILBOX.take(mailbox)
        person = lock_subscriber(subscriber_id)
        if person is None or person.restricted_at is not None:
            return RequestAddressChangeResult.RESTRICTED
        if person.address_key == address.key:
            return RequestAddressChangeResult.SAME
        if not may_change_again(_list_times(subscriber_id), now):
            return RequestAddressChangeResult.TOO_OFTEN
        draft = _confirmation_to(
            address,
            sign_row(current_tokens(), TokenPurpose.NEW_ADDRESS, RowSecret(change_id, secret)),
            list_sentences_of(subscriber_id),
            language=language,
            mailbox=mailbox,
        )
        sent = list_unanswered_emails(mailbox, now - MONTH, [EmailKind.NEW_ADDRESS])
        is_withheld = is_signup_mail_blocked(address, now) or not may_send_reminder(sent, now)
        email = put_email(draft, now=now, is_withheld=is_withheld)
        db.session.flush()
        db.session.add(
            AddressChange(
                id=change_id,
                subscriber_id=subscriber_id,
                address=address.text,
                address_mac=address_mac(address.key),
                email_id=email.id,
                token_hash=hash_secret(secret, address.key),
                created_at=now,
                expires_at=now + CHANGE_LIFETIME,
            )
        )
    return RequestAddressChangeResult.EMAIL_SENT


def find_address_change(token: str) -> AddressChange | AddressChangeResult:
    """Return the change that the link of an email confirms; changes nothing.

    Only the newest change of a person counts, and only while nobody else has the address.
    """
    read = read_row(current_tokens(), TokenPurpose.NEW_ADDRESS, token)
    if read is None:
        return AddressChangeResult.UNKNOWN
    change = db.session.get(AddressChange, read.row_id)
    if change is None:
        return AddressChangeResult.OVER
    key = key_of(change.address)
    if not is_secret_of(change.token_hash, read.secret, key):
        return AddressChangeResult.UNKNOWN
    newest = db.session.scalar(
        select(AddressChange.id)
        .where(AddressChange.subscriber_id == change.subscriber_id)
        .order_by(AddressChange.id.desc())
        .limit(1)
    )
    is_taken = find_subscriber_by_key(key) is not None
    is_over = change.id != newest or change.expires_at <= clock.now() or is_taken
    return AddressChangeResult.OVER if is_over else change


def change_address(token: str, pressed: ConfirmedSentences) -> AddressChangeResult:
    """Move the person to the address that got this link, and confirm all consents again."""
    with transaction():
        change = lock_then_load(Lock.ADDRESS, lambda: find_address_change(token), _address_of)
        if isinstance(change, AddressChangeResult):
            return change
        person = lock_subscriber(change.subscriber_id)
        if person is None or person.restricted_at is not None:
            return AddressChangeResult.RESTRICTED
        consents = list_current_consents(person.id)
        if [each.wording.id for each in consents] != [*pressed.wording_ids]:
            return AddressChangeResult.OTHER_SENTENCES
        now = clock.now()
        address = stored_address(change.address)
        before = person.address_key
        put_email(_notice_to(person, address), now=now)
        evidence = ConfirmationEvidence(
            token_hash=change.token_hash,
            page_url=pressed.page_url,
            page_snapshot_id=pressed.page_snapshot_id,
            requested_at=change.created_at,
            email=find_confirming_email(change.email_id),
        )
        _move(person, address, evidence=evidence, now=now)
        renew_consents(person, consents, evidence=evidence, now=now)
    redact_address(before)
    log.info("person.moved", subscriber=person.id)
    return AddressChangeResult.DONE


def _address_of(change: AddressChange | AddressChangeResult) -> bytes | None:
    return None if isinstance(change, AddressChangeResult) else change.address_mac


def _move(
    person: Subscriber, address: Address, *, evidence: ConfirmationEvidence, now: datetime
) -> None:
    before = data_subject_of(person)
    mac = address_mac(address.key)
    append_withdrawal(
        Withdrawal(
            kind=WithdrawalKind.ADDRESS_CHANGED,
            at=now,
            person=before.address_mac,
            method=Method.MY_DATA,
            to=mac,
        )
    )
    for erase in (
        *(erase_tickets, erase_address_changes, erase_departures),
        *(erase_signup_requests, erase_invitations),
    ):
        erase(before)
    person.address, person.address_key, person.address_mac = address.text, address.key, mac
    record_activity(person, now)
    db.session.flush()
    act = NewEvent(kind=EventKind.ADDRESS_CHANGED, method=Method.LINK, now=now, evidence=evidence)
    record_event(person, act)
    for row in db.session.scalars(
        select(Suppression).where(
            Suppression.address_mac == before.address_mac, Suppression.scope != SIGNUP_MAIL
        )
    ):
        suppress(mac, row.scope, now=row.since, until=row.until)
    suppress(before.address_mac, EVERYTHING, now=now, until=None)


def _confirmation_to(
    address: Address,
    token: str,
    sentences: Sequence[Sentence],
    *,
    language: str,
    mailbox: bytes,
) -> EmailDraft:
    """Return the email to the new mailbox; it reveals nothing about a person who has it already."""
    return EmailDraft(
        kind=EmailKind.NEW_ADDRESS,
        recipient=address.text,
        language=language,
        values={
            "confirm_url": link_to("public.new_address", lang_code=language, token=token),
            "never_url": link_to_stop_all_mail(address, language),
            "names": [each.name for each in sentences],
            "sentences": [each.text for each in sentences],
            "is_taken": find_subscriber_by_key(address.key) is not None,
            "hours": int(CHANGE_LIFETIME.total_seconds() // 3600),
        },
        useful_for=CHANGE_LIFETIME,
        rate_mac=mailbox,
    )


def _notice_to(person: Subscriber, address: Address) -> EmailDraft:
    """Return the notice to the old mailbox; it counts for the new one and is erased with it."""
    return EmailDraft(
        kind=EmailKind.ADDRESS_CHANGED,
        recipient=person.address,
        language=person.language,
        values={},
        useful_for=NOTICE_LIFETIME,
        rate_mac=rate_mac(address.rate_key),
    )


def _list_times(subscriber_id: int) -> list[datetime]:
    times = select(AddressChange.created_at).where(AddressChange.subscriber_id == subscriber_id)
    return [*db.session.scalars(times)]
