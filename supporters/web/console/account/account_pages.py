"""The page where an invited colleague chooses a password."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.accounts.models import Organiser
from supporters.sign_in.password_hashing import PasswordsBusy
from supporters.sign_in.second_factor_step import sign_in_account
from supporters.sign_in.second_factors import SignInWay
from supporters.team.team_invitations import accept_team_invitation, find_invited_organiser
from supporters.web.console.account.account_forms import NewPasswordForm
from supporters.web.console.account.password_pages import show_busy
from supporters.web.console.console_blueprint import console

UNPROCESSABLE = 422
GONE = 410


@console.route("/welcome/<token>", methods=["GET", "POST"])
def welcome(token: str) -> ResponseReturnValue:
    """Choose the password of an invitation. The link works once."""
    organiser = find_invited_organiser(token)
    if organiser is None:
        return render_template("console/account/welcome_over.html"), GONE
    form = NewPasswordForm()
    form.organiser = organiser
    if form.validate_on_submit():
        try:
            accepted = accept_team_invitation(token, form.password.data or "")
        except PasswordsBusy:
            show_busy(form)
        else:
            if isinstance(accepted, Organiser):
                sign_in_account(accepted, SignInWay.PASSWORD)
                flash(gettext("Your account is open. Add a passkey to protect it."), "success")
                return redirect(url_for("console.factors"), 303)
    page = render_template("console/account/welcome.html", form=form, organiser=organiser)
    return page, UNPROCESSABLE if form.is_submitted() else 200
