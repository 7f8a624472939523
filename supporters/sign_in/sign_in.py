"""Sign-in to the console with Flask-Security: passwords with argon2, sessions in the database.

Until the second factor is proved, nobody is signed in: the session only names the account that
waits.
"""

import hashlib
from datetime import timedelta
from typing import Any

from flask import Flask, g, redirect, request, session, url_for
from flask_login import user_logged_out
from flask_security import Security, SQLAlchemyUserDatastore, UserMixin, user_authenticated
from flask_security.tf_plugin import TfPlugin
from flask_security.utils import login_user
from wtforms import StringField

from supporters import clock
from supporters.accounts.models import Organiser, Role
from supporters.accounts.queries import find_organiser
from supporters.database import db
from supporters.sign_in import password_hashing, second_factors
from supporters.sign_in.passkeys import Passkey
from supporters.sign_in.password_forms import SignInForm, VerifyPasswordForm, explain_code
from supporters.sign_in.password_rules import SHORTEST_PASSWORD
from supporters.sign_in.second_factors import (
    CodeResult,
    Factors,
    SignInWay,
    check_code,
    find_factors,
    has_second_factor,
    note_second_factor,
    record_confirmation,
)
from supporters.sign_in.session_cookies import begin_cookie, end_cookie, load_account

PENDING = "pending_sign_in"
PENDING_LIFETIME = timedelta(minutes=10)
FRESH_SINCE = "fs_paa"  # Flask-Security's name for the moment of the last proof
WAY_OF_CODE = {
    CodeResult.APP: SignInWay.APP,
    CodeResult.RECOVERY_CODE: SignInWay.RECOVERY_CODE,
}
LOADER = "Principal"  # Flask-Security's class that loads accounts before each request
TEAM_BLUEPRINTS = {"console", "security"}
PASSWORD_FRESH_FOR = timedelta(minutes=10)
CONFIG = {
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SINGLE_HASH": True,
    "SECURITY_PASSWORD_LENGTH_MIN": SHORTEST_PASSWORD,
    "SECURITY_URL_PREFIX": "/console",
    "SECURITY_LOGIN_URL": "/sign-in",
    "SECURITY_LOGOUT_URL": "/sign-out",
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_POST_LOGIN_VIEW": "console.dashboard",
    "SECURITY_POST_LOGOUT_VIEW": "security.login",
    "SECURITY_UNAUTHORIZED_VIEW": None,
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
    "SECURITY_STATIC_FOLDER": None,
    "SECURITY_FRESHNESS": PASSWORD_FRESH_FOR,
    "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(0),
    "SECURITY_VERIFY_URL": "/password",
    "SECURITY_API_ENABLED_METHODS": ["session"],
    "SECURITY_CLI_USERS_NAME": False,  # `flask organisers` does the same, and logs it
    "SECURITY_CLI_ROLES_NAME": False,
}


class SecondFactorStep(TfPlugin):
    """Makes Flask-Security's page of the password lead on to our page of the second factor."""

    def tf_enter(  # noqa: PLR0917 - the arguments that Flask-Security passes
        self,
        user: UserMixin,
        remember_me: bool | None,
        primary_authn_via: str,
        next_loc: str | None,
    ) -> Any:
        """Return the way to the second factor; None if the account has none."""
        assert isinstance(user, Organiser)  # noqa: S101 - the class that Flask-Security was given
        return lead_to_second_factor(user, SignInWay.PASSWORD, request.values.get("next", ""))


def lead_to_second_factor(organiser: Organiser, way: SignInWay, next_page: str) -> Any:
    """Keep the account that waits, and return the way to its second factor, if it has one."""
    if not has_second_factor(organiser.id):
        return None
    now = clock.now().timestamp()
    session[PENDING] = [organiser.id, _mark_of(organiser), way.value, next_page, now]
    return redirect(url_for("console.second_factor"), 303)


def find_pending_account() -> Organiser | None:
    """Return the account that typed its password, and waits for its second factor."""
    match session.get(PENDING):
        case [int(organiser_id), str(mark), str(), str(), float(since)]:
            age = clock.now().timestamp() - since
            organiser = find_organiser(organiser_id)
        case _:
            return None
    if organiser is None or not organiser.active or _mark_of(organiser) != mark:
        return None
    return organiser if age < PENDING_LIFETIME.total_seconds() else None


def _mark_of(organiser: Organiser) -> str:
    """Return a text that changes with the password: a new one voids the steps before it."""
    return hashlib.sha256(f"second step {organiser.password}".encode()).hexdigest()[:32]


def complete_pending_sign_in(organiser: Organiser, way: SignInWay) -> str:
    """Sign the waiting account in after its second factor; return the page that it wanted."""
    _id, _mark, first_way, next_page, _since = session[PENDING]
    sign_in_account(organiser, SignInWay(first_way), way)
    return str(next_page)


