"""“Passkeys and codes”: the ways to sign in to one's own account."""

from flask import abort, flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from supporters.sign_in.one_time_codes import (
    FEW_CODES,
    begin_app_setup,
    count_recovery_codes,
    make_recovery_codes,
    pop_new_codes,
    provisioning_uri,
    set_up_app,
    spell_secret,
    store_new_codes,
)
from supporters.sign_in.passkey_challenges import ChallengeUse, take_challenge
from supporters.sign_in.passkeys import (
    PasskeyError,
    add_passkey,
    find_passkey,
    list_credentials,
    rename_passkey,
)
from supporters.sign_in.second_factors import (
    RemoveFactorResult,
    find_factors,
    is_second_factor_missing,
    note_second_factor,
    remove_app,
    remove_passkey,
)
from supporters.web.console.account.factor_forms import (
    FactorCodeForm,
    NewPasskeyForm,
    PasskeyNameForm,
)
from supporters.web.console.account.sign_in_method_pages import explain_passkey
from supporters.web.console.console_blueprint import (
    PASSKEY,
    done,
    for_everybody,
    recent_password_required,
)
from supporters.web.forms import EmptyForm
from supporters.web.qr_codes import draw_qr_code


@for_everybody.get("/account/factors")
def factors() -> ResponseReturnValue:
    """Show the passkeys, the app and the recovery codes of the own account."""
    found = find_factors(current_user.id)
    if is_second_factor_missing() and found.count:
        return redirect(url_for("security.verify", next=url_for("console.factors")))
    return render_template(
        "console/account/factors.html",
        factors=found,
        is_missing=is_second_factor_missing(),
        are_few_codes=found.count > 0 and found.codes_left <= FEW_CODES,
    )


@for_everybody.post("/account/factors/passkey/options")
def passkey_add_options() -> ResponseReturnValue:
    """Answer with the options of a new passkey."""
    from supporters.sign_in.passkey_ceremonies import add_options  # noqa: PLC0415 - its library is large

    return jsonify(add_options(current_user, list_credentials(current_user.id)))


@for_everybody.route("/account/factors/passkey", methods=["GET", "POST"])
@recent_password_required
def new_passkey() -> ResponseReturnValue:
    """Add a passkey to the own account."""
    form = NewPasskeyForm()
    if form.validate_on_submit():
        challenge = take_challenge(ChallengeUse.ADD, current_user.id)
        added = add_passkey(
            current_user.id, challenge, form.credential.data or "", name=form.name.data or ""
        )
        if not isinstance(added, PasskeyError):
            return _after_new_factor(gettext("The passkey is added."))
        form.credential.errors = [explain_passkey(added)]
    return form.render("console/account/passkey_new.html", has_factors=_has_factors())


@for_everybody.route(f"/account/factors/passkeys/{PASSKEY}", methods=["GET", "POST"])
def passkey(passkey_id: int) -> ResponseReturnValue:
    """Rename a passkey of the own account."""
    found = find_passkey(passkey_id, current_user.id) or abort(404)
    form = PasskeyNameForm(obj=found)
    if form.validate_on_submit():
        rename_passkey(passkey_id, current_user.id, form.name.data or "")
        return done(gettext("The new name is saved."), "console.factors")
    return form.render(
        "console/account/passkey.html",
        passkey=found,
        is_last=find_factors(current_user.id).count == 1,
    )


@for_everybody.route(f"/account/factors/passkeys/{PASSKEY}/remove", methods=["GET", "POST"])
@recent_password_required
def remove_own_passkey(passkey_id: int) -> ResponseReturnValue:
    """Ask whether to remove a passkey of the own account, and remove it."""
    found = find_passkey(passkey_id, current_user.id) or abort(404)
    form = EmptyForm()
    if form.validate_on_submit():
        result = remove_passkey(passkey_id, current_user.id)
        return _after_removal(result, gettext("The passkey is removed."))
    return render_template("console/account/factor_remove.html", form=form, passkey=found)


@for_everybody.route("/account/factors/app", methods=["GET", "POST"])
@recent_password_required
def authenticator_app() -> ResponseReturnValue:
    """Set up an authenticator app for the own account."""
    form = FactorCodeForm()
    if form.validate_on_submit():
        if set_up_app(current_user.id, "".join((form.code.data or "").split())):
            return _after_new_factor(gettext("The app is set up."))
        form.show_other_code()
    secret = begin_app_setup()
    return form.render(
        "console/account/authenticator_app.html",
        has_app=find_factors(current_user.id).app is not None,
        secret=spell_secret(secret),
        qr_code=draw_qr_code(provisioning_uri(secret, current_user.email), error="l"),
    )


@for_everybody.route("/account/factors/app/remove", methods=["GET", "POST"])
@recent_password_required
def remove_own_app() -> ResponseReturnValue:
    """Ask whether to remove the app of the own account, and remove it."""
    if find_factors(current_user.id).app is None:
        abort(404)
    form = EmptyForm()
    if form.validate_on_submit():
        return _after_removal(remove_app(current_user.id), gettext("The app is removed."))
    return render_template("console/account/factor_remove.html", form=form, passkey=None)


@for_everybody.route("/account/factors/codes", methods=["GET", "POST"])
@recent_password_required
def recovery_codes() -> ResponseReturnValue:
    """Ask whether to make new recovery codes, and make them."""
    if not _has_factors():
        abort(404)
    form = EmptyForm()
    if form.validate_on_submit():
        store_new_codes(make_recovery_codes(current_user.id))
        return redirect(url_for("console.new_recovery_codes"), 303)
    left = count_recovery_codes(current_user.id)
    return render_template("console/account/recovery_codes.html", form=form, left=left)


@for_everybody.get("/account/factors/codes/new")
def new_recovery_codes() -> ResponseReturnValue:
    """Show new recovery codes, once."""
    codes = pop_new_codes()
    if not codes:
        flash(gettext("Recovery codes are shown once only. You can make new ones."), "info")
        return redirect(url_for("console.factors"))
    return render_template("console/account/recovery_codes_new.html", codes=codes)


def _has_factors() -> bool:
    return find_factors(current_user.id).count > 0


def _after_new_factor(words: str) -> ResponseReturnValue:
    """Open the console to this session. The first factor brings recovery codes with it."""
    note_second_factor()
    flash(words, "success")
    if count_recovery_codes(current_user.id):
        return redirect(url_for("console.factors"), 303)
    store_new_codes(make_recovery_codes(current_user.id))
    return redirect(url_for("console.new_recovery_codes"), 303)


def _after_removal(result: RemoveFactorResult, words: str) -> ResponseReturnValue:
    match result:
        case RemoveFactorResult.UNKNOWN:
            abort(404)
        case RemoveFactorResult.LAST_FACTOR:
            flash(gettext("This is your only second factor. Add another one first."), "error")
        case RemoveFactorResult.DONE:
            flash(words, "success")
    return redirect(url_for("console.factors"), 303)
