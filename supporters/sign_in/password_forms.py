"""The forms of Flask-Security that check a password, and the words for a refused code."""

from datetime import datetime, timedelta
from typing import Any

from flask import g
from flask_babel import gettext, ngettext
from flask_security import LoginForm, VerifyForm
from flask_security.utils import get_message

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.limits.guess_limits import GuessRefused
from supporters.sign_in.password_check import PasswordError, check_own_password, check_sign_in
from supporters.sign_in.second_factors import CodeResult, find_block
from supporters.text.local_dates import format_time

ALMOST_A_MINUTE = timedelta(seconds=59)  # the page shows whole minutes, never too early ones
TRY_AGAIN_AT, IS_BUSY = "try_again_at", "passwords_are_busy"
Checked = Organiser | PasswordError | GuessRefused


def explain_check(checked: PasswordError | GuessRefused, wrong: str) -> str:
    """Return the message for a password that was not accepted, and note it for the answer."""
    if isinstance(checked, GuessRefused):
        setattr(g, TRY_AGAIN_AT, checked.until)
        return explain_wait(
            checked.until,
            gettext("Too many wrong passwords."),
            gettext(
                "A passkey or “Forgotten password” helps at once. "
                "An owner of this console can help too."
            ),
        )
    if checked is PasswordError.BUSY:
        setattr(g, IS_BUSY, True)
        return explain_busy()
    return wrong


def explain_wait(until: datetime, *parts: str) -> str:
    """Return from when on one may try again, between other sentences."""
    seconds = int((until - clock.now()).total_seconds()) + 1
    minutes = -(-seconds // 60)
    wait = ngettext(
        "Try again at %(time)s (in %(count)s minute).",
        "Try again at %(time)s (in %(count)s minutes).",
        minutes,
        time=format_time(until + ALMOST_A_MINUTE),
        count=minutes,
    )
    first, *others = parts
    return " ".join([first, wait, *others])


def explain_busy() -> str:
    """Return the message for a moment with too many sign-ins."""
    return str(
        gettext(
            "Too many people sign in at this moment. Type your password again in a few seconds."
        )
    )


class SignInForm(LoginForm):
    """Address and password. "Remember me" is left out: a session ends with the browser."""

    remember = None  # type: ignore[assignment] # this removes a field in WTForms

    def validate(self, **options: Any) -> bool:
        """Check the password. Every refusal has one message, which names no cause."""
        if not super(LoginForm, self).validate(**options):
            return False
        self.ifield = self.email
        checked: Checked = check_sign_in(str(self.email.data).lower(), str(self.password.data))
        if isinstance(checked, Organiser):
            self.user, self.user_authenticated = checked, True
            return True
        wrong = get_message("GENERIC_AUTHN_FAILED")[0]
        self.form_errors.append(explain_check(checked, wrong))
        return False


class VerifyPasswordForm(VerifyForm):
    """The password of the account that is signed in."""

    user: Organiser

    def validate(self, **options: Any) -> bool:
        """Check the password."""
        if not super(VerifyForm, self).validate(**options):
            return False
        checked = check_own_password(self.user, str(self.password.data))
        if isinstance(checked, Organiser):
            return True
        wrong = get_message("INVALID_PASSWORD")[0]
        self.password.errors = [explain_check(checked, wrong)]
        return False


def explain_code(result: CodeResult, organiser_id: int) -> str:
    """Return why a code was refused, and what to do."""
    until = find_block(organiser_id)
    if result is CodeResult.TOO_SOON and until is not None:
        return str(
            gettext(
                "There were too many wrong codes. Codes of the app are accepted again at "
                "%(time)s. A recovery code works at once.",
                time=format_time(until + ALMOST_A_MINUTE),
            )
        )
    return str(
        gettext(
            "This code is wrong, or was used already. Type the code that your app shows now, or "
            "a recovery code that you did not use yet."
        )
    )
