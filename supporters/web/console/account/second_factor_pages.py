"""The page between the password and the console: the code of an app, or a recovery code."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, gettext, ngettext

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

UNPROCESSABLE = 422


@console.route("/sign-in/code", methods=["GET", "POST"])
def second_factor() -> ResponseReturnValue:
    """Ask for the second factor of the account that typed its password."""
    organiser = find_pending_account()
    if organiser is None:
        flash(
            gettext("Sign in again: more than ten minutes went by, or you have finished."), "info"
        )
        return redirect(url_for("security.login"), 303)
    form = FactorCodeForm()
    if form.validate_on_submit():
        result = check_code(organiser.id, form.code.data or "")
        if result in WAY_OF_CODE:
            page = own_path(complete_pending_sign_in(organiser, WAY_OF_CODE[result]))
            if WAY_OF_CODE[result] is SignInWay.RECOVERY_CODE:
                page = _after_recovery_code(organiser.id, page)
            return redirect(page, 303)
        form.code.errors = [explain_code(result, organiser.id)]
    page = render_template(
        "security/second_factor.html", form=form, factors=find_factors(organiser.id)
    )
    return page, UNPROCESSABLE if form.is_submitted() else 200


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
