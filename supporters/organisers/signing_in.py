"""Signing in to the console, by Flask-Security: passwords with argon2, reset by letter."""

from datetime import timedelta
from typing import Any

from flask import Flask, current_app
from flask_login import user_logged_out
from flask_security import (
    LoginForm,
    MailUtil,
    Security,
    SQLAlchemyUserDatastore,
    check_and_update_authn_fresh,
    password_reset,
    user_authenticated,
)

from supporters import clock
from supporters.database import db, transaction
from supporters.mail.links import link_to
from supporters.mail.models import LetterKind
from supporters.mail.outbox import Draft, announce, put_letter
from supporters.organisers.messages import MESSAGES
from supporters.organisers.models import Organiser, Role
from supporters.organisers.sessions import begin_session, end_sessions

RESET_LIFETIME = timedelta(hours=5)
SHORTEST_PASSWORD = 12
STAYS_FRESH = timedelta(minutes=10)
RESET_TEMPLATE = "security/email/reset_instructions"

CONFIG = {
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SINGLE_HASH": True,
    "SECURITY_PASSWORD_LENGTH_MIN": SHORTEST_PASSWORD,
    "SECURITY_URL_PREFIX": "/console",
    "SECURITY_LOGIN_URL": "/sign-in",
    "SECURITY_LOGOUT_URL": "/sign-out",
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_RESET_URL": "/reset",
    "SECURITY_POST_LOGIN_VIEW": "console.dashboard",
    "SECURITY_POST_LOGOUT_VIEW": "security.login",
    "SECURITY_POST_RESET_VIEW": "security.login",
    "SECURITY_UNAUTHORIZED_VIEW": None,
    "SECURITY_RECOVERABLE": True,
    "SECURITY_RESET_PASSWORD_WITHIN": RESET_LIFETIME,
    "SECURITY_SEND_PASSWORD_RESET_NOTICE_EMAIL": False,
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
    "SECURITY_AUTO_LOGIN_AFTER_RESET": False,
    "SECURITY_STATIC_FOLDER": None,
    "SECURITY_FRESHNESS": STAYS_FRESH,
    "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(0),
    "SECURITY_VERIFY_URL": "/password",
    "SECURITY_API_ENABLED_METHODS": ["session"],
    "SECURITY_CLI_USERS_NAME": False,  # flask organisers does what these would, and tells
    "SECURITY_CLI_ROLES_NAME": False,
}


class SignInForm(LoginForm):
    """Address and password. A session ends after 12 idle hours, so there is nothing to remember."""

    remember = None  # type: ignore[assignment] # how WTForms takes a field away


class OutboxMailUtil(MailUtil):
    """Flask-Security's mails as letters of our outbox, their links made from configuration."""

    def send_mail(self, template: str, *_rendered: Any, **kwargs: Any) -> None:
        """Put the letter into the outbox. Raises LookupError for a mail that we don't know."""
        if template != RESET_TEMPLATE:
            raise LookupError(template)
        organiser: Organiser = kwargs["user"]
        draft = Draft(
            kind=LetterKind.RESET_PASSWORD,
            recipient=organiser.email,
            language=organiser.language,
            values={
                "reset_url": link_to("security.reset_password", token=kwargs["reset_token"]),
                "hours": int(RESET_LIFETIME.total_seconds() // 3600),
            },
            useful_for=RESET_LIFETIME,
        )
        with transaction():
            letter = put_letter(draft, now=clock.now())
        announce(letter)


def init_security(app: Flask) -> None:
    """Bind Flask-Security to our accounts; the session is the only way to be signed in."""
    app.config.update(CONFIG | MESSAGES)
    app.config["SECURITY_I18N_DOMAIN"] = "flask_security;messages"
    app.config["SECURITY_I18N_DIRNAME"] = ["builtin", app.config["BABEL_TRANSLATION_DIRECTORIES"]]
    datastore = SQLAlchemyUserDatastore(db, Organiser, Role)
    security = Security(  # init_app() ignores the classes
        app, datastore, mail_util_cls=OutboxMailUtil, login_form=SignInForm
    )
    security.login_manager.request_loader(lambda _request: None)  # no token in an address
    security.want_json(lambda _request: False)
    user_authenticated.connect(begin_session, app)
    user_logged_out.connect(end_sessions, app)
    password_reset.connect(_welcome, app)


def has_typed_password_lately() -> bool:
    """Tell whether who is signed in here typed their password within the last ten minutes."""
    return bool(check_and_update_authn_fresh(STAYS_FRESH, timedelta(0)))


def normalise_password(typed: str) -> str:
    """Return a password as the sign-in compares it: é is one letter, however it was typed."""
    security: Security = current_app.extensions["security"]
    return security.password_util.normalize(typed)


def _welcome(_app: Flask, user: Organiser, **_: Any) -> None:
    """Note that a person is here and reads their mailbox: they came by the letter of a reset."""
    user.welcomed_at = user.welcomed_at or clock.now()
    user.is_address_unproved = False
