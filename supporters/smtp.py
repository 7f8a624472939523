"""Flask-Mail with what it lacks: time-outs, verified TLS and a fixed name in EHLO.

Both streams of mail use it: letters through Flask-Mail's own messages, campaigns through the
SMTP session of the same connection.
"""

import smtplib
import ssl
from types import TracebackType
from typing import Any

from flask import Flask, current_app
from flask_mail import Connection, Mail

from supporters.config import Settings

TIMEOUT_SECONDS = 600  # RFC 5321 section 4.5.3.2.6: ten minutes for the reply to the final dot
CONNECT_TIMEOUT_SECONDS = 20

SmtpSession = smtplib.SMTP


class _NotesTheBody(smtplib.SMTP):
    """A session that knows whether a lost connection was lost with a message on its way."""

    is_body_under_way = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Send a message's body, as smtplib does."""
        self.is_body_under_way = True
        reply = super().data(msg)
        self.is_body_under_way = False
        return reply


class _TlsSession(_NotesTheBody, smtplib.SMTP_SSL):
    """The same over TLS from the start."""


class SmtpConnection(Connection):
    """A connection to the relay, as Flask-Mail opens it, with our time-outs and TLS."""

    def __init__(self, mail: Any, settings: Settings) -> None:
        super().__init__(mail)
        self._settings = settings

    def configure_host(self) -> SmtpSession:
        """Return an open SMTP session. Raises OSError or smtplib.SMTPException."""
        settings = self._settings
        tls = ssl.create_default_context()
        session: SmtpSession
        where = (settings.mail_server, settings.mail_port, settings.mail_domain)
        if settings.mail_tls == "tls":
            session = _TlsSession(*where, timeout=CONNECT_TIMEOUT_SECONDS, context=tls)
        else:
            session = _NotesTheBody(*where, timeout=CONNECT_TIMEOUT_SECONDS)
        session.ehlo()
        if settings.mail_tls == "starttls":
            session.starttls(context=tls)
            session.ehlo()
        if settings.mail_username and settings.mail_password:
            session.login(settings.mail_username, settings.mail_password)
        if session.sock is not None:
            session.sock.settimeout(TIMEOUT_SECONDS)
        return session

    def may_have_been_taken(self, error: Exception) -> bool:
        """Tell whether the relay may have the message although sending it failed (RFC 1047)."""
        was_answered = isinstance(error, smtplib.SMTPResponseException)
        return getattr(self.host, "is_body_under_way", False) and not was_answered

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Say goodbye; what a relay that hung up before has answered still stands."""
        if self.host is None:
            return
        try:
            self.host.quit()
        except (OSError, smtplib.SMTPException):
            self.host.close()


class Mailer(Mail):
    """Flask-Mail whose connections are ours."""

    def init_app(self, app: Flask) -> Any:
        """Bind to the application, whose settings must be there already."""
        settings: Settings = app.extensions["settings"]
        app.config.update(
            MAIL_SERVER=settings.mail_server,
            MAIL_PORT=settings.mail_port,
            MAIL_DEFAULT_SENDER=(settings.party_name, settings.mail_from),
        )
        return super().init_app(app)

    def connect(self) -> SmtpConnection:
        """Return a connection, to be used in a with statement."""
        extensions = current_app.extensions
        return SmtpConnection(extensions["mail"], extensions["settings"])


class SmtpUnreachable(Exception):
    """The relay can't be used; the text says what it said, or what went wrong."""


def check_relay(connection: SmtpConnection) -> None:
    """Greet the relay and sign in, as before every mail. Raises SmtpUnreachable."""
    try:
        session = connection.configure_host()
        session.quit()
    except smtplib.SMTPResponseException as error:
        raise SmtpUnreachable(str(error.smtp_code)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise SmtpUnreachable(str(error) or type(error).__name__) from error
