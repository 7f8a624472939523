"""The step between the password and the session: a second factor, if the account has one.

Until that step is done, nobody is signed in. The session only names the account that waits.
"""

import hashlib
from datetime import timedelta
from typing import Any

from flask import redirect, request, session, url_for
from flask_security import UserMixin
from flask_security.tf_plugin import TfPlugin
from flask_security.utils import login_user
from wtforms import StringField

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.accounts.queries import find_organiser
from supporters.sign_in.code_texts import explain_code
from supporters.sign_in.passkeys import Passkey
from supporters.sign_in.password_forms import VerifyPasswordForm
from supporters.sign_in.second_factors import (
    CodeResult,
    Factors,
    SignInWay,
    check_code,
    find_factors,
    has_second_factor,
    note_second_factor,
    record_confirmation,
)

PENDING = "pending_sign_in"
PENDING_LIFETIME = timedelta(minutes=10)
FRESH_SINCE = "fs_paa"  # Flask-Security's name for the moment of the last proof
WAY_OF_CODE = {
    CodeResult.APP: SignInWay.APP,
    CodeResult.RECOVERY_CODE: SignInWay.RECOVERY_CODE,
}


class SecondFactorStep(TfPlugin):
    """Makes Flask-Security's page of the password lead on to our page of the second factor."""

    def tf_enter(  # noqa: PLR0917 - the arguments that Flask-Security passes
        self,
        user: UserMixin,
        remember_me: bool | None,
        primary_authn_via: str,
        next_loc: str | None,
    ) -> Any:
        """Return the way to the second factor; None if the account has none."""
        assert isinstance(user, Organiser)  # noqa: S101 - the class that Flask-Security was given
        return lead_to_second_factor(user, SignInWay.PASSWORD, request.values.get("next", ""))


def lead_to_second_factor(organiser: Organiser, way: SignInWay, next_page: str) -> Any:
    """Keep the account that waits, and return the way to its second factor, if it has one."""
    if not has_second_factor(organiser.id):
        return None
    now = clock.now().timestamp()
    session[PENDING] = [organiser.id, _mark_of(organiser), way.value, next_page, now]
    return redirect(url_for("console.second_factor"), 303)


def find_pending_account() -> Organiser | None:
    """Return the account that typed its password, and waits for its second factor."""
    match session.get(PENDING):
        case [int(organiser_id), str(mark), str(), str(), float(since)]:
            age = clock.now().timestamp() - since
            organiser = find_organiser(organiser_id)
        case _:
            return None
    if organiser is None or not organiser.active or _mark_of(organiser) != mark:
        return None
    return organiser if age < PENDING_LIFETIME.total_seconds() else None


def _mark_of(organiser: Organiser) -> str:
    """Return a text that changes with the password: a new one voids the steps before it."""
    return hashlib.sha256(f"second step {organiser.password}".encode()).hexdigest()[:32]


def complete_pending_sign_in(organiser: Organiser, way: SignInWay) -> str:
    """Sign the waiting account in after its second factor; return the page that it wanted."""
    _id, _mark, first_way, next_page, _since = session[PENDING]
    sign_in_account(organiser, SignInWay(first_way), way)
    return str(next_page)


def sign_in_account(organiser: Organiser, *ways: SignInWay) -> None:
    """Begin a session of an account. `ways` are the factors that it proved."""
    session.pop(PENDING, None)
    login_user(organiser, authn_via=[way.value for way in ways])


def confirm_presence(way: SignInWay) -> None:
    """Note that the account of this session proved its presence just now."""
    session[FRESH_SINCE] = clock.now().timestamp()
    note_second_factor()
    record_confirmation(way)


def is_own_passkey(passkey: Passkey, organiser: Organiser) -> bool:
    """Tell whether a passkey belongs to the account that is to prove its presence."""
    return passkey.organiser_id == organiser.id


class StepUpForm(VerifyPasswordForm):
    """The password again, with a code if the account has a second factor."""

    code = StringField()

    @property
    def factors(self) -> Factors:
        """The second factors of the account."""
        return find_factors(self.user.id)

    def validate(self, **kwargs: Any) -> bool:
        """Check the password, then the code. A code is used up only by a right password."""
        if not super().validate(**kwargs):
            return False
        if not self.factors.count:
            record_confirmation(SignInWay.PASSWORD)
            return True
        result = check_code(self.user.id, self.code.data or "")
        if result not in WAY_OF_CODE:
            self.code.errors = [explain_code(result, self.user.id)]
            return False
        confirm_presence(WAY_OF_CODE[result])
        return True
