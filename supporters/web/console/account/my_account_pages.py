"""My account: name, language, password, and the devices that are signed in.

The password pages of an invitation and of a reset need no sign-in: their links open them.
"""

from http import HTTPStatus

from flask import abort, current_app, flash, g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext as _
from flask_login import current_user
from wtforms import EmailField, PasswordField, SelectField, StringField, ValidationError
from wtforms.validators import EqualTo, InputRequired

from supporters import clock
from supporters.accounts.models import MAX_EMAIL, MAX_NAME, Organiser
from supporters.extensions import current_settings
from supporters.languages import TEAM_LANGUAGES
from supporters.limits.guess_limits import GuessRefused
from supporters.people.addresses import AddressInvalid, parse_address
from supporters.sign_in.password_changes import (
    ResetError,
    change_password as store_password,
    find_reset_account,
    request_password_reset,
    reset_password,
)
from supporters.sign_in.password_check import check_own_password
from supporters.sign_in.password_forms import (
    IS_BUSY,
    TRY_AGAIN_AT,
    explain_busy,
    explain_check,
    explain_wait,
)
from supporters.sign_in.password_hashing import PasswordsBusy
from supporters.sign_in.password_rules import find_password_fault
from supporters.sign_in.second_factors import SignInWay
from supporters.sign_in.session_cookies import browser_name, current_session
from supporters.sign_in.sign_in import sign_in_account
from supporters.sign_in.sign_in_sessions import (
    LONGEST_IDLE,
    end_other_sessions,
    end_session,
    list_sessions,
)
from supporters.team.accounts import change_profile
from supporters.team.team_invitations import accept_team_invitation, find_invited_organiser
from supporters.web.console.console_blueprint import console, done, for_team
from supporters.web.forms import Form, SelectChoice, at_most
from supporters.web.labels import label
from supporters.web.labels.organiser_labels import name_methods
from supporters.web.page_language import SESSION_KEY

FACTORS = "console.factors"
SESSION = f"<int(max={2**63 - 1}):session_id>"


class NewPasswordForm(Form):
    """A new password of an account, typed twice."""

    password = PasswordField(validators=[InputRequired(_("Choose a password."))])
    password_confirm = PasswordField(
        validators=[
            InputRequired(_("Confirm the password.")),
            EqualTo("password", message=_("The two passwords differ.")),
        ]
    )

    def __init__(self, organiser: Organiser) -> None:
        super().__init__()
        self.organiser = organiser

    def validate_password(self, field: PasswordField) -> None:
        """Refuse a password that is easy to guess. Raises ValidationError."""
        fault = find_password_fault(
            field.data or "",
            own=[self.organiser.email, self.organiser.name or ""],
            party=[current_settings().party_name, current_settings().host],
        )
        if fault is not None:
            raise ValidationError(label(fault))


class PasswordChangeForm(NewPasswordForm):
    """The current password, and a new one."""

    old_password = PasswordField(validators=[InputRequired(_("Type your current password."))])


class ForgottenPasswordForm(Form):
    """The address of an account."""

    email = EmailField(validators=[InputRequired(_("Enter an email address.")), at_most(MAX_EMAIL)])

    address_key: str

    def validate_email(self, field: EmailField) -> None:
        """Normalise the address. Raises ValidationError."""
        try:
            self.address_key = parse_address(field.data or "").text.lower()
        except AddressInvalid as error:
            raise ValidationError(_("Use this form: name@party.example.")) from error


class ProfileOfAccountForm(Form):
    """The name and the language of an account."""

    name = StringField(validators=[at_most(MAX_NAME)])
    language = SelectField(
        choices=[SelectChoice(code, name) for code, name in TEAM_LANGUAGES.items()]
    )


@for_team.route("/account", methods=["GET", "POST"])
def account() -> ResponseReturnValue:
    """Show the account; change the name and the language."""
    form = ProfileOfAccountForm(obj=current_user)
    if form.validate_on_submit():
        change_profile(current_user.id, name=form.name.data, language=form.language.data)
        session.pop(SESSION_KEY, None)
        g.pop("_flask_babel", None)  # the message is in the language that was just chosen
        return done(gettext("Your account is saved."), "console.account")
    return form.render(
        "console/account/account.html",
        sessions=list_sessions(current_user.id, clock.now()),
        current=current_session(),
        name_methods=name_methods,
        idle_minutes=LONGEST_IDLE.seconds // 60,
        factors=FACTORS if FACTORS in current_app.view_functions else None,
    )


@for_team.route("/account/password", methods=["GET", "POST"])
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


@for_team.post(f"/account/sessions/{SESSION}/end")
def end_device(session_id: int) -> ResponseReturnValue:
    """End a session of this account on another device."""
    if session_id == current_session().id or not end_session(session_id, current_user.id):
        abort(HTTPStatus.NOT_FOUND)
    return done(gettext("That session has ended."), "console.account")


@for_team.post("/account/sessions/end-others")
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


@console.route("/welcome/<token>", methods=["GET", "POST"])
def welcome(token: str) -> ResponseReturnValue:
    """Choose the password of an invitation. The link works once."""
    organiser = find_invited_organiser(token)
    if organiser is None:
        return render_template("console/account/welcome_over.html"), HTTPStatus.GONE
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
