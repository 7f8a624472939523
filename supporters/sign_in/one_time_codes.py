"""The codes of a second factor: six digits of an app (RFC 6238), recovery codes on paper."""

import base64
import binascii
import hashlib
import os
import secrets
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from flask import session
from sqlalchemy import BigInteger, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from supporters import clock
from supporters.audit_log.audit_events import record_act
from supporters.crypto.encryption import DecryptionFailed
from supporters.database import Model, db, delete_where, foreign_key, in_transaction, use_case
from supporters.extensions import current_encryptor, current_settings
from supporters.ids import new_id
from supporters.sign_in.acts import SignInAct, SignInNotice
from supporters.sign_in.factor_notices import notify_account

SECRET_BYTES = 20  # RFC 4226 section 4 recommends 160 bits
DIGITS = 6
STEP_SECONDS = 30
DRIFT = (0, -1, 1)  # steps: a clock may be wrong by half a minute
FREE_FAILURES = 5
LONGEST_WAIT = timedelta(hours=1)
NEW_SECRET = "new_app"  # noqa: S105 - the name under which the session stores it
CODES = 10
FEW_CODES = 3
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that looks like another one
CODE_LENGTH = 16  # 79 bits: a hash without a key can't be reversed by trying all
GROUP = 4
NEW_CODES = "new_recovery_codes"


class AuthenticatorApp(Model):
    """The encrypted secret that an account shares with its authenticator app.

    `last_step` is the time step of the last accepted code: no code works twice. `failures` counts
    the wrong codes since then, and `blocked_until` is when the next code is looked at.
    """

    __tablename__ = "authenticator_app"

    organiser_id: Mapped[int] = foreign_key("organiser.id", on_delete="CASCADE", primary_key=True)
    encrypted: Mapped[bytes]
    last_step: Mapped[int] = mapped_column(BigInteger)
    failures: Mapped[int] = mapped_column(default=0)
    blocked_until: Mapped[datetime | None]
    added_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


def find_app(organiser_id: int) -> AuthenticatorApp | None:
    """Return the authenticator app of an account."""
    return db.session.get(AuthenticatorApp, organiser_id)


def begin_app_setup() -> bytes:
    """Return the secret of the app that is being set up; the session stores it, encrypted."""
    secret = _secret_of_session()
    if secret is None:
        secret = os.urandom(SECRET_BYTES)
        session[NEW_SECRET] = base64.b64encode(current_encryptor().encrypt(secret)).decode()
    return secret


def provisioning_uri(secret: bytes, email: str) -> str:
    """Return the address that an app reads from a QR code."""
    return _totp(secret).get_provisioning_uri(email, current_settings().party_name)


def spell_secret(secret: bytes) -> str:
    """Return a secret as a person types it into an app: letters and digits in groups of four."""
    letters = base64.b32encode(secret).decode()
    return " ".join(letters[place : place + 4] for place in range(0, len(letters), 4))


@use_case
def set_up_app(organiser_id: int, code: str) -> AuthenticatorApp | None:
    """Store the app of an account once it shows a right code; it replaces the former app."""
    secret = _secret_of_session()
    now = clock.now()
    step = None if secret is None else find_step(secret, code, now)
    if secret is None or step is None:
        return None
    former = find_app(organiser_id)
    if former is not None:
        db.session.delete(former)
        db.session.flush()
    app = AuthenticatorApp(
        organiser_id=organiser_id,
        encrypted=current_encryptor().encrypt(secret),
        last_step=step,
        failures=0,
        added_at=now,
    )
    db.session.add(app)
    record_act(SignInAct.APP_SET_UP, organiser_id)
    notify_account(organiser_id, SignInNotice.APP_SET_UP)
    session.pop(NEW_SECRET, None)
    return app


@in_transaction
def delete_app(app: AuthenticatorApp) -> None:
    """Delete the app of an account, and notify the account."""
    db.session.delete(app)
    record_act(SignInAct.APP_REMOVED, app.organiser_id)
    notify_account(app.organiser_id, SignInNotice.APP_REMOVED)


@in_transaction
def accepts_code(app: AuthenticatorApp, code: str, now: datetime) -> bool:
    """Check a code of an app. An accepted code and all older ones are refused from then on."""
    secret = _open(app.encrypted)
    step = None if secret is None else find_step(secret, code, now)
    if step is None or step <= app.last_step:
        app.failures += 1
        app.blocked_until = now + wait_after(app.failures)
        return False
    app.last_step, app.last_used_at = step, now
    app.failures, app.blocked_until = 0, None
    return True


