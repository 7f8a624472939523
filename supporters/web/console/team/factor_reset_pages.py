"""An owner resets the ways to sign in to the account of a colleague who lost them."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext as _

from supporters.accounts.queries import find_organiser
from supporters.team.factor_reset import FactorResetResult, reset_factors
from supporters.web.console.console_blueprint import (
    ORGANISER,
    console,
    owners_only,
    recent_password_required,
)
from supporters.web.forms import EmptyForm

REFUSED = {
    FactorResetResult.OWN_ACCOUNT: _("Another owner must reset your account."),
    FactorResetResult.DISABLED: _("This account is disabled. Enable it first."),
    FactorResetResult.NOT_ACCEPTED: _("This colleague did not open the account yet. Invite again."),
}


@console.route(f"/organisers/{ORGANISER}/reset-factors", methods=["GET", "POST"])
@owners_only
@recent_password_required
def reset_organiser_factors(organiser_id: int) -> ResponseReturnValue:
    """Ask whether to reset an account, and reset it."""
    organiser = find_organiser(organiser_id) or abort(404)
    form = EmptyForm()
    if not form.validate_on_submit():
        return render_template("console/team/factor_reset.html", form=form, organiser=organiser)
    match reset_factors(organiser_id):
        case FactorResetResult.UNKNOWN:
            abort(404)
        case FactorResetResult.DONE:
            flash(gettext("The account is reset. Its holder gets an email with a link."), "success")
        case refused:
            flash(str(REFUSED[refused]), "error")
    return redirect(url_for("console.organisers"), 303)
