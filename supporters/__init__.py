"""Supporters: signs people up, confirms each of them, and writes only to confirmed people."""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

from supporters import cli, database, tasks, web
from supporters.archive import visit_counts
from supporters.audit_log import audit_events
from supporters.backup import backup_trial
from supporters.breaches import breach_notices
from supporters.breaches.breach_data import BREACH_DATA_SOURCES, find_breaches_with
from supporters.campaigns import launch_guard
from supporters.cases.case_data import CASE_DATA_SOURCES
from supporters.config import Settings, SettingsError, load_settings
from supporters.consent.email_snapshots import store_email_snapshots
from supporters.delivery import restore_hold
from supporters.delivery.message import previews
from supporters.delivery_setup.launch_permission import may_launch
from supporters.development.inbox_pages import dev
from supporters.dialects import prepare_postgres, prepare_sqlite
from supporters.extensions import babel, bind_keys, csrf, mailer, migrate
from supporters.fast_path import round_trips, site_edition
from supporters.idle_connections import ThriftyPool
from supporters.imports import invitation_mails
from supporters.languages import DEFAULT_LANGUAGE
from supporters.limits import count_store
from supporters.logs import configure_logs, log_fault
from supporters.mail import send_guards, written_emails
from supporters.mail.models import EmailKind
from supporters.mail.send_guards import NoGuardNeeded, SendGuard, SendGuards
from supporters.notices import security_notices
from supporters.personal_data import data_registry, team_writing
from supporters.program_files import STATIC, TEMPLATES
from supporters.reconfirmation import reconfirmation_mails
from supporters.sign_in import openid_client
from supporters.sign_in.sign_in import init_security
from supporters.sign_in.sign_in_sessions import LONGEST_SESSION
from supporters.signup import welcome_mails
from supporters.signup.rush import announced_broadcasts, held_emails
from supporters.training.training_pages import training
from supporters.transparency_log import cached_tree

PACKAGE = Path(__file__).parent
# Our code keeps no transaction open. If one stays open by mistake, the server ends it.
IDLE_IN_TRANSACTION = "idle_in_transaction_session_timeout=5min"
# Of a solid-state disk. By its default for others, the server reads whole tables for a batch.
READS_BY_INDEX = "random_page_cost=1.1"
POSTGRES_CONNECTION = {
    "options": f"-c timezone=UTC -c {IDLE_IN_TRANSACTION} -c {READS_BY_INDEX}",
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,  # milliseconds until a silent server counts as gone
}
POSTGRES_OPTIONS = {
    "pool_pre_ping": True,
    "poolclass": ThriftyPool,
    "connect_args": POSTGRES_CONNECTION,
}
MAX_OVERFLOW = 6
POOL_TIMEOUT_SECONDS = 5  # then the visitor gets a page that sends the form again
THREADS_BESIDE_SENDERS = 6  # of a worker: send gate, recovery, sealing, outbox watch, jobs
MAX_REQUEST_BYTES = 512 * 1024
REQUESTED_NOW = NoGuardNeeded("The person asked for it just now.")
NOTIFIES_THE_PERSON = NoGuardNeeded("It tells the person about a change of their data or account.")
FOR_THE_CONTROLLER = NoGuardNeeded("It goes to the people who answer for this installation.")
SEND_GUARDS: SendGuards = {
    EmailKind.CONFIRM_SIGNUP: SendGuard(held_emails.is_asked_for, held_emails.find_held_emails),
    EmailKind.ALREADY_SUBSCRIBED: SendGuard(held_emails.is_asked_for, held_emails.find_held_emails),
    EmailKind.RESET_PASSWORD: REQUESTED_NOW,
    EmailKind.MY_DATA: REQUESTED_NOW,
    EmailKind.NEW_ADDRESS: REQUESTED_NOW,
    EmailKind.TEAM_INVITATION: NoGuardNeeded("An owner invited this colleague by name."),
    EmailKind.ADDRESS_CHANGED: NOTIFIES_THE_PERSON,
    EmailKind.CASE_EXTENDED: NOTIFIES_THE_PERSON,
    EmailKind.UNSUBSCRIBED_FROM_ALL: NOTIFIES_THE_PERSON,
    EmailKind.DONE_ON_BEHALF: NOTIFIES_THE_PERSON,
    EmailKind.PAUSED: NOTIFIES_THE_PERSON,
    EmailKind.BACK_ON_LIST: NOTIFIES_THE_PERSON,
    EmailKind.EXPORT_MADE: FOR_THE_CONTROLLER,
    EmailKind.CHECKPOINT: FOR_THE_CONTROLLER,
    EmailKind.DISPUTE_PAUSE: FOR_THE_CONTROLLER,
    EmailKind.CASE_DUE: FOR_THE_CONTROLLER,
    EmailKind.ANSWER_PASSED_ON: FOR_THE_CONTROLLER,
    EmailKind.SECURITY_NOTICE: FOR_THE_CONTROLLER,
    EmailKind.CAMPAIGN_TEST: SendGuard(previews.is_test_wanted),
    EmailKind.BREACH_NOTICE: SendGuard(
        breach_notices.is_breach_notice_wanted, restore_hold.is_held
    ),
    EmailKind.WELCOME: SendGuard(welcome_mails.is_welcome_wanted, restore_hold.is_held),
    EmailKind.INVITATION: SendGuard(invitation_mails.is_invitation_wanted, restore_hold.is_held),
    EmailKind.RECONFIRMATION: SendGuard(
        reconfirmation_mails.is_reconfirmation_wanted, restore_hold.is_held
    ),
}