@in_transaction
def lock_app(organiser_id: int) -> AuthenticatorApp | None:
    """Lock and return the app of an account, so that one code isn't used by two requests."""
    rows = select(AuthenticatorApp).where(AuthenticatorApp.organiser_id == organiser_id)
    return db.session.scalar(rows.with_for_update())


def wait_after(failures: int) -> timedelta:
    """Return how long codes are refused after some wrong ones: it doubles from the sixth on."""
    if failures <= FREE_FAILURES:
        return timedelta(0)
    doublings = min(failures - FREE_FAILURES - 1, 10)
    return min(timedelta(minutes=2**doublings), LONGEST_WAIT)


def find_step(secret: bytes, code: str, now: datetime) -> int | None:
    """Return the time step that a code belongs to, if it is the present one or beside it."""
    present = int(now.timestamp()) // STEP_SECONDS
    for drift in DRIFT:
        try:
            _totp(secret).verify(code.encode(), (present + drift) * STEP_SECONDS)
        except InvalidToken:
            continue
        return present + drift
    return None


@use_case
def reencrypt_app_secrets() -> int:
    """Encrypt every secret with the newest key; return how many were encrypted with another one."""
    newest = current_encryptor().fingerprints[0]
    apps = [
        each
        for each in db.session.scalars(select(AuthenticatorApp).with_for_update())
        if current_encryptor().find_key(each.encrypted) not in {newest, None}
    ]
    for app in apps:
        app.encrypted = current_encryptor().reencrypt(app.encrypted)
    return len(apps)


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS, enforce_key_length=False)  # noqa: S303


def _secret_of_session() -> bytes | None:
    try:
        return _open(base64.b64decode(session.get(NEW_SECRET, "")))
    except binascii.Error:
        return None


def _open(encrypted: bytes) -> bytes | None:
    """Return a secret; None if its key is gone."""
    try:
        return current_encryptor().decrypt(encrypted)
    except DecryptionFailed:
        return None


class RecoveryCode(Model):
    """The hash of a code that was not used yet."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    organiser_id: Mapped[int] = foreign_key("organiser.id", on_delete="CASCADE", index=True)
    code_hash: Mapped[bytes]
    made_at: Mapped[datetime]


def count_recovery_codes(organiser_id: int) -> int:
    """Return how many codes of an account are left."""
    rows = select(func.count()).where(RecoveryCode.organiser_id == organiser_id)
    return db.session.scalar(rows) or 0


@use_case
def make_recovery_codes(organiser_id: int) -> list[str]:
    """Make new codes for an account; the former ones are void. They can't be shown again."""
    codes = [_new_code() for _ in range(CODES)]
    now = clock.now()
    delete_recovery_codes(organiser_id)
    db.session.add_all(
        RecoveryCode(id=new_id(now), organiser_id=organiser_id, code_hash=_hash(code), made_at=now)
        for code in codes
    )
    record_act(SignInAct.RECOVERY_CODES_MADE, organiser_id)
    notify_account(organiser_id, SignInNotice.RECOVERY_CODES_MADE)
    return codes


def store_new_codes(codes: list[str]) -> None:
    """Store new codes in the session, encrypted, until the next page shows them."""
    session[NEW_CODES] = current_encryptor().encrypt(" ".join(codes).encode()).decode()


def pop_new_codes() -> list[str]:
    """Return the codes that were just made, and delete them from the session."""
    try:
        return current_encryptor().decrypt(session.pop(NEW_CODES, "").encode()).decode().split()
    except DecryptionFailed:
        return []


@in_transaction
def delete_recovery_codes(organiser_id: int) -> None:
    """Delete all codes of an account."""
    delete_where(RecoveryCode, RecoveryCode.organiser_id == organiser_id)


@in_transaction
def use_recovery_code(organiser_id: int, typed: str) -> bool:
    """Use up a code of an account. Return False if it is none, or was used before."""
    used = db.session.execute(
        delete(RecoveryCode)
        .where(RecoveryCode.organiser_id == organiser_id, RecoveryCode.code_hash == _hash(typed))
        .returning(RecoveryCode.id)
        .execution_options(synchronize_session=False)
    )
    if used.first() is None:
        return False
    left = count_recovery_codes(organiser_id)
    record_act(SignInAct.RECOVERY_CODE_USED, organiser_id, {"left": left})
    notify_account(organiser_id, SignInNotice.RECOVERY_CODE_USED, {"left": left})
    return True


def _new_code() -> str:
    letters = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
    return "-".join(letters[place : place + GROUP] for place in range(0, CODE_LENGTH, GROUP))


def _hash(code: str) -> bytes:
    """Return the hash of a code, however it was typed: capitals, spaces, no hyphens."""
    plain = "".join(each for each in code.lower() if each.isalnum())
    return hashlib.sha256(f"recovery code {plain}".encode()).digest()
