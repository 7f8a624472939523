"""Changes a person's address, once the new mailbox confirms each sentence (ADR 029).

The old address is suppressed, and its suppressions also apply to the new one. The old mailbox gets
a notice, in case somebody else made the change.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

import structlog
from sqlalchemy import select

from supporters import clock
from supporters.consent.consent_events import Act, Evidence, record_act
from supporters.consent.models import EventKind, Method, Suppression
from supporters.consent.suppression import EVERYTHING, SIGNUP_LETTERS, is_shielded, suppress
from supporters.consent.withdrawal_journal import Taken, Taking, note
from supporters.database import db, transaction
from supporters.extensions import current_tokens
from supporters.ids import new_id
from supporters.imports.import_files import strike_out
from supporters.link_secrets import (
    RowSecret,
    hash_secret,
    is_secret_of,
    new_secret,
    read_row,
    sign_row,
)
from supporters.locks import Lock, lock_then_load
from supporters.mail.links import link_to
from supporters.mail.models import LetterKind
from supporters.mail.outbox import Draft, announce, put_letter
from supporters.mail.queries import list_unanswered_letters
from supporters.people.activity import note_act
from supporters.people.address_hashes import address_mac, rate_mac
from supporters.people.addresses import Address, key_of, stored_address
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber_by_key, lock_subscriber
from supporters.personal_data.data_subjects import holder_of
from supporters.personal_data.mail_data import erase_invitations, erase_requests
from supporters.privacy_requests.case_data import erase_changes, erase_departures, erase_tickets
from supporters.privacy_requests.current_consents import (
    Sentence,
    confirm_again,
    list_sentences_of,
    list_standing_consents,
)
from supporters.privacy_requests.models import AddressChange
from supporters.privacy_requests.rules import CHANGE_LIFETIME, NOTICE_LIFETIME, may_change_again
from supporters.privacy_requests.unwanted_mail import link_to_refuse
from supporters.signup.rules import MONTH, may_write_again
from supporters.tokens import Purpose

log = structlog.get_logger(__name__)


class Asked(Enum):
    """The result of a request; EMAIL_SENT also if the address belongs to somebody else."""

    LETTER = auto()
    SAME = auto()
    FROZEN = auto()
    TOO_OFTEN = auto()


class Moved(Enum):
    """The result of the confirmation by the new mailbox."""

    DONE = auto()
    FROZEN = auto()
    OVER = auto()
    UNKNOWN = auto()
    OTHER_SENTENCES = auto()


@dataclass(frozen=True, kw_only=True)
class Pressed:
    """A confirmation by the new mailbox: the sentences and the page that it saw."""

    wording_ids: Sequence[int]
    page_url: str
    page_version_id: int


def ask_to_move(subscriber_id: int, address: Address, language: str) -> Asked:
    """Send an email to a new address; the answer is the same if somebody has it already."""
    now = clock.now()
    mailbox = rate_mac(address.rate_key)
    change_id = new_id(now)
    secret = new_secret()
    with transaction():
        Lock.MAILBOX.take(mailbox)
        person = lock_subscriber(subscriber_id)
        if person is None or person.restricted_at is not None:
            return Asked.FROZEN
        if person.address_key == address.key:
            return Asked.SAME
        if not may_change_again(_list_times(subscriber_id), now):
            return Asked.TOO_OFTEN
        draft = _confirmation_to(
            address,
            sign_row(current_tokens(), Purpose.NEW_ADDRESS, RowSecret(change_id, secret)),
            list_sentences_of(subscriber_id),
            language=language,
            mailbox=mailbox,
        )
        sent = list_unanswered_letters(mailbox, now - MONTH, [LetterKind.NEW_ADDRESS])
        is_withheld = is_shielded(address, now) or not may_write_again(sent, now)
        letter = put_letter(draft, now=now, is_withheld=is_withheld)
        db.session.flush()
        db.session.add(
            AddressChange(
                id=change_id,
                subscriber_id=subscriber_id,
                address=address.text,
                address_mac=address_mac(address.key),
                letter_id=letter.id,
                token_hash=hash_secret(secret, address.key),
                created_at=now,
                expires_at=now + CHANGE_LIFETIME,
            )
        )
    announce(letter)
    return Asked.LETTER


def find_change(token: str) -> AddressChange | Moved:
    """Return the change that the link of an email confirms; changes nothing.

    Only the newest change of a person counts, and only while nobody else has the address.
    """
    read = read_row(current_tokens(), Purpose.NEW_ADDRESS, token)
    if read is None:
        return Moved.UNKNOWN
    change = db.session.get(AddressChange, read.row_id)
    if change is None:
        return Moved.OVER
    key = key_of(change.address)
    if not is_secret_of(change.token_hash, read.secret, key):
        return Moved.UNKNOWN
    newest = db.session.scalar(
        select(AddressChange.id)
        .where(AddressChange.subscriber_id == change.subscriber_id)
        .order_by(AddressChange.id.desc())
        .limit(1)
    )
    is_taken = find_subscriber_by_key(key) is not None
    is_over = change.id != newest or change.expires_at <= clock.now() or is_taken
    return Moved.OVER if is_over else change


def move(token: str, pressed: Pressed) -> Moved:
    """Move the person to the address that got this link, and confirm all consents again."""
    with transaction():
        change = lock_then_load(Lock.ADDRESS, lambda: find_change(token), _address_of)
        if isinstance(change, Moved):
            return change
        person = lock_subscriber(change.subscriber_id)
        if person is None or person.restricted_at is not None:
            return Moved.FROZEN
        consents = list_standing_consents(person.id)
        if [each.wording.id for each in consents] != [*pressed.wording_ids]:
            return Moved.OTHER_SENTENCES
        now = clock.now()
        address = stored_address(change.address)
        before = person.address_key
        notice = put_letter(_notice_to(person, address), now=now)
        evidence = Evidence(
            token_hash=change.token_hash,
            page_url=pressed.page_url,
            page_version_id=pressed.page_version_id,
            requested_at=change.created_at,
        )
        _move(person, address, evidence=evidence, now=now)
        confirm_again(person, consents, evidence=evidence, now=now)
    strike_out(before)
    announce(notice)
    log.info("person.moved", subscriber=person.id)
    return Moved.DONE


def _address_of(change: AddressChange | Moved) -> bytes | None:
    return None if isinstance(change, Moved) else change.address_mac


def _move(person: Subscriber, address: Address, *, evidence: Evidence, now: datetime) -> None:
    before = holder_of(person)
    mac = address_mac(address.key)
    note(Taking(kind=Taken.MOVED, at=now, person=before.address_mac, method=Method.MY_DATA, to=mac))
    for erase in (
        *(erase_tickets, erase_changes, erase_departures),
        *(erase_requests, erase_invitations),
    ):
        erase(before)
    person.address, person.address_key, person.address_mac = address.text, address.key, mac
    note_act(person, now)
    db.session.flush()
    act = Act(kind=EventKind.MOVED, method=Method.LINK, now=now, evidence=evidence)
    record_act(person, act)
    for row in db.session.scalars(
        select(Suppression).where(
            Suppression.address_mac == before.address_mac, Suppression.scope != SIGNUP_LETTERS
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
) -> Draft:
    """Return the email to the new mailbox; it reveals nothing about a person who has it already."""
    return Draft(
        kind=LetterKind.NEW_ADDRESS,
        recipient=address.text,
        language=language,
        values={
            "confirm_url": link_to("public.new_address", lang_code=language, token=token),
            "never_url": link_to_refuse(address, language),
            "names": [each.name for each in sentences],
            "sentences": [each.text for each in sentences],
            "is_taken": find_subscriber_by_key(address.key) is not None,
            "hours": int(CHANGE_LIFETIME.total_seconds() // 3600),
        },
        useful_for=CHANGE_LIFETIME,
        rate_mac=mailbox,
    )


def _notice_to(person: Subscriber, address: Address) -> Draft:
    """Return the notice to the old mailbox; it counts for the new one and is erased with it."""
    return Draft(
        kind=LetterKind.ADDRESS_MOVED,
        recipient=person.address,
        language=person.language,
        values={},
        useful_for=NOTICE_LIFETIME,
        rate_mac=rate_mac(address.rate_key),
    )


def _list_times(subscriber_id: int) -> list[datetime]:
    times = select(AddressChange.created_at).where(AddressChange.subscriber_id == subscriber_id)
    return [*db.session.scalars(times)]
