"""The page between the password and the console: the code of an app, or a recovery code."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, gettext, ngettext

from supporters.accounts.models import Organiser
from supporters.sign_in.code_texts import explain_code
from supporters.sign_in.recovery_codes import FEW_CODES, count_recovery_codes
from supporters.sign_in.second_factor_step import (
    WAY_OF_CODE,
    complete_pending_sign_in,
    find_pending_account,
)
from supporters.sign_in.second_factors import SignInWay, check_code, find_factors
from supporters.web.console.account.factor_forms import FactorCodeForm
from supporters.web.console.console_blueprint import console, own_path


@console.route("/sign-in/code", methods=["GET", "POST"])
def second_factor() -> ResponseReturnValue:
    """Ask for the second factor of the account that typed its password."""
    organiser, form = find_pending_account(), FactorCodeForm()
    if organiser is None:
        words = gettext("Sign in again: more than ten minutes went by, or you have finished.")
        flash(words, "info")
        return redirect(url_for("security.login"), 303)
    if form.validate_on_submit():
        result = check_code(organiser.id, form.code.data or "")
        if way := WAY_OF_CODE.get(result):
            return redirect(_sign_in(organiser, way), 303)
        form.code.errors = [explain_code(result, organiser.id)]
    return form.render("security/second_factor.html", factors=find_factors(organiser.id))


def _sign_in(organiser: Organiser, way: SignInWay) -> str:
    """Complete a sign-in; return the next page."""
    page = own_path(complete_pending_sign_in(organiser, way))
    is_recovered = way is SignInWay.RECOVERY_CODE
    return _after_recovery_code(organiser.id, page) if is_recovered else page


def _after_recovery_code(organiser_id: int, page: str) -> str:
    """Tell how many codes are left; few ones lead to the page that makes new ones."""
    left = count_recovery_codes(organiser_id)
    words = ngettext(
        "This recovery code is used up. You have %(count)s left.",
        "This recovery code is used up. You have %(count)s left.",
        left,
        count=format_decimal(left),
    )
    if left > FEW_CODES:
        flash(words, "info")
        return page
    flash(words, "warning")
    return url_for("console.factors")
