"""Accepts or declines an invitation: accepting is a signup that is confirmed at once.

An acceptance takes the same path as every signup: a signup request, and its confirmation.
"""

from datetime import datetime

from sqlalchemy import delete, select

from supporters import clock
from supporters.consent.act_places import ActPlace, ActSurface
from supporters.consent.models import Method, Wording
from supporters.consent.suppression import EVERYTHING, suppress
from supporters.consent.withdrawal_journal import Withdrawal, WithdrawalKind, append_withdrawal
from supporters.crypto.tokens import RowSecret, TokenPurpose, is_secret_of, new_secret, read_row
from supporters.database import db, in_transaction, transaction, use_case
from supporters.extensions import current_tokens
from supporters.imports.models import Invitation, ListImport
from supporters.lists.models import MailingList
from supporters.lists.queries import get_list
from supporters.lists.subscriptions import unsubscribe_from_every_list
from supporters.locks import Lock, lock_then_load
from supporters.mail.links import link_to
from supporters.mail.models import OutboxEmail
from supporters.people.addresses import code_mac, key_of, stored_address
from supporters.people.models import Subscriber
from supporters.people.profile import Profile
from supporters.people.queries import find_subscriber_by_key
from supporters.signup.confirmation import (
    ConfirmedSignup,
    ConfirmError,
    confirm_request,
    find_result_of_page,
)
from supporters.signup.new_requests import RequestProof, Signup, choose_salt, store_request
from supporters.signup.queries import find_log_salt, find_request_with_choices, list_ticked_boxes
from supporters.signup.rules import is_expired
from supporters.signup.signup_secrets import hash_request_secret, is_secret_of_request

OPENS_NOTHING = "-"  # the token in the stored URL of the page: the record keeps no secret
FoundInvitation = Invitation | ConfirmedSignup | ConfirmError


def find_invitation(token: str) -> FoundInvitation:
    """Return the invitation of a link, or its result if it was answered. Changes nothing."""
    read = _read(TokenPurpose.INVITATION, token)
    if read is None:
        return ConfirmError.UNKNOWN
    invitation_id, secret = read
    invitation = db.session.get(Invitation, invitation_id)
    if invitation is None:
        return _find_answer(invitation_id, secret)
    if not _is_secret_of(invitation, secret):
        return ConfirmError.UNKNOWN
    return ConfirmError.EXPIRED if _is_over(invitation) else invitation


@use_case
def accept_invitation(
    token: str, wording: Wording, *, language: str = "", page_snapshot_id: int | None = None
) -> ConfirmedSignup | ConfirmError:
    """Accept an invitation: the person ticked the box of a wording and sent the form.

    `language` is the one of the page, `page_snapshot_id` its snapshot. The text may be in another
    language.
    """
    language = language or wording.language
    found = lock_then_load(Lock.ADDRESS, lambda: find_invitation(token), _address_of)
    if not isinstance(found, Invitation):
        return found
    owner = _lock_import(found)
    [ticked] = list_ticked_boxes([wording.id])
    mailing_list = get_list(owner.mailing_list_id)
    if ticked.purpose.id != mailing_list.purpose_id:
        return ConfirmError.EXPIRED
    form = Signup(
        address=stored_address(found.address),
        profile=Profile(given_name=found.given_name, language=language),
        mailing_list_id=mailing_list.id,
        wording_ids=[wording.id],
        page_url=link_to("public.invited", lang_code=language, token=OPENS_NOTHING),
        page_snapshot_id=page_snapshot_id,
        place=ActPlace(surface=ActSurface.LINK_PAGE),
    )
    asked = store_request(form, _make_proof(found, token, form), now=clock.now())
    owner.confirmed += 1
    db.session.delete(found)
    db.session.flush()
    return confirm_request(asked.request.public_id, Method.LINK)


def _address_of(found: FoundInvitation) -> bytes | None:
    return found.address_mac if isinstance(found, Invitation) else None


def find_address_to_decline(token: str) -> bytes | ConfirmError:
    """Return the keyed hash of the address of a decline link. Changes nothing."""
    read = _read(TokenPurpose.NO_MORE, token)
    if read is None:
        return ConfirmError.UNKNOWN
    invitation_id, secret = read
    invitation = db.session.get(Invitation, invitation_id)
    if invitation is not None and _is_secret_of(invitation, secret):
        return invitation.address_mac
    asked = find_request_with_choices(_public_id(invitation_id))
    if asked is not None and is_secret_of_request(asked, secret):
        return asked.request.address_mac
    return ConfirmError.EXPIRED if invitation is None else ConfirmError.UNKNOWN


