"""Sign-in to the console with Flask-Security: passwords with argon2, reset by email."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app, g, session
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
from supporters.database import db, transaction, use_case
from supporters.mail.links import link_to
from supporters.mail.models import EmailKind
from supporters.mail.outbox import EmailDraft, announce, put_email
from supporters.organisers.models import Organiser, Role

LONGEST_SESSION = timedelta(days=7)
SIGNED_IN_AT = "signed_in_at"
RESET_LIFETIME = timedelta(hours=5)
SHORTEST_PASSWORD = 12
PASSWORD_FRESH_FOR = timedelta(minutes=10)
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
    "SECURITY_MSG_INVALID_RESET_PASSWORD_TOKEN": (
        _("This link was used already, or is incomplete. Ask for a new one."),
        "error",
    ),
    "SECURITY_MSG_PASSWORD_INVALID_LENGTH": (
        _("Choose a password of at least %(length)s characters."),
        "error",
    ),
    "SECURITY_MSG_PASSWORD_NOT_PROVIDED": (_("Type a password."), "error"),
    "SECURITY_MSG_PASSWORD_RESET_EXPIRED": (
        _("This link has expired. Ask for a new one."),
        "error",
    ),
    "SECURITY_MSG_PASSWORD_RESET_NO_LOGIN": (
        _("Your new password is saved. Sign in with it."),
        "success",
    ),
    "SECURITY_MSG_PASSWORD_RESET_REQUEST": (
        _("If an account has this address, a link is on its way to it."),
        "info",
    ),
    "SECURITY_MSG_REAUTHENTICATION_SUCCESSFUL": (
        _("Thank you. You won’t be asked again for ten minutes."),
        "success",
    ),
    "SECURITY_MSG_RETYPE_PASSWORD_MISMATCH": (
        _("The two passwords differ. Type the same one twice."),
        "error",
    ),
    "SECURITY_MSG_UNAUTHENTICATED": (_("Sign in to see this page."), "info"),
    "SECURITY_MSG_UNAUTHORIZED": (_("Your account has no right to this page."), "error"),
}


def begin_session(_app: Flask, **_: Any) -> None:
    """Start a session with a new CSRF token; it ends after some idle time."""
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)
    session.permanent = True
    session[SIGNED_IN_AT] = clock.now().timestamp()


@use_case
def end_sessions(_app: Flask, user: Organiser, **_: Any) -> None:
    """Invalidate every session of an account."""
    user.fs_uniquifier = secrets.token_hex(32)


def is_session_too_old(now: datetime) -> bool:
    """Tell whether the session is older than its maximum, idle or not."""
    begun = float(session.get(SIGNED_IN_AT, 0))
    return now.timestamp() - begun > LONGEST_SESSION.total_seconds()


class SignInForm(LoginForm):
    """Address and password. "Remember me" is left out: a session ends after 12 idle hours."""

    remember = None  # type: ignore[assignment] # this removes a field in WTForms


class OutboxMailUtil(MailUtil):
    """Sends the emails of Flask-Security through our outbox, with links from the configuration."""

    def send_mail(self, template: str, *_rendered: Any, **kwargs: Any) -> None:
        """Put the email into the outbox. Raises LookupError for an unknown template."""
        if template != RESET_TEMPLATE:
            raise LookupError(template)
        organiser: Organiser = kwargs["user"]
        draft = EmailDraft(
            kind=EmailKind.RESET_PASSWORD,
            recipient=organiser.email,
            language=organiser.language,
            values={
                "reset_url": link_to("security.reset_password", token=kwargs["reset_token"]),
                "hours": int(RESET_LIFETIME.total_seconds() // 3600),
            },
            useful_for=RESET_LIFETIME,
        )
        with transaction():
            email = put_email(draft, now=clock.now())
        announce(email)


def init_security(app: Flask) -> None:
    """Set up Flask-Security with our accounts. Only a session signs an account in."""
    app.config.update(CONFIG | MESSAGES)
    app.config["SECURITY_I18N_DOMAIN"] = "flask_security;messages"
    app.config["SECURITY_I18N_DIRNAME"] = ["builtin", app.config["BABEL_TRANSLATION_DIRECTORIES"]]
    datastore = SQLAlchemyUserDatastore(db, Organiser, Role)
    security = Security(  # init_app() ignores the classes
        app, datastore, mail_util_cls=OutboxMailUtil, login_form=SignInForm
    )
    security.login_manager.request_loader(lambda _request: None)  # no token in a URL
    security.want_json(lambda _request: False)
    user_authenticated.connect(begin_session, app)
    user_logged_out.connect(end_sessions, app)
    password_reset.connect(_welcome, app)


def has_recent_password() -> bool:
    """Tell whether the account typed its password in the last ten minutes."""
    return bool(check_and_update_authn_fresh(PASSWORD_FRESH_FOR, timedelta(0)))


def normalise_password(typed: str) -> str:
    """Return a password in the form that is hashed: é is one character, however it was typed."""
    security: Security = current_app.extensions["security"]
    return security.password_util.normalize(typed)


def _welcome(_app: Flask, user: Organiser, **_: Any) -> None:
    """Record that a person accepted and proved their address: they used the email of a reset."""
    user.welcomed_at = user.welcomed_at or clock.now()
    user.is_address_unproved = False
