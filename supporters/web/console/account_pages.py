"""The page where an invited colleague chooses a password."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.organisers.models import Organiser
from supporters.organisers.team_invitations import (
    accept_team_invitation,
    find_invited_organiser,
)
from supporters.web.console.console_blueprint import console
from supporters.web.console.forms.settings_forms import WelcomeForm

UNPROCESSABLE = 422
GONE = 410


@console.route("/welcome/<token>", methods=["GET", "POST"])
def welcome(token: str) -> ResponseReturnValue:
    """Choose the password of an invitation. The link works once."""
    organiser = find_invited_organiser(token)
    if organiser is None:
        return render_template("console/welcome_over.html"), GONE
    form = WelcomeForm()
    if form.validate_on_submit() and isinstance(
        accept_team_invitation(token, form.password.data or ""), Organiser
    ):
        flash(gettext("Your account is open. Sign in."), "success")
        return redirect(url_for("security.login"), 303)
    page = render_template("console/welcome.html", form=form, organiser=organiser)
    return page, UNPROCESSABLE if form.is_submitted() else 200