def sign_in_account(organiser: Organiser, *ways: SignInWay) -> None:
    """Begin a session of an account. `ways` are the factors that it proved."""
    session.pop(PENDING, None)
    login_user(organiser, authn_via=[way.value for way in ways])


def confirm_presence(way: SignInWay) -> None:
    """Note that the account of this session proved its presence just now."""
    session[FRESH_SINCE] = clock.now().timestamp()
    note_second_factor()
    record_confirmation(way)


def is_own_passkey(passkey: Passkey, organiser: Organiser) -> bool:
    """Tell whether a passkey belongs to the account that is to prove its presence."""
    return passkey.organiser_id == organiser.id


class StepUpForm(VerifyPasswordForm):
    """The password again, with a code if the account has a second factor."""

    code = StringField()

    @property
    def factors(self) -> Factors:
        """The second factors of the account."""
        return find_factors(self.user.id)

    def validate(self, **kwargs: Any) -> bool:
        """Check the password, then the code. A code is used up only by a right password."""
        if not super().validate(**kwargs):
            return False
        if not self.factors.count:
            record_confirmation(SignInWay.PASSWORD)
            return True
        result = check_code(self.user.id, self.code.data or "")
        if result not in WAY_OF_CODE:
            self.code.errors = [explain_code(result, self.user.id)]
            return False
        confirm_presence(WAY_OF_CODE[result])
        return True


def _(text: str) -> str:
    return text


MESSAGES = {
    "SECURITY_MSG_ANONYMOUS_USER_REQUIRED": (_("You are signed in already."), "info"),
    "SECURITY_MSG_DISABLED_ACCOUNT": (
        _("This account is disabled. Ask an owner of this console."),
        "error",
    ),
    "SECURITY_MSG_GENERIC_AUTHN_FAILED": (
        _("This address and this password don’t belong together. Check both."),
        "error",
    ),
    "SECURITY_MSG_INVALID_PASSWORD": (_("This isn’t your password. Type it again."), "error"),
    "SECURITY_MSG_INVALID_REDIRECT": (_("That link would lead to another site."), "error"),
    "SECURITY_MSG_PASSWORD_INVALID_LENGTH": (
        _("Choose a password of at least %(length)s characters."),
        "error",
    ),
    "SECURITY_MSG_PASSWORD_NOT_PROVIDED": (_("Type a password."), "error"),
    "SECURITY_MSG_REAUTHENTICATION_SUCCESSFUL": (
        _("Thank you. You won’t be asked again for ten minutes."),
        "success",
    ),
    "SECURITY_MSG_UNAUTHENTICATED": (_("Sign in to see this page."), "info"),
    "SECURITY_MSG_UNAUTHORIZED": (_("Your account has no right to this page."), "error"),
}


def init_security(app: Flask) -> None:
    """Set up Flask-Security with our accounts and sessions. Only a session signs an account in."""
    app.config.update(CONFIG | MESSAGES)
    app.config["SECURITY_I18N_DOMAIN"] = "flask_security;messages"
    app.config["SECURITY_I18N_DIRNAME"] = ["builtin", app.config["BABEL_TRANSLATION_DIRECTORIES"]]
    datastore = SQLAlchemyUserDatastore(db, Organiser, Role)
    security = Security(  # init_app() ignores the classes
        app, datastore, login_form=SignInForm, verify_form=StepUpForm
    )
    security.two_factor_plugins = SecondFactorStep()
    security.login_manager.request_loader(lambda _request: None)  # no token in a URL
    security.login_manager.user_loader(load_account)
    security.want_json(lambda _request: False)
    password_hashing.init_app(app)
    second_factors.init_app(app)
    user_authenticated.connect(begin_cookie, app)
    user_logged_out.connect(end_cookie, app)
    _load_accounts_for_the_team_only(app)


def _load_accounts_for_the_team_only(app: Flask) -> None:
    """Look for a signed-in account on pages of the team only.

    On a public page it would hash the browser's name, and send the session cookie again.
    """
    hooks: list[Any] = app.before_request_funcs[None]
    [load] = [each for each in hooks if type(getattr(each, "__self__", None)).__name__ == LOADER]

    def load_on_team_pages() -> None:
        if request.blueprint in TEAM_BLUEPRINTS:
            load()

    hooks[hooks.index(load)] = load_on_team_pages


def has_recent_password() -> bool:
    """Tell whether the account showed its password or another factor in the last ten minutes."""
    row = g.get("sign_in_session")
    return row is not None and row.confirmed_at > clock.now() - PASSWORD_FRESH_FOR
