"""Sign-in to the console with Flask-Security: passwords with argon2, sessions in the database."""

from datetime import timedelta
from typing import Any

from flask import Flask, g, request
from flask_login import user_logged_out
from flask_security import Security, SQLAlchemyUserDatastore, user_authenticated

from supporters import clock
from supporters.accounts.models import Organiser, Role
from supporters.database import db
from supporters.sign_in import password_hashing, second_factors
from supporters.sign_in.password_forms import SignInForm
from supporters.sign_in.password_rules import SHORTEST_PASSWORD
from supporters.sign_in.second_factor_step import SecondFactorStep, StepUpForm
from supporters.sign_in.session_cookies import begin_cookie, end_cookie, load_account

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
