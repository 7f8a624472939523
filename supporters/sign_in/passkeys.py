"""Passkeys: public keys of an account, whose private half stays on a device (WebAuthn level 2).

The device checks its user by a finger, a face or a PIN, so a passkey alone is two factors.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum, auto

from sqlalchemy import BigInteger, String, select
from sqlalchemy.orm import Mapped, mapped_column

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.accounts.queries import find_organiser
from supporters.audit_log.audit_events import record_act
from supporters.database import Model, db, foreign_key, in_transaction, use_case
from supporters.ids import new_id
from supporters.sign_in.acts import SignInAct, SignInNotice
from supporters.sign_in.factor_notices import notify_account
from supporters.sign_in.passkey_challenges import spend_challenge, user_handle_of

MAX_PASSKEY_NAME = 60
MOST_PASSKEYS = 20
LARGEST_NUMBER = 2**63


class Passkey(Model):
    """A passkey of an account.

    `sign_count` is the number of signatures that the device counted; many devices always say 0.
    """

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    organiser_id: Mapped[int] = foreign_key("organiser.id", on_delete="CASCADE", index=True)
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(MAX_PASSKEY_NAME))
    is_synced: Mapped[bool]
    added_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


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


def list_credentials(organiser_id: int) -> Sequence[bytes]:
    """Return the ids by which devices know the passkeys of an account."""
    return [passkey.credential_id for passkey in list_passkeys(organiser_id)]


def find_passkey(passkey_id: int, organiser_id: int) -> Passkey | None:
    """Return a passkey of this account."""
    passkey = db.session.get(Passkey, passkey_id) if passkey_id < LARGEST_NUMBER else None
    return passkey if passkey is not None and passkey.organiser_id == organiser_id else None


@use_case
def add_passkey(
    organiser_id: int, challenge: bytes | None, answer: str, *, name: str
) -> Passkey | PasskeyError:
    """Add the passkey that a device made for an account, if its answer holds."""
    from supporters.sign_in.passkey_ceremonies import verify_registration  # noqa: PLC0415 - its library is large

    verified = None if challenge is None else verify_registration(answer, challenge)
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
    from supporters.sign_in.passkey_ceremonies import read_signature, verify_signature  # noqa: PLC0415 - its library is large

    read = read_signature(answer)
    passkey = None if read is None else _find_by_credential(read.raw_id)
    if challenge is None or read is None or passkey is None:
        return PasskeyError.NOT_VERIFIED
    if not _belongs_to_active_account(passkey, read.response.user_handle):
        return PasskeyError.NOT_VERIFIED
    verified = verify_signature(read, challenge, passkey.public_key)
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
