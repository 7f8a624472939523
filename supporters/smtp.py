"""Adds to Flask-Mail: time-outs, verified TLS and a fixed name in EHLO.

Both kinds of email use it: transactional emails through Flask-Mail's `send`, campaigns through the
SMTP session of the same connection. We write the bytes of both ourselves (ADR 095).
"""

import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from flask import Flask, current_app
from flask_mail import Connection, Mail

from supporters.config import Settings

CLOSING = 421
WATCHED = (  # for a dead peer, as for the database's connections
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 15),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 5),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3),
    (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 30_000),  # milliseconds
)

SmtpSession = smtplib.SMTP


@dataclass(frozen=True, kw_only=True)
class Timeouts:
    """How many seconds each phase may take (RFC 5321 section 4.5.3.2)."""

    connect: float = 20
    greeting: float = 300  # also for each other reply before the first message
    mail: float = 300
    rcpt: float = 300
    data: float = 120
    block: float = 180
    dot: float = 600


PATIENT = Timeouts()
FOR_TRANSACTIONAL = Timeouts(greeting=20)  # people wait for these: a quick retry is better


def _do_nothing() -> None:
    """Allow a body to be sent, and do nothing else."""


class _BodyRecordingSession(smtplib.SMTP):
    """A session whose caller records each body before it is sent."""

    def __init__(self, settings: Settings, timeouts: Timeouts, **options: Any) -> None:
        self._timeouts = timeouts
        self.before_body: Callable[[], None] = _do_nothing
        where = (settings.mail_server, settings.mail_port, settings.mail_domain)
        super().__init__(*where, timeout=timeouts.connect, **options)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """Connect, as smtplib does, and use longer time-outs from then on.

        These are for a relay that lives: the system finds out within half a minute that one is
        gone, or that a firewall has forgotten the connection.
        """
        connected = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        connected.settimeout(self._timeouts.greeting)
        for level, option, value in WATCHED:
            connected.setsockopt(level, option, value)
        return cast(socket.socket, connected)

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Record a message's body, then send it as smtplib does. Raises errors of the recording."""
        self.before_body()
        return super().data(msg)


class _TlsSession(_BodyRecordingSession, smtplib.SMTP_SSL):
    """The same over TLS from the start."""


class SmtpConnection(Connection):
    """A connection to the relay, as Flask-Mail opens it, with our time-outs and TLS.

    `before_body` is called before a message's body is sent; an exception of it stops the sending.
    """

    def __init__(self, mail: Any, settings: Settings, timeouts: Timeouts) -> None:
        super().__init__(mail)
        self._settings = settings
        self._timeouts = timeouts
        self.before_body: Callable[[], None] = _do_nothing

    def configure_host(self) -> SmtpSession:
        """Return an open SMTP session. Raises OSError or smtplib.SMTPException."""
        session: _BodyRecordingSession
        if self._settings.mail_tls == "tls":
            session = _TlsSession(self._settings, self._timeouts, context=_tls())
        else:
            session = _BodyRecordingSession(self._settings, self._timeouts)
        session.before_body = self.before_body
        try:
            self._sign_in(session)
        except (OSError, smtplib.SMTPException, ValueError):
            session.close()
            raise
        return session

    def _sign_in(self, session: SmtpSession) -> None:
        settings = self._settings
        _greet(session)
        if settings.mail_tls == "starttls":
            session.starttls(context=_tls())
            _greet(session)
        if settings.mail_username and settings.mail_password:
            session.login(settings.mail_username, settings.mail_password)
        if session.sock is not None:
            session.sock.settimeout(self._timeouts.dot)

    def __exit__(self, *_error: object) -> None:
        """Send QUIT; a reply from before the relay closed the connection stays valid."""
        if self.host is None:
            return
        try:
            self.host.quit()
        except (OSError, smtplib.SMTPException):
            self.host.close()


def _tls() -> ssl.SSLContext:
    """Return the TLS context; it is large, so it is made once, at the first use."""
    extensions = current_app.extensions
    if "tls" not in extensions:
        extensions["tls"] = ssl.create_default_context()
    return cast(ssl.SSLContext, extensions["tls"])


def _greet(session: SmtpSession) -> None:
    """Send EHLO; a server that is closing may say so."""
    code, text = session.ehlo()
    if code == CLOSING:
        raise smtplib.SMTPHeloError(code, text)


class Mailer(Mail):
    """Flask-Mail with our connections."""

    def init_app(self, app: Flask) -> Any:
        """Bind to the application, whose settings must be there already."""
        settings: Settings = app.extensions["settings"]
        app.config.update(
            MAIL_SERVER=settings.mail_server,
            MAIL_PORT=settings.mail_port,
            MAIL_DEFAULT_SENDER=settings.mail_from,  # Flask-Mail would join a pair without quoting
        )
        return super().init_app(app)

    def connect(
        self, timeouts: Timeouts = FOR_TRANSACTIONAL, settings: Settings | None = None
    ) -> SmtpConnection:
        """Return a connection to the relay of campaigns, or to that of other settings."""
        extensions = current_app.extensions
        return SmtpConnection(extensions["mail"], settings or extensions["settings"], timeouts)


class SmtpUnreachable(Exception):
    """The relay can't be used; the text has its reply, or the failure."""


def check_relay(connection: SmtpConnection) -> None:
    """Greet the relay and sign in, as before every message. Raises SmtpUnreachable."""
    try:
        session = connection.configure_host()
        session.quit()
    except smtplib.SMTPResponseException as error:
        raise SmtpUnreachable(str(error.smtp_code)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise SmtpUnreachable(str(error) or type(error).__name__) from error
