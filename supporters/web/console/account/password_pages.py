"""A forgotten password: ask for a link by email, and choose a new password with it."""

from http import HTTPStatus

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from supporters.accounts.models import Organiser
from supporters.limits.attempt_limits import AttemptRefused
from supporters.sign_in.password_forms import IS_BUSY, TRY_AGAIN_AT, explain_busy, explain_wait
from supporters.sign_in.password_hashing import PasswordsBusy
from supporters.sign_in.password_resets import (
    ResetError,
    find_reset_account,
    request_password_reset,
    reset_password,
)
from supporters.sign_in.session_cookies import browser_name
from supporters.web.console.account.account_forms import ForgottenPasswordForm, NewPasswordForm
from supporters.web.console.console_blueprint import console, done


@console.route("/reset", methods=["GET", "POST"])
def forgotten_password() -> ResponseReturnValue:
    """Ask for a link to a new password. The answer is the same for every address."""
    form = ForgottenPasswordForm()
    if form.validate_on_submit():
        match request_password_reset(form.address_key):
            case AttemptRefused(until=until):
                setattr(g, TRY_AGAIN_AT, until)
                form.form_errors.append(explain_wait(until, gettext("Too many requests.")))
            case None:
                flash(gettext("If an account has this address, a link is on its way to it."))
                return redirect(url_for("console.forgotten_password"), HTTPStatus.SEE_OTHER)
    elif not form.is_submitted() and current_user.is_authenticated:
        form.email.data = current_user.email
    return form.render("console/account/forgotten_password.html")


@console.route("/reset/<token>", methods=["GET", "POST"])
def new_password(token: str) -> ResponseReturnValue:
    """Choose a new password with the link of the email. The link works once."""
    organiser = find_reset_account(token)
    if organiser is None:
        return _refuse_link()
    form = NewPasswordForm(organiser)
    if form.validate_on_submit():
        try:
            stored = reset_password(token, form.password.data or "", browser=browser_name())
        except PasswordsBusy:
            show_busy(form)
        else:
            return _after(stored)
    return form.render("console/account/new_password.html", organiser=organiser, token=token)


def show_busy(form: NewPasswordForm) -> None:
    """Ask to send the form again in a few seconds."""
    setattr(g, IS_BUSY, True)
    form.password.errors = [explain_busy()]


def _after(stored: Organiser | ResetError) -> ResponseReturnValue:
    if isinstance(stored, ResetError):
        return _refuse_link()
    return done(gettext("Your new password is saved. Sign in with it."), "security.login")


def _refuse_link() -> ResponseReturnValue:
    flash(
        gettext(
            "This link was used already, has expired, or is not the newest. Ask for a new one."
        ),
        "error",
    )
    return redirect(url_for("console.forgotten_password"), HTTPStatus.SEE_OTHER)
