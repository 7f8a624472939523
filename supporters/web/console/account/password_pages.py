"""The pages where a colleague chooses a password: invited, or with the link of a reset."""

from http import HTTPStatus

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from supporters.accounts.models import Organiser
from supporters.limits.guess_limits import GuessRefused
from supporters.sign_in.password_forms import IS_BUSY, TRY_AGAIN_AT, explain_busy, explain_wait
from supporters.sign_in.password_hashing import PasswordsBusy
from supporters.sign_in.password_resets import (
    ResetError,
    find_reset_account,
    request_password_reset,
    reset_password,
)
from supporters.sign_in.second_factor_step import sign_in_account
from supporters.sign_in.second_factors import SignInWay
from supporters.sign_in.session_cookies import browser_name
from supporters.team.team_invitations import accept_team_invitation, find_invited_organiser
from supporters.web.console.account.account_forms import ForgottenPasswordForm, NewPasswordForm
from supporters.web.console.console_blueprint import console, done

GONE = 410


@console.route("/welcome/<token>", methods=["GET", "POST"])
def welcome(token: str) -> ResponseReturnValue:
    """Choose the password of an invitation. The link works once."""
    organiser = find_invited_organiser(token)
    if organiser is None:
        return render_template("console/account/welcome_over.html"), GONE
    form = NewPasswordForm(organiser)
    if form.validate_on_submit():
        try:
            accepted = accept_team_invitation(token, form.password.data or "")
        except PasswordsBusy:
            show_busy(form)
        else:
            if isinstance(accepted, Organiser):
                return _welcome(accepted)
    return form.render("console/account/welcome.html", organiser=organiser)


def _welcome(accepted: Organiser) -> ResponseReturnValue:
    sign_in_account(accepted, SignInWay.PASSWORD)
    words = gettext("Your account is open. Add a passkey to protect it.")
    return done(words, "console.factors")


@console.route("/reset", methods=["GET", "POST"])
def forgotten_password() -> ResponseReturnValue:
    """Ask for a link to a new password. The answer is the same for every address."""
    form = ForgottenPasswordForm()
    if form.validate_on_submit():
        match request_password_reset(form.address_key):
            case GuessRefused(until=until):
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