__all__ = ["create_app", "tasks"]

ExcInfo = tuple[type, BaseException, TracebackType] | tuple[None, None, None]


class Application(Flask):
    """A Flask that writes no path into the log: paths hold tokens. It has no async function."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function: Flask asks for each of the eighteen of a request."""
        return func

    def log_exception(self, exc_info: ExcInfo) -> None:
        """Log an exception without a handler, by its types and places."""
        if exc_info[1] is not None:
            log_fault("web.fault", exc_info[1], endpoint=request.endpoint)


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application for some settings (by default those of the environment).

    Raises SettingsError, which names every fault, if it can't start with them.
    """
    settings = settings or load_settings()
    configure_logs(is_development=settings.is_development)
    app = Application(
        __name__,
        template_folder=str(TEMPLATES),
        static_folder=str(STATIC),
        instance_path=str(settings.instance_dir),
    )
    _make_instance_dir(settings.instance_dir)
    bind_keys(app, settings)
    app.config.update(_flask_config(settings))
    proxied = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0)
    app.wsgi_app = web.Front(proxied, settings, app.view_functions)  # type: ignore[method-assign]
    web.origins.init_app(app, settings)
    _init_extensions(app, settings)
    send_guards.init_app(app, SEND_GUARDS)
    written_emails.init_app(app, store_email_snapshots)
    launch_guard.init_app(app, may_launch)
    backup_trial.init_app(app, create_app)
    data_registry.init_app(app, (*BREACH_DATA_SOURCES, *CASE_DATA_SOURCES))
    team_writing.init_app(app, [find_breaches_with])
    web.init_app(app, settings)
    if settings.has_mailbox:
        app.register_blueprint(dev)
    if settings.is_training:
        app.register_blueprint(training)
    cli.init_app(app)
    _collect_declarations(app)
    return app


def _collect_declarations(app: Flask) -> None:
    """Collect the acts and notices of all features, once every page and command is imported."""
    audit_events.init_app(app)
    security_notices.init_app(app)


def _make_instance_dir(folder: Path) -> None:
    """Make the folder of this machine's own files. Raises SettingsError if that fails."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        what = f"SUPPORTERS_INSTANCE_DIR is {folder}, which can't be made ({error.strerror})."
        how = "Make the folder, and give it to the user that runs this."
        raise SettingsError([f"{what} {how}"]) from error


def _flask_config(settings: Settings) -> dict[str, object]:
    """Return the configuration of Flask and its extensions."""
    newest, *older = settings.secret_keys
    is_sqlite = settings.database_url.startswith("sqlite")
    senders = settings.smtp_connections + settings.outbox_connections
    pool = {
        "pool_size": senders + THREADS_BESIDE_SENDERS,
        "max_overflow": MAX_OVERFLOW,
        "pool_timeout": POOL_TIMEOUT_SECONDS,
    }
    return {
        "SECRET_KEY": newest,
        "SECRET_KEY_FALLBACKS": older,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": pool if is_sqlite else {**pool, **POSTGRES_OPTIONS},
        "MAX_CONTENT_LENGTH": MAX_REQUEST_BYTES,
        "TRUSTED_HOSTS": [settings.host],
        "SESSION_COOKIE_NAME": "__Host-session" if settings.is_https else "session",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": LONGEST_SESSION,
        "WTF_CSRF_SECRET_KEY": [*reversed(older), newest],  # the last one signs, all are accepted
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,  # our pages send no referrer; see web/origins.py
        "BABEL_DEFAULT_LOCALE": DEFAULT_LANGUAGE,
        "BABEL_DEFAULT_TIMEZONE": "Europe/Paris",
        "BABEL_TRANSLATION_DIRECTORIES": str(PACKAGE / "translations"),
    }


def _init_extensions(app: Flask, settings: Settings) -> None:
    """Bind the extensions to the application."""
    database.init_app(app)
    with app.app_context():
        is_sqlite = settings.database_url.startswith("sqlite")
        (prepare_sqlite if is_sqlite else prepare_postgres)(database.db.engine)
    round_trips.init_app(app)
    site_edition.init_app(app)
    cached_tree.init_app(app)
    migrate.init_app(app, directory=str(PACKAGE / "migrations"))
    mailer.init_app(app)
    csrf.init_app(app)
    count_store.init_app(app)
    visit_counts.init_app(app)
    announced_broadcasts.init_app(app)
    babel.init_app(app, locale_selector=web.select_language)
    init_security(app)
    openid_client.init_app(app, settings)
