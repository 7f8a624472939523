"""The second factor of an account: a passkey, or the password with a code (ADR 046).

In production each session of the console was opened with two factors. Passkeys are two by
themselves: the device, and the finger, face or PIN that it checks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum, auto
from typing import Any

from flask import Flask, session
from flask_security import user_authenticated

from supporters import clock
from supporters.accounts.queries import lock_organisers
from supporters.audit_log.audit_events import record_act
from supporters.database import use_case
from supporters.extensions import current_settings
from supporters.sign_in.acts import SignInAct
from supporters.sign_in.one_time_codes import (
    DIGITS,
    NEW_CODES,
    NEW_SECRET,
    AuthenticatorApp,
    accepts_code,
    count_recovery_codes,
    delete_app,
    find_app,
    lock_app,
    use_recovery_code,
)
from supporters.sign_in.passkeys import Passkey, delete_passkey, find_passkey, list_passkeys
from supporters.sign_in.refused_requests import record_refusal

HAS_SECOND_FACTOR = "has_second_factor"
OF_THE_FORMER_ACCOUNT = (NEW_SECRET, NEW_CODES)


class SignInWay(StrEnum):
    """A way to sign in, as it is recorded."""

    PASSWORD = "password"  # noqa: S105 - a name, no secret
    PASSKEY = "passkey"
    APP = "app"
    RECOVERY_CODE = "recovery_code"
    OPENID = "openid"
    OPENID_WITH_SECOND_FACTOR = "openid_with_second_factor"
    TRAINING = "training"


TWO_FACTORS = {
    SignInWay.PASSKEY,
    SignInWay.APP,
    SignInWay.RECOVERY_CODE,
    SignInWay.OPENID_WITH_SECOND_FACTOR,
}


@dataclass(frozen=True)
class Factors:
    """The second factors of an account."""

    passkeys: Sequence[Passkey]
    app: AuthenticatorApp | None
    codes_left: int

    @property
    def count(self) -> int:
        """The number of factors. Recovery codes are no factor of their own."""
        return len(self.passkeys) + (self.app is not None)


class CodeResult(Enum):
    """The result of the check of a code: of the app, or a recovery code."""

    APP = auto()
    RECOVERY_CODE = auto()
    WRONG = auto()
    TOO_SOON = auto()


class RemoveFactorResult(Enum):
    """The result of removing a passkey or an app."""

    DONE = auto()
    UNKNOWN = auto()
    LAST_FACTOR = auto()


def find_factors(organiser_id: int) -> Factors:
    """Return the second factors of an account."""
    return Factors(
        list_passkeys(organiser_id), find_app(organiser_id), count_recovery_codes(organiser_id)
    )


def has_second_factor(organiser_id: int) -> bool:
    """Tell whether an account has a second factor."""
    return find_factors(organiser_id).count > 0


def check_code(organiser_id: int, typed: str) -> CodeResult:
    """Check a code that was typed after the password, and use it up.

    After some wrong codes of the app, the next ones have to wait (see `find_block`).
    """
    result = _check_code(organiser_id, typed)
    if result is CodeResult.WRONG:
        record_refusal(SignInAct.SESSION_CODE_REFUSED, {"account": str(organiser_id)})
    return result


@use_case
def _check_code(organiser_id: int, typed: str) -> CodeResult:
    plain = "".join(typed.split())
    now = clock.now()
    if not (plain.isdecimal() and len(plain) == DIGITS):
        if use_recovery_code(organiser_id, plain):
            return CodeResult.RECOVERY_CODE
        return CodeResult.WRONG
    app = lock_app(organiser_id)
    if app is not None and app.blocked_until is not None and now < app.blocked_until:
        return CodeResult.TOO_SOON
    if app is not None and accepts_code(app, plain, now):
        return CodeResult.APP
    return CodeResult.WRONG


def find_block(organiser_id: int) -> datetime | None:
    """Return until when the codes of an account's app are refused after wrong ones."""
    app = find_app(organiser_id)
    return None if app is None else app.blocked_until


@use_case
def remove_passkey(passkey_id: int, organiser_id: int) -> RemoveFactorResult:
    """Remove a passkey. The last factor stays: without one, nobody could sign in."""
    lock_organisers()
    passkey = find_passkey(passkey_id, organiser_id)
    if passkey is None:
        return RemoveFactorResult.UNKNOWN
    if find_factors(organiser_id).count == 1:
        return RemoveFactorResult.LAST_FACTOR
    delete_passkey(passkey)
    return RemoveFactorResult.DONE


@use_case
def remove_app(organiser_id: int) -> RemoveFactorResult:
    """Remove the authenticator app. The last factor stays."""
    lock_organisers()
    app = find_app(organiser_id)
    if app is None:
        return RemoveFactorResult.UNKNOWN
    if find_factors(organiser_id).count == 1:
        return RemoveFactorResult.LAST_FACTOR
    delete_app(app)
    return RemoveFactorResult.DONE


def is_second_factor_missing() -> bool:
    """Tell whether this session may open nothing but the pages that add or check a factor."""
    return current_settings().requires_second_factor and not session.get(HAS_SECOND_FACTOR)


def note_second_factor() -> None:
    """Note in the session that its account proved a second factor."""
    session[HAS_SECOND_FACTOR] = True


def init_app(app: Flask) -> None:
    """Note whether each session begins with two factors."""
    user_authenticated.connect(_note_sign_in, app)


def _note_sign_in(_app: Flask, authn_via: Sequence[str] = (), **_: Any) -> None:
    for key in OF_THE_FORMER_ACCOUNT:
        session.pop(key, None)
    session[HAS_SECOND_FACTOR] = bool(TWO_FACTORS.intersection(authn_via))


@use_case
def record_confirmation(via: SignInWay) -> None:
    """Record that the account of this session proved its presence again."""
    record_act(SignInAct.SESSION_CONFIRMED, details={"via": via.value})


def record_refused_passkey() -> None:
    """Record that an answer of a passkey was refused."""
    record_refusal(SignInAct.SESSION_PASSKEY_REFUSED, {})
