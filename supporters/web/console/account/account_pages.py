"""The page where an invited colleague chooses a password."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.accounts.models import Organiser
from supporters.sign_in.password_hashing import PasswordsBusy
from supporters.sign_in.second_factor_step import sign_in_account
from supporters.sign_in.second_factors import SignInWay
from supporters.team.team_invitations import accept_team_invitation, find_invited_organiser
from supporters.web.console.account.account_forms import NewPasswordForm
from supporters.web.console.account.password_pages import show_busy
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
