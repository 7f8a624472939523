"""My account: name, language, password, and the devices that are signed in."""

from http import HTTPStatus

from flask import abort, current_app, g, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.sign_in.password_changes import change_password as store_password
from supporters.sign_in.password_check import check_own_password
from supporters.sign_in.password_forms import explain_check
from supporters.sign_in.password_hashing import PasswordsBusy
from supporters.sign_in.session_cookies import current_session
from supporters.sign_in.sign_in_sessions import (
    LONGEST_IDLE,
    end_other_sessions,
    end_session,
    list_sessions,
)
from supporters.team.account_profile import change_profile
from supporters.web.console.account.account_forms import PasswordChangeForm, ProfileOfAccountForm
from supporters.web.console.account.password_pages import show_busy
from supporters.web.console.console_blueprint import console, done, team_only
from supporters.web.labels.organiser_labels import name_methods
from supporters.web.page_language import SESSION_KEY

FACTORS = "console.factors"
SESSION = f"<int(max={2**63 - 1}):session_id>"


@console.route("/account", methods=["GET", "POST"])
@team_only
def account() -> ResponseReturnValue:
    """Show the account; change the name and the language."""
    form = ProfileOfAccountForm(obj=current_user)
    if form.validate_on_submit():
        change_profile(current_user.id, name=form.name.data, language=form.language.data)
        session.pop(SESSION_KEY, None)
        _forget_language()
        return done(gettext("Your account is saved."), "console.account")
    return form.render(
        "console/account/account.html",
        sessions=list_sessions(current_user.id, clock.now()),
        current=current_session(),
        name_methods=name_methods,
        idle_minutes=LONGEST_IDLE.seconds // 60,
        factors=FACTORS if FACTORS in current_app.view_functions else None,
    )


@console.route("/account/password", methods=["GET", "POST"])
@team_only
def change_password() -> ResponseReturnValue:
    """Change the password. The old one is asked for; every other session ends."""
    form = PasswordChangeForm(current_user)
    if form.validate_on_submit() and _is_own_password(form):
        try:
            store_password(
                current_user.id, form.password.data or "", session_id=current_session().id
            )
        except PasswordsBusy:
            show_busy(form)
        else:
            words = gettext("Your new password is saved. All your other sessions ended.")
            return done(words, "console.account")
    return form.render("console/account/account_password.html")


@console.post(f"/account/sessions/{SESSION}/end")
@team_only
def end_device(session_id: int) -> ResponseReturnValue:
    """End a session of this account on another device."""
    if session_id == current_session().id or not end_session(session_id, current_user.id):
        abort(HTTPStatus.NOT_FOUND)
    return done(gettext("That session has ended."), "console.account")


@console.post("/account/sessions/end-others")
@team_only
def end_other_devices() -> ResponseReturnValue:
    """End every session of this account but this one."""
    end_other_sessions(current_user.id, current_session().id)
    return done(gettext("All your other sessions have ended."), "console.account")


def _is_own_password(form: PasswordChangeForm) -> bool:
    """Check the old password, and show its error in the form."""
    checked = check_own_password(current_user, form.old_password.data or "")
    if isinstance(checked, Organiser):
        return True
    wrong = gettext("This isn’t your password. Type it again.")
    form.old_password.errors = [explain_check(checked, wrong)]
    return False


def _forget_language() -> None:
    """Let the message of this request be in the language that was just chosen."""
    g.pop("_flask_babel", None)