def decline_invitation(token: str) -> bool:
    """Suppress all emails to an address; tell whether the link still had one. Works twice.

    A person who has subscribed meanwhile is unsubscribed: they asked for no more email.
    """
    with transaction():
        address_mac = find_address_to_decline(token)
        if isinstance(address_mac, ConfirmError):
            return False
        Lock.ADDRESS.take(address_mac)
        now = clock.now()
        append_withdrawal(
            Withdrawal(kind=WithdrawalKind.OBJECTED, at=now, person=address_mac, method=Method.PAGE)
        )
        suppress(address_mac, EVERYTHING, now=now, until=None)
        delete_invitation(address_mac, came_by=now)
    subscriber_id = db.session.scalar(
        select(Subscriber.id).where(Subscriber.address_mac == address_mac)
    )
    if subscriber_id is not None:
        unsubscribe_from_every_list(subscriber_id, Method.PAGE)
    return True


@in_transaction
def delete_invitation(address_mac: bytes, *, came_by: datetime) -> bool:
    """Delete the invitation of an address, and its email; tell whether there was one.

    Only for imports uploaded until `came_by`. The invitation counts as declined.
    """
    invitation = db.session.scalar(
        select(Invitation)
        .join(ListImport, ListImport.id == Invitation.import_id)
        .where(Invitation.address_mac == address_mac, ListImport.created_at <= came_by)
    )
    if invitation is None:
        return False
    _lock_import(invitation).declined += 1
    db.session.delete(invitation)
    if invitation.email_id is not None:
        db.session.flush()
        db.session.execute(delete(OutboxEmail).where(OutboxEmail.id == invitation.email_id))
    return True


def import_and_list_of(invitation: Invitation) -> tuple[ListImport, MailingList]:
    """Return the import and the mailing list of an invitation."""
    owner = db.session.get_one(ListImport, invitation.import_id)
    return owner, get_list(owner.mailing_list_id)


def _read(purpose: TokenPurpose, token: str) -> RowSecret | None:
    return read_row(current_tokens(), purpose, token)


def _is_secret_of(invitation: Invitation, secret: str) -> bool:
    return is_secret_of(invitation.secret_hash, secret, key_of(invitation.address))


def _is_over(invitation: Invitation) -> bool:
    """Tell whether an invitation has expired, or its list is closed."""
    is_late = invitation.expires_at is None or is_expired(invitation.expires_at, clock.now())
    return is_late or not import_and_list_of(invitation)[1].is_open


def _find_answer(invitation_id: int, secret: str) -> ConfirmedSignup | ConfirmError:
    """Return the result of a deleted invitation, so that a repetition shows the same."""
    asked = find_request_with_choices(_public_id(invitation_id))
    if asked is None:
        return ConfirmError.EXPIRED
    if asked.request.confirmed_at is None or not is_secret_of_request(asked, secret):
        return ConfirmError.UNKNOWN
    found = find_result_of_page(asked.request.public_id)
    return found if isinstance(found, ConfirmedSignup) else ConfirmError.EXPIRED


def _lock_import(invitation: Invitation) -> ListImport:
    return db.session.get_one(ListImport, invitation.import_id, with_for_update=True)


def _public_id(invitation_id: int) -> str:
    return f"invitation-{invitation_id}"


def _make_proof(invitation: Invitation, token: str, form: Signup) -> RequestProof:
    """Return the proof of an acceptance. Nobody gets its code."""
    read = _read(TokenPurpose.INVITATION, token)
    key, public_id = form.address.key, _public_id(invitation.id)
    subscriber = find_subscriber_by_key(key)
    return RequestProof(
        public_id=public_id,
        address_mac=invitation.address_mac,
        log_salt=choose_salt(
            subscriber.log_salt if subscriber else None, find_log_salt(invitation.address_mac)
        ),
        token_hash=hash_request_secret(read.secret if read else "", key, form.wording_ids),
        code_mac=code_mac(public_id, new_secret()),
        email_id=invitation.email_id,
    )
