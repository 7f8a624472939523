"""Passkeys: public keys of an account, whose private half stays on a device (WebAuthn level 2).

The device checks its user by a finger, a face or a PIN, so a passkey alone is two factors.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import Enum, auto
from typing import Any, TypeVar

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, select
from sqlalchemy.orm import Mapped, mapped_column
from webauthn import verify_authentication_response, verify_registration_response
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import (
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import AuthenticationCredential, RegistrationCredential
from webauthn.registration.verify_registration_response import VerifiedRegistration

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.accounts.queries import find_organiser
from supporters.audit_log.audit_events import record_act
from supporters.database import Model, UtcDateTime, db, in_transaction, use_case
from supporters.ids import new_id
from supporters.sign_in.acts import SignInAct, SignInNotice
from supporters.sign_in.factor_notices import notify_account
from supporters.sign_in.passkey_challenges import get_relying_party, spend_challenge

MAX_PASSKEY_NAME = 60
MOST_PASSKEYS = 20
LONGEST_CREDENTIAL_ID = 1023  # WebAuthn level 2, section 4
LARGEST_NUMBER = 2**63
UNREADABLE = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError)
T = TypeVar("T")


class Passkey(Model):
    """A passkey of an account.

    `sign_count` is the number of signatures that the device counted; many devices always say 0.
    """

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    organiser_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("organiser.id", ondelete="CASCADE"), index=True
    )
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(MAX_PASSKEY_NAME))
    is_synced: Mapped[bool]
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PasskeyError(Enum):
    """Why a passkey was not accepted."""

    NOT_VERIFIED = auto()
    KNOWN_ALREADY = auto()
    TOO_MANY = auto()
    COPIED = auto()


def list_passkeys(organiser_id: int) -> Sequence[Passkey]:
    """Return the passkeys of an account, oldest first."""
    rows = select(Passkey).where(Passkey.organiser_id == organiser_id).order_by(Passkey.id)
    return db.session.scalars(rows).all()


def find_passkey(passkey_id: int, organiser_id: int) -> Passkey | None:
    """Return a passkey of this account."""
    passkey = db.session.get(Passkey, passkey_id) if passkey_id < LARGEST_NUMBER else None
    return passkey if passkey is not None and passkey.organiser_id == organiser_id else None


def user_handle_of(organiser_id: int) -> bytes:
    """Return the bytes by which devices know an account. They reveal nothing about the person."""
    return f"account-{organiser_id}".encode()


@use_case
def add_passkey(
    organiser_id: int, challenge: bytes | None, answer: str, *, name: str
) -> Passkey | PasskeyError:
    """Add the passkey that a device made for an account, if its answer holds."""
    read = _read(parse_registration_credential_json, answer)
    verified = _verify_registration(read, challenge)
    if challenge is None or verified is None or not spend_challenge(challenge):
        return PasskeyError.NOT_VERIFIED
    if _find_by_credential(verified.credential_id) is not None:
        return PasskeyError.KNOWN_ALREADY
    if len(list_passkeys(organiser_id)) >= MOST_PASSKEYS:
        return PasskeyError.TOO_MANY
    now = clock.now()
    passkey = Passkey(
        id=new_id(now),
        organiser_id=organiser_id,
        credential_id=verified.credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        name=name,
        is_synced=verified.credential_backed_up,
        added_at=now,
    )
    db.session.add(passkey)
    db.session.flush()
    record_act(SignInAct.PASSKEY_ADDED, passkey.id, {"account": str(organiser_id)})
    notify_account(organiser_id, SignInNotice.PASSKEY_ADDED, {"device": name})
    return passkey


@use_case
def check_passkey(challenge: bytes | None, answer: str) -> Passkey | PasskeyError:
    """Return the passkey that signed a challenge, if its account may sign in.

    A count that did not grow means that the passkey exists twice. It is refused, and its account,
    the owners and the officer are notified.
    """
    read = _read(parse_authentication_credential_json, answer)
    passkey = None if read is None else _find_by_credential(read.raw_id)
    if challenge is None or read is None or passkey is None:
        return PasskeyError.NOT_VERIFIED
    if not _belongs_to_active_account(passkey, read.response.user_handle):
        return PasskeyError.NOT_VERIFIED
    verified = _verify_signature(read, challenge, passkey.public_key)
    if verified is None or not spend_challenge(challenge):
        return PasskeyError.NOT_VERIFIED
    if not _has_grown(passkey.sign_count, verified.new_sign_count):
        _report_copy(passkey)
        return PasskeyError.COPIED
    passkey.sign_count = verified.new_sign_count
    passkey.is_synced = verified.credential_backed_up
    passkey.last_used_at = clock.now()
    return passkey


@use_case
def rename_passkey(passkey_id: int, organiser_id: int, name: str) -> Passkey | None:
    """Give a passkey of an account another name; return None if it is not there."""
    passkey = find_passkey(passkey_id, organiser_id)
    if passkey is None:
        return None
    passkey.name = name
    record_act(SignInAct.PASSKEY_RENAMED, passkey_id)
    return passkey


@in_transaction
def delete_passkey(passkey: Passkey) -> None:
    """Delete a passkey, and notify its account."""
    db.session.delete(passkey)
    record_act(SignInAct.PASSKEY_REMOVED, passkey.id, {"account": str(passkey.organiser_id)})
    notify_account(passkey.organiser_id, SignInNotice.PASSKEY_REMOVED, {"device": passkey.name})


def _find_by_credential(credential_id: bytes) -> Passkey | None:
    rows = select(Passkey).where(Passkey.credential_id == credential_id)
    return db.session.scalar(rows.with_for_update())


def _belongs_to_active_account(passkey: Passkey, handle: bytes | None) -> bool:
    """Tell whether the account may sign in, and is the one that the device names."""
    organiser: Organiser | None = find_organiser(passkey.organiser_id)
    is_same = handle in {None, b"", user_handle_of(passkey.organiser_id)}
    return organiser is not None and organiser.active and is_same


def _has_grown(known: int, new: int) -> bool:
    """Tell whether the count of a device grew, or the device doesn't count (always 0)."""
    return new > known or new == known == 0


def _report_copy(passkey: Passkey) -> None:
    record_act(SignInAct.PASSKEY_SUSPECTED, passkey.id, {"account": str(passkey.organiser_id)})
    notify_account(
        passkey.organiser_id, SignInNotice.PASSKEY_COPIED, {"device": passkey.name}, is_for_all=True
    )


def _read(parse: Callable[[str], T], answer: str) -> T | None:
    """Return what a device sent; None if it can't be read."""
    try:
        return parse(answer)
    except UNREADABLE:
        return None


def _expected(challenge: bytes) -> dict[str, Any]:
    party = get_relying_party()
    return {
        "expected_challenge": challenge,
        "expected_rp_id": party.id,
        "expected_origin": party.origin,
        "require_user_verification": True,
    }


def _verify_registration(
    read: RegistrationCredential | None, challenge: bytes | None
) -> VerifiedRegistration | None:
    if read is None or challenge is None or len(read.raw_id) > LONGEST_CREDENTIAL_ID:
        return None
    try:
        return verify_registration_response(credential=read, **_expected(challenge))
    except UNREADABLE:
        return None


def _verify_signature(
    read: AuthenticationCredential, challenge: bytes, public_key: bytes
) -> VerifiedAuthentication | None:
    """Check an answer, all but its count, which is checked against the table afterwards."""
    try:
        return verify_authentication_response(
            credential=read,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            **_expected(challenge),
        )
    except UNREADABLE:
        return None
