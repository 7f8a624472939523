"""The page of an invitation: the invited person chooses a password."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.organisers.inviting import accept_invitation, find_invited
from supporters.organisers.models import Organiser
from supporters.web.console.blueprint import console
from supporters.web.console.forms.settings_forms import WelcomeForm

UNPROCESSABLE = 422
GONE = 410


@console.route("/welcome/<token>", methods=["GET", "POST"])
def welcome(token: str) -> ResponseReturnValue:
    """Choose the password of an invitation; the link is over then."""
    organiser = find_invited(token)
    if organiser is None:
        return render_template("console/welcome_over.html"), GONE
    form = WelcomeForm()
    if form.validate_on_submit() and isinstance(
        accept_invitation(token, form.password.data or ""), Organiser
    ):
        flash(gettext("Your account is open. Sign in."), "success")
        return redirect(url_for("security.login"), 303)
    page = render_template("console/welcome.html", form=form, organiser=organiser)
    return page, UNPROCESSABLE if form.is_submitted() else 200
